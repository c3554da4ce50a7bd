import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { siteSchema, type ModbusSiteLine } from '../../shared/site/site.ts'
import { createWatchedAcquisition } from '../core/acquisition/test-support/watched-acquisition.ts'
import { loadCatalogue } from './catalogue.ts'
import { systemClock } from './clock.ts'
import { quietLog } from './modbus/test-support/quiet-log.ts'
import { hasPymodbus, missingPeer } from './modbus/test-support/peers.ts'
import { openLine, until } from './modbus/test-support/real-line.ts'
import { startMeterSlave } from './test-support/meter-slave.ts'

interface Device {
  readonly base: number
  readonly identity: string
  readonly sunspec?: object
  readonly expected: Readonly<Record<string, number | null>>
}

const skip = missingPeer('python3-pymodbus', hasPymodbus, 'python3-pymodbus python3-serial-asyncio')
const { meters } = await loadCatalogue(fileURLToPath(new URL('../../assets/profiles', import.meta.url)))
const file = fileURLToPath(new URL('test-support/sunspec-meters.json', import.meta.url))
const devices = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Device>>

/** What differs from what the device says; null stands for a point it does not implement. */
const differences = (
  samples: Readonly<Record<string, { value: number | null; quality: string }>>,
  expected: Device['expected'],
): string[] =>
  Object.entries(expected).flatMap(([key, value]) => {
    const sample = samples[key]
    const isRight =
      value === null
        ? sample?.value === null && sample.quality === 'absent'
        : sample?.value != null && Math.abs(sample.value - value) <= Math.abs(value) * 1e-6
    return isRight ? [] : [`${key}: ${JSON.stringify(sample)} instead of ${String(value)}`]
  })

describe('SunSpec devices whose words Python made, looked up and polled as the program does', () => {
  it.skipIf(skip)('the fixture is what its script writes, and no value comes twice', () => {
    expect(
      spawnSync('/usr/bin/python3', [file.replace('sunspec-meters.json', 'make-sunspec-meters.py'), '--print'], {
        encoding: 'utf8',
      }).stdout,
    ).toBe(readFileSync(file, 'utf8'))
    for (const { expected } of Object.values(devices)) {
      const values = Object.values(expected).filter((value) => value !== null)
      expect(new Set(values).size).toBe(values.length)
    }
  })

  it.skipIf(skip).each(['tcp', 'rtu-over-tcp'] as const)(
    'over %s: each base, models 201 to 204 and 211 to 214, several meters on one unit, short reads enforced',
    async (transport) => {
      const slave = await startMeterSlave({ kind: transport }, file)
      const siteLine: ModbusSiteLine = { transport, id: 'lan', host: '127.0.0.1', port: slave.port }
      const { line } = openLine(siteLine)
      const site = siteSchema.parse({
        version: 1,
        id: 's',
        name: 'S',
        grid: { limit: 100 },
        lines: [siteLine],
        circuits: [{ id: 'main' }],
        meters: Object.entries(devices).map(([unit, { sunspec }]) => ({
          id: `m${unit}`,
          profile: 'sunspec-meter',
          line: 'lan',
          unit: Number(unit),
          periodMs: 300,
          periods: { e_import: 300 },
          ...(sunspec === undefined ? {} : { sunspec }),
        })),
      })
      const acquisition = createWatchedAcquisition({
        site,
        clock: systemClock,
        log: quietLog,
        meterProfiles: meters,
        chargerProfiles: new Map(),
        lines: new Map([['lan', line]]),
        mayAsk: () => true,
      })
      acquisition.start()
      try {
        const wrongNow = () => {
          const readings = acquisition.meterReadings(systemClock.nowMs())
          return Object.entries(devices).flatMap(([unit, { expected }]) =>
            differences(readings[`m${unit}`]?.samples ?? {}, expected).map((what) => `unit ${unit} ${what}`),
          )
        }
        await until('every meter is read right', () => wrongNow().length === 0, 60_000).catch(() => {
          expect(wrongNow()).toEqual([])
        })
        const health = acquisition.deviceHealth()
        for (const [unit, { identity }] of Object.entries(devices))
          expect(health[`m${unit}`]?.identity).toContain(identity)
      } finally {
        await acquisition.stop()
        await line.close()
        await slave.stop()
      }
    },
    90_000,
  )
})
