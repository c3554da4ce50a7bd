import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import type { ScanState } from '../../shared/api/scan-contract.ts'
import { guardOf } from '../core/test-support/ask-guard.ts'
import { siteSchema } from '../../shared/site/site.ts'
import { createScan } from '../core/scan/scan.ts'
import { loadCatalogue } from '../io/catalogue.ts'
import { systemClock } from '../io/clock.ts'
import { createOpenLine } from '../io/modbus/open-modbus-line.ts'
import { hasPymodbus, missingPeer } from '../io/modbus/test-support/peers.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { startMeterSlave } from '../io/test-support/meter-slave.ts'
import { openSimulator } from '../simulator/test-support/open-simulator.ts'
import { programPaths } from './program-paths.ts'

const { meters: meterProfiles, chargers: chargerProfiles } = await loadCatalogue(programPaths.profiles)
const empty = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'Site',
  grid: { limit: 100 },
  lines: [{ transport: 'tcp', id: 'net', host: '192.0.2.1', port: 502 }],
  meters: [],
  circuits: [{ id: 'main' }],
})

const search = async (port: number, units: string, framing: 'tcp' | 'rtu-over-tcp'): Promise<ScanState> => {
  let ids = 0
  const scan = createScan({
    site: empty,
    meterProfiles,
    chargerProfiles,
    guard: guardOf(empty, chargerProfiles),
    mbusProfiles: new Map(),
    lines: new Map(),
    mbusLines: new Map(),
    acquisition: { background: () => null },
    kept: new Map(),
    clock: systemClock,
    log: quietLog,
    openLine: createOpenLine({ clock: systemClock, log: quietLog }),
    openMbusLine: () => {
      throw new Error('no M-Bus here')
    },
    newId: () => `find-${(ids += 1)}`,
  })
  onTestFinished(() => scan.stop())
  const ended = new Promise<ScanState>((resolve) => {
    scan.listen((state) => {
      if (state.phase === 'ended') resolve(state)
    })
  })
  scan.start({ kind: 'tcp', hosts: '127.0.0.1', ports: String(port), units, framings: [framing] }, 'Test')
  return ended
}

it('the simulated SunSpec meters are found by their chain, on a network and behind a gateway', async () => {
  const { site: simulated } = await openSimulator('sunspec')
  for (const [meterId, profile] of [
    ['main-meter', 'sunspec-meter'],
    ['feeder-meter', 'sunspec-meter-float'],
  ] as const) {
    const meter = simulated.site.meters.find(({ id }) => id === meterId)
    const line = simulated.site.lines.find(({ id }) => id === meter?.line)
    if (meter === undefined || line === undefined || !('host' in line) || line.transport === 'mbus-tcp')
      throw new Error(`the scenario has no ${meterId} on a network line`)
    const {
      finds: [find],
    } = await search(line.port, String(meter.unit), line.transport)
    const best = find?.candidates[0]
    expect([find?.verdict, best?.profileId, best?.hindrance]).toEqual(['identified', profile, null])
    expect(best?.evidence.join('; ')).toMatch(
      /'SunS' at register \d+.*model 1 says .+; meter model 2\d\d, .*; \d\d\.\d\d Hz/,
    )
  }
}, 120_000)

it.skipIf(missingPeer('python3-pymodbus', hasPymodbus, 'python3-pymodbus python3-serial-asyncio'))(
  'every SunSpec device whose words Python made is found with its maker, its serial number and the meter it holds',
  async () => {
    const file = fileURLToPath(new URL('../io/test-support/sunspec-meters.json', import.meta.url))
    const devices = JSON.parse(readFileSync(file, 'utf8')) as Readonly<
      Record<string, { readonly profile: string; readonly base: number; readonly identity: string }>
    >
    const slave = await startMeterSlave({ kind: 'tcp' }, file)
    const { finds } = await search(slave.port, Object.keys(devices).join(', '), 'tcp')
    for (const [unit, { base, identity }] of Object.entries(devices)) {
      const find = finds.find((entry) => entry.unit === Number(unit))
      const meters = find?.candidates.filter(({ profileId }) => profileId.startsWith('sunspec-')) ?? []
      const model = /meter model (\d+)/.exec(identity)?.[1] ?? ''
      const serial = /serial number [^;]+/.exec(identity)?.[0] ?? 'no serial number'
      const wanted = meters.find(
        ({ evidence }) =>
          evidence.some((words) => words.startsWith(`meter model ${model},`)) && evidence.join('; ').includes(serial),
      )
      expect(wanted, `unit ${unit}: ${identity}`).toBeDefined()
      expect(wanted?.evidence[0]).toBe(`'SunS' at register ${base}`)
    }
  },
  120_000,
)
