import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { loadCatalogue } from './catalogue.ts'
import { hasPymodbus, hasSocat, missingPeer, openPtyPair } from './modbus/test-support/peers.ts'
import { openLine, until } from './modbus/test-support/real-line.ts'
import { checkMeters } from './test-support/check-meters.ts'
import { otherMeters, otherMetersFile, sixMeters, startMeterSlave } from './test-support/meter-slave.ts'

const skip = missingPeer('python3-pymodbus', hasPymodbus, 'python3-pymodbus python3-serial-asyncio')
const { meters } = await loadCatalogue(fileURLToPath(new URL('../../assets/profiles', import.meta.url)))

describe('all other meters, whose words Python made, read by profile, plan and line', () => {
  it('every meter of the catalogue is in one of the two fixtures', () => {
    const served = [...Object.values(sixMeters), ...Object.values(otherMeters)].map(({ profile }) => profile)
    // A SunSpec layout has no addresses of its own: sunspec-meters.test.ts serves whole devices.
    // Trip units and residual current monitors are played by the simulator (protection devices), recorders too (meter-records.test.ts).
    const recorders = new Set([
      'cet-imeter-6',
      'ge-epm-9650',
      'ge-pqm',
      'pqplus-umd',
      'siemens-sicam-q100',
      'socomec-diris-b30',
    ])
    const atAddresses = [...meters.values()]
      .filter(({ id, sunspec, protection }) => sunspec === undefined && protection === undefined && !recorders.has(id))
      .map(({ id }) => id)
    expect(served.sort()).toEqual(atAddresses.sort())
  })

  it.skipIf(skip)('the fixture is what its script writes', () => {
    const script = otherMetersFile.replace('other-meters.json', 'make-other-meters.py')
    expect(spawnSync('/usr/bin/python3', [script, '--print'], { encoding: 'utf8' }).stdout).toBe(
      readFileSync(otherMetersFile, 'utf8'),
    )
  })

  it.skipIf(skip)(
    'over Modbus TCP',
    async () => {
      const slave = await startMeterSlave({ kind: 'tcp' }, otherMetersFile)
      await checkMeters(slave, otherMeters, meters, () => ({
        transport: 'tcp',
        id: 'lan',
        host: '127.0.0.1',
        port: slave.port,
      }))
    },
    30_000,
  )

  it.skipIf(skip || missingPeer('socat', hasSocat, 'socat'))(
    'three of them over a serial line',
    async () => {
      const pair = await openPtyPair()
      try {
        const three = Object.fromEntries(
          Object.entries(otherMeters).filter(([, { profile }]) =>
            ['eastron-sdm72', 'carlo-gavazzi-em24', 'abb-b23-b24'].includes(profile),
          ),
        )
        expect(Object.keys(three)).toHaveLength(3)
        const slave = await startMeterSlave({ kind: 'serial', path: pair.far, baud: 115200 }, otherMetersFile)
        await checkMeters(slave, three, meters, () => ({
          transport: 'serial',
          id: 'bus',
          path: pair.near,
          baud: 115200,
          parity: 'none',
          stopBits: 1,
          localEcho: false,
        }))
      } finally {
        await pair.stop()
      }
    },
    30_000,
  )

  it.skipIf(skip)('a request against a meter’s rules is refused by the peer, so a wrong plan would show', async () => {
    const slave = await startMeterSlave({ kind: 'tcp' }, otherMetersFile)
    const unitOf = (id: string) => Number(Object.entries(otherMeters).find(([, { profile }]) => profile === id)?.[0])
    const { line } = openLine({ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: slave.port })
    try {
      await until('the line is connected', () => line.status().state === 'connected')
      const against = [
        ['eastron-sdm120', 4, 0, 8],
        ['eastron-sdm72', 4, 1, 2],
        ['carlo-gavazzi-em24', 4, 0, 12],
        ['carlo-gavazzi-em24', 3, 80, 6],
        ['schneider-pm3255', 3, 3003, 8],
        ['siemens-pac1600', 3, 29, 22],
        ['phoenix-eem-ma37x', 3, 32790, 14],
        ['inepro-pro380', 4, 20480, 2],
      ] as const
      for (const [id, functionCode, address, count] of against) {
        const outcome = await line.transact(
          { unit: unitOf(id), functionCode, address, count },
          { deadlineMs: 3000, priority: 'read' },
        )
        expect(outcome, `${id} ${functionCode} ${address} ${count}`).toMatchObject({
          ok: false,
          fault: { kind: 'exception', code: 2 },
        })
      }
      // The peer says so on a pipe of its own, which may come a moment after its reply.
      await vi.waitFor(() => {
        expect(slave.refusals()).toHaveLength(against.length)
      })
    } finally {
      await line.close()
      await slave.stop()
    }
  })
})
