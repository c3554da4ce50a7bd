import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import type { ModbusSiteLine } from '../../shared/site/site.ts'
import { loadCatalogue } from './catalogue.ts'
import { hasPymodbus, hasSocat, missingPeer, openPtyPair } from './modbus/test-support/peers.ts'
import { openLine, until } from './modbus/test-support/real-line.ts'
import { checkMeters } from './test-support/check-meters.ts'
import { sixMeters, sixMetersFile, startMeterSlave, type MeterSlave } from './test-support/meter-slave.ts'

const skip = missingPeer('python3-pymodbus', hasPymodbus, 'python3-pymodbus python3-serial-asyncio')
const { meters } = await loadCatalogue(fileURLToPath(new URL('../../assets/profiles', import.meta.url)))

const check = (slave: MeterSlave, lineOf: () => ModbusSiteLine) => checkMeters(slave, sixMeters, meters, lineOf)

describe('six meters whose words Python made, read by profile, plan and line', () => {
  it.skipIf(skip)('the fixture is what its script writes', () => {
    const script = sixMetersFile.replace('six-meters.json', 'make-six-meters.py')
    expect(spawnSync('/usr/bin/python3', [script, '--print'], { encoding: 'utf8' }).stdout).toBe(
      readFileSync(sixMetersFile, 'utf8'),
    )
    const values = Object.values(sixMeters).flatMap(({ profile, expected }) =>
      Object.values(expected).map((value) => `${profile} ${value}`),
    )
    expect(new Set(values).size, 'a value used twice would hide two swapped registers').toBe(values.length)
  })

  it.skipIf(skip)('over Modbus TCP', async () => {
    const slave = await startMeterSlave({ kind: 'tcp' })
    await check(slave, () => ({ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: slave.port }))
  })

  it.skipIf(skip)('over RTU in TCP', async () => {
    const slave = await startMeterSlave({ kind: 'rtu-over-tcp' })
    await check(slave, () => ({ transport: 'rtu-over-tcp', id: 'gateway', host: '127.0.0.1', port: slave.port }))
  })

  it.skipIf(skip || missingPeer('socat', hasSocat, 'socat'))('over a serial line', async () => {
    const pair = await openPtyPair()
    try {
      await check(await startMeterSlave({ kind: 'serial', path: pair.far, baud: 115200 }), () => ({
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
  })

  it.skipIf(skip)('a request against a meter’s rules is refused by the peer, so a wrong plan would show', async () => {
    const slave = await startMeterSlave({ kind: 'tcp' })
    const { line } = openLine({ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: slave.port })
    try {
      await until('the line is connected', () => line.status().state === 'connected')
      const ask = (unit: number, functionCode: 3 | 4, address: number, count: number) =>
        line.transact({ unit, functionCode, address, count }, { deadlineMs: 3000, priority: 'read' })
      for (const [unit, functionCode, address, count] of [
        [1, 4, 0, 82],
        [1, 4, 1, 2],
        [1, 4, 0, 3],
        [1, 3, 0, 2],
        [2, 4, 60, 6],
        [4, 3, 42, 14],
        [4, 3, 1, 72],
        [6, 3, 1011, 2],
        [6, 4, 1011, 20],
      ] as const) {
        expect(
          await ask(unit, functionCode, address, count),
          `${unit} ${functionCode} ${address} ${count}`,
        ).toMatchObject({ ok: false, fault: { kind: 'exception', code: 2 } })
      }
      // The peer says so on a pipe of its own, which may come a moment after its reply.
      await vi.waitFor(() => {
        expect(slave.refusals()).toHaveLength(9)
      })
    } finally {
      await line.close()
      await slave.stop()
    }
  })
})
