import type { Observation } from '../../../../../shared/model/observation.ts'
import { siteSchema } from '../../../../../shared/site/site.ts'
import { eventColumns } from '../../../../../shared/said/event.ts'
import { createFakeClock } from '../../../test-support/fake-clock.ts'
import { createOcppSource } from '../ocpp-source.ts'
import { createMemoryServer } from './memory-server.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A site with one charger over OCPP on a server in memory, on the fake clock. */
export const openFakeSite = (ocpp: Record<string, unknown> = {}, charger: Record<string, unknown> = {}) => {
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 100 },
    lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
    meters: [],
    circuits: [{ id: 'main', otherLoad: 0 }],
    ocpp: { port: 9000, host: '127.0.0.1' },
    chargers: [
      { id: 'cp', ocpp: { identity: 'CP-1', ...ocpp }, circuit: 'main', maximum: 32, fallback: 6, ...charger },
    ],
  })
  const clock = createFakeClock()
  const memory = createMemoryServer()
  const observations: Observation[] = []
  const notices: ReturnType<typeof eventColumns>[] = []
  const source = createOcppSource({
    site,
    meterProfiles: new Map(),
    chargerProfiles: new Map(),
    lines: new Map(),
    clock,
    log: quiet,
    mayAsk: () => true,
    openOcpp: () => memory.server,
    onObservation: (observation) => observations.push(observation),
    onNotice: (kind, _severity, _subject, facts) => notices.push(eventColumns(kind, facts)),
  })
  const link = source.chargerLinks?.get('cp')
  if (link === undefined) throw new Error('the charger has no link')
  source.start()
  /** The latest of each quantity. */
  const latest = () => {
    const all: Record<string, number | null> = {}
    let status: string | null = null
    for (const observation of observations) {
      if (observation.kind !== 'charger-samples') continue
      for (const [key, sample] of Object.entries(observation.samples)) all[key] = sample.value
      if (observation.status !== undefined) status = observation.status.value
    }
    return { ...all, status }
  }
  return { site, clock, source, link, observations, notices, latest, connect: memory.connect }
}

/** Settles promises, then the clock: what a test waits for is never a time. */
export const during = async <T>(
  clock: ReturnType<typeof createFakeClock>,
  ms: number,
  promise: Promise<T>,
): Promise<T> => {
  await clock.advance(ms)
  return promise
}
