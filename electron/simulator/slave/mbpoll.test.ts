import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { physicalState } from '../control/physical-state.ts'
import { openSimulator } from '../test-support/open-simulator.ts'

const hasMbpoll = spawnSync('mbpoll', ['-V'], { stdio: 'ignore' }).error === undefined
const hasSocat = spawnSync('socat', ['-V'], { stdio: 'ignore' }).error === undefined
const run = promisify(execFile)

/** Values by protocol address as mbpoll, a master on libmodbus, prints them. */
const poll = async (args: readonly string[]): Promise<Record<string, number>> => {
  const { stdout } = await run('mbpoll', ['-1', '-0', ...args], { encoding: 'utf8' })
  return Object.fromEntries(
    [...stdout.matchAll(/^\[(\d+)\]:\s+(\S+)/gm)].map(([, address, value]) => [String(address), Number(value)]),
  )
}
/** Between two looks the world goes on: what mbpoll sees must lie in what was true before or after, with room for one window. */
const near = (value: number | undefined, truth: number | undefined, within: number) => {
  expect(value).toBeDefined()
  expect(Math.abs((value ?? NaN) - (truth ?? NaN))).toBeLessThan(within)
}

describe.skipIf(!hasMbpoll)('mbpoll as an independent master', () => {
  it('reads the meters over Modbus TCP', async () => {
    const { site, ports } = await openSimulator('depot')
    const values = () => physicalState(site, []).meters['umg-incomer']!.values!
    const read = await poll([
      '-m',
      'tcp',
      '-p',
      String(ports['net-incomer']),
      '-a',
      '1',
      '-t',
      '4:float',
      '-B',
      '-r',
      '19000',
      '-c',
      '7',
      '127.0.0.1',
    ])
    near(read['19000'], values().u_l1n, 3)
    near(read['19002'], values().u_l2n, 3)
    near(read['19012'], values().i_l1, 30)
    const [energy] = Object.values(
      await poll([
        '-m',
        'tcp',
        '-p',
        String(ports['net-incomer']),
        '-a',
        '1',
        '-t',
        '4:float',
        '-B',
        '-r',
        '19068',
        '-c',
        '1',
        '127.0.0.1',
      ]),
    )
    // mbpoll prints six digits, which of 1.28 GWh leaves 10 kWh.
    near((energy ?? 0) / 1000, values().e_import, 6)
  })

  it("is refused where the meter's document says so", async () => {
    const { ports } = await openSimulator('depot')
    const tcp = ['-m', 'tcp', '-p', String(ports['net-feeder-1']), '-a', '1', '-B', '127.0.0.1', '-t', '4:float']
    await expect(poll([...tcp, '-r', '41', '-c', '3'])).rejects.toThrow(/Illegal data address/i)
    expect(Object.keys(await poll([...tcp, '-r', '1', '-c', '21']))).toHaveLength(21)
  })

  it('writes a limit to an Alfen and reads back what it applies', async () => {
    const { ports } = await openSimulator('small')
    const alfen = ['-m', 'tcp', '-p', String(ports['net-cp-1']), '-a', '1', '-t', '4:float', '-B', '-0']
    await run('mbpoll', [...alfen, '-r', '1210', '127.0.0.1', '12.5'])
    expect(await poll([...alfen, '-r', '1206', '-c', '1', '127.0.0.1'])).toEqual({ 1206: 12.5 })
  })

  it.skipIf(!hasSocat)(
    'reads a meter and a wallbox over a serial port, and after the adapter was pulled and put back',
    async () => {
      const { site, board, ports } = await openSimulator('depot')
      const serial = ['-m', 'rtu', '-b', '38400', '-P', 'none', '-B', '-o', '2']
      const path = String(ports['bus-feeder-2'])
      const voltages = () => poll([...serial, '-a', '10', '-t', '3:float', '-r', '0', '-c', '3', path])
      near((await voltages())['0'], physicalState(site, []).meters['sdm-feeder-2']!.values!.u_l1n, 3)
      const limit = await poll([...serial, '-a', '21', '-t', '4:int', '-r', '16398', '-c', '1', path])
      expect(limit).toEqual({ 16398: 32_000 })

      await board.on('serial-unplug', 'bus-feeder-2', {})
      await expect(voltages()).rejects.toThrow()
      await board.off('serial-unplug', 'bus-feeder-2')
      near((await voltages())['0'], physicalState(site, []).meters['sdm-feeder-2']!.values!.u_l1n, 3)
    },
  )
})
