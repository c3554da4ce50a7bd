import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { telegramOfHex } from '../../../shared/mbus/check-golden.ts'
import { matchingMbusProfiles } from '../../../shared/mbus/match.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { createWatchedMbus } from '../../core/acquisition/test-support/watched-mbus.ts'
import { loadCatalogue } from '../catalogue.ts'
import { systemClock } from '../clock.ts'
import { hasSocat, openPtyPair } from '../modbus/test-support/peers.ts'
import { quietLog } from '../modbus/test-support/quiet-log.ts'
import { until } from '../modbus/test-support/real-line.ts'
import { openMbusLine } from './open-mbus-line.ts'
import { startMbusSlave, testProfile } from './test-support/mbus-slave.ts'

/**
 * Real meters' telegrams (one long frame as hex in each *.hex file, as libmbus' test frames are) replayed from the wire to values.
 * They are not ours to pass on, so the folder is named by whoever has them: TRIPSCOPE_TELEGRAMS=… npx vitest run electron/io/mbus
 */
const folder = process.env['TRIPSCOPE_TELEGRAMS']
/** Heat and water meters are replayed too: a profile that is for every medium. */
const anyMedium = { ...testProfile, match: Array.from({ length: 256 }, (_, medium) => ({ medium })) }
const profilesFolder = join(import.meta.dirname, '..', '..', '..', 'assets', 'profiles')

describe.skipIf(folder === undefined)('recorded telegrams', () => {
  it.each(['tcp', ...(hasSocat ? ['serial'] : [])])(
    'replayed over %s: each is read, and every value of an electricity meter comes through',
    async (kind) => {
      const files = readdirSync(folder ?? '')
        .filter((name) => name.endsWith('.hex'))
        .sort()
      const hexes = files.map((name) =>
        readFileSync(join(folder ?? '', name), 'utf8')
          .trim()
          .replaceAll(/\s+/g, ' '),
      )
      const { mbus: profiles } = await loadCatalogue(profilesFolder)
      const known = hexes.map((hex) => {
        const read = telegramOfHex(hex)
        const header = 'telegram' in read ? read.telegram.header : null
        return { read, profile: header === null ? undefined : matchingMbusProfiles(profiles.values(), header)[0] }
      })
      const pair = kind === 'serial' ? await openPtyPair() : null
      const slave = await startMbusSlave(
        pair === null ? 'tcp' : { path: pair.far },
        hexes.map((hex, index) => ({ primary: index + 1, telegrams: [hex] })),
      )
      const siteLine =
        pair === null
          ? {
              transport: 'mbus-tcp' as const,
              id: 'heat',
              host: '127.0.0.1',
              port: slave.port,
              baud: 38400 as const,
              timeoutMs: 500,
            }
          : {
              transport: 'mbus-serial' as const,
              id: 'heat',
              path: pair.near,
              baud: 2400 as const,
              parity: 'even' as const,
              stopBits: 1 as const,
              timeoutMs: 500,
            }
      const line = openMbusLine(siteLine, { clock: systemClock, log: quietLog })
      const site = siteSchema.parse({
        version: 1,
        id: 's',
        name: 'S',
        grid: { limit: 100 },
        lines: [siteLine],
        circuits: [{ id: 'main' }],
        meters: files.map((_, index) => ({
          id: `m${String(index)}`,
          profile: known[index]?.profile?.id ?? 'test',
          line: 'heat',
          mbus: { primary: index + 1 },
        })),
      })
      const told = new Set<string>()
      const acquisition = createWatchedMbus({
        site,
        clock: systemClock,
        log: quietLog,
        profiles: new Map([...profiles, ['test', anyMedium]]),
        lines: new Map([['heat', line]]),
        onMeterSamples: (id) => {
          told.add(id)
        },
      })
      try {
        await until('the line is connected', () => line.status().state === 'connected')
        acquisition.start()
        await until('all were read', () => told.size === files.length, 120_000)
        const health = acquisition.deviceHealth()
        const readings = acquisition.meterReadings(systemClock.nowMs())
        let read = 0
        let values = 0
        for (const [index, name] of files.entries()) {
          const device = health[`m${String(index)}`]
          const entry = known[index]
          if (entry === undefined) continue
          const isReport = 'telegram' in entry.read && entry.read.telegram.kind === 'error'
          if ('problem' in entry.read || isReport) {
            expect(device?.lastFault, name).not.toBeNull()
            continue
          }
          expect(device?.lastFault, name).toBeNull()
          read += 1
          if (entry.profile !== undefined)
            values += Object.values(readings[`m${String(index)}`]?.samples ?? {}).filter(
              ({ quality }) => quality === 'good',
            ).length
        }
        console.warn(
          `${kind}: ${String(files.length)} telegrams, ${String(read)} read without a fault, ${String(known.filter(({ profile }) => profile !== undefined).length)} of electricity meters with ${String(values)} values`,
        )
        expect(read).toBeGreaterThan(0)
      } finally {
        await acquisition.stop()
        await line.close()
        await slave.stop()
        await pair?.stop()
      }
    },
    200_000,
  )
})
