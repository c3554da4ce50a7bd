import type { CarStay, LoadStep, Stretch } from '../core/control/what-if/stretch.ts'
import type { Phase } from '../../shared/model/phase.ts'
import { siteAbilities } from '../../shared/charger/abilities-of.ts'
import { siteSchema, type Site } from '../../shared/site/site.ts'
import { chargerProfileSchema } from '../../shared/profile/charger-profile.ts'

/** A charger that measures at all three terminals, takes whole amperes and is read back. */
export const benchProfile = chargerProfileSchema.parse({
  id: 'bench',
  make: 'Bench',
  models: ['B'],
  sources: [{ document: 'none' }],
  confidence: 'high',
  transports: ['tcp'],
  space: 'holding',
  wordOrder: 'high-first',
  line: { maxRegisters: 100 },
  status: { address: 0, type: 'uint16', registers: 1, codes: {} },
  quantities: Object.fromEntries(
    [1, 2, 3].map((terminal) => [`i_t${terminal}`, { address: 20 + terminal, type: 'uint16', every: 'fast' }]),
  ),
  limit: {
    address: 10,
    type: 'uint16',
    functionCode: 6,
    minimum: 6,
    pauseValue: 0,
    resolution: 1,
    readBack: { address: 11, type: 'uint16' },
    tolerance: 0.1,
    settleMs: 2000,
  },
  watchdog: { kind: 'setpoint-validity', timeoutS: 60 },
})

/** A small random source with a seed (mulberry32). */
export const seededRandom = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export const abilitiesOf = (site: Site) => siteAbilities(site, new Map([[benchProfile.id, benchProfile]]))

/** A tree of five levels: connection, halls, rows, boards, sockets' feeders; chargers under the last. Each circuit has a meter. */
export const treeSite = (chargers: number): Site => {
  const counts = [
    1,
    2,
    Math.max(2, Math.round(chargers / 40)),
    Math.max(4, Math.round(chargers / 20)),
    Math.max(8, Math.round(chargers / 8)),
  ]
  const circuits = counts.flatMap((count, level) =>
    Array.from({ length: count }, (_, index) => ({
      id: `n${level}-${index}`,
      meter: `m${level}-${index}`,
      limit: Math.ceil((chargers / count) * 14) + 40,
      ...(level === 0 ? {} : { parent: `n${level - 1}-${Math.floor((index * (counts[level - 1] ?? 1)) / count)}` }),
    })),
  )
  const leaves = counts[4] ?? 1
  return siteSchema.parse({
    version: 1,
    id: 'tree',
    name: 'Tree',
    grid: { limit: Math.min(6300, chargers * 14 + 100) },
    lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
    meters: circuits.map(({ meter }) => ({ id: meter, profile: 'x', line: 'lan' })),
    circuits: circuits.map((circuit) => ({ ...circuit, limit: Math.min(6300, circuit.limit) })),
    chargers: Array.from({ length: chargers }, (_, index) => ({
      id: `c${index}`,
      profile: benchProfile.id,
      line: 'lan',
      circuit: `n4-${index % leaves}`,
      phases: [
        ['L1', 'L2', 'L3'],
        ['L2', 'L3', 'L1'],
        ['L3', 'L1', 'L2'],
      ][index % 3],
      maximum: 32,
      fallback: 0,
    })),
  })
}

/** A car park of a company: one incomer with a building, two feeders, twelve sockets, breakers as they are. */
export const parkSite = (control: object = {}): Site =>
  siteSchema.parse({
    version: 1,
    id: 'park',
    name: 'Car park',
    grid: { limit: 160 },
    lines: [{ id: 'lan', transport: 'tcp', host: '127.0.0.1', port: 502 }],
    meters: ['m0', 'm1', 'm2'].map((id) => ({ id, profile: 'x', line: 'lan' })),
    circuits: [
      {
        id: 'main',
        meter: 'm0',
        limit: 160,
        breaker: { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 160 },
      },
      { id: 'f1', parent: 'main', meter: 'm1', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 80 } },
      { id: 'f2', parent: 'main', meter: 'm2', breaker: { standard: 'IEC 60898-1', curve: 'C', rating: 80 } },
    ],
    chargers: Array.from({ length: 12 }, (_, index) => ({
      id: `c${index}`,
      profile: benchProfile.id,
      line: 'lan',
      circuit: index < 6 ? 'f1' : 'f2',
      phases: [
        ['L1', 'L2', 'L3'],
        ['L2', 'L3', 'L1'],
        ['L3', 'L1', 'L2'],
      ][index % 3],
      maximum: 32,
      fallback: 6,
    })),
    control,
  })

interface Session {
  readonly arrivalMin: number
  readonly departureMin: number
  readonly kWh: number
}

/** Arrivals, stays and energies of a working day where no recorded sessions are at hand: most come about nine, stay for hours, want 5 to 25 kWh. */
const madeUpSessions = (rnd: () => number, count: number): Session[] =>
  Array.from({ length: count }, () => {
    const arrivalMin = 7 * 60 + (rnd() + rnd() + rnd()) * 140
    return { arrivalMin, departureMin: arrivalMin + 90 + rnd() * 420, kWh: 4 + rnd() * rnd() * 40 }
  })

/** A day from `fromMin` on: sessions in their order at whatever socket is free, a building that breathes and whose lift comes and goes. */
export const dayOf = (site: Site, seed: number, hours: number, sessions?: readonly Session[]): Stretch => {
  const rnd = seededRandom(seed)
  const fromMin = 8 * 60
  const seconds = hours * 3600
  const free = new Map(site.chargers.map(({ id }) => [id, -Infinity]))
  const cars: CarStay[] = []
  const all = [...(sessions ?? madeUpSessions(rnd, 26))].sort((one, other) => one.arrivalMin - other.arrivalMin)
  for (const { arrivalMin, departureMin, kWh } of all) {
    const fromS = Math.round((arrivalMin - fromMin) * 60)
    const toS = Math.round((departureMin - fromMin) * 60)
    if (toS <= 0 || fromS >= seconds) continue
    const socket = site.chargers.find(({ id }) => (free.get(id) ?? 0) <= fromS)
    if (socket === undefined) continue
    free.set(socket.id, toS)
    const count = rnd() < 0.3 ? 1 : 3
    cars.push({
      chargerId: socket.id,
      fromS: Math.max(0, fromS),
      toS,
      phases: socket.phases.slice(0, count),
      maximumA: rnd() < 0.6 ? 16 : 32,
      energyKWh: kWh,
    })
  }
  const steps: LoadStep[] = []
  for (let fromS = 0; fromS < seconds; fromS += 20) {
    const base = 35 + 25 * Math.sin((Math.PI * fromS) / seconds) + 6 * rnd()
    const lift = rnd() < 0.12 ? 14 : 0
    const of = (phase: Phase) => base + lift + (phase === 'L2' ? 8 : 0)
    steps.push({ fromS, amperes: { L1: of('L1'), L2: of('L2'), L3: of('L3') } })
  }
  return { startMs: Date.UTC(2026, 10, 23, 8), seconds, loads: new Map([['main', steps]]), cars }
}
