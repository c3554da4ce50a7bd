import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readChargerProfile, readMeterProfile } from '../../../shared/profile/read-profile.ts'
import { siteSchema, type Site } from '../../../shared/site/site.ts'
import type { Log } from '../ports.ts'
import { createPlainReader } from '../record/plain/plain-record.ts'
import { tapeHeadOf } from '../record/tape/tape-head.ts'
import { createDiagnosis } from './diagnose-record.ts'

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const profilesFolder = join(import.meta.dirname, '..', '..', '..', 'assets', 'profiles')
const text = (path: string): string => readFileSync(join(profilesFolder, path), 'utf8')
const meter = readMeterProfile(text('meters/janitza-umg.yaml'), 'janitza-umg')
const charger = readChargerProfile(text('chargers/alfen-eve.yaml'), 'alfen-eve')
if (!meter.ok || !charger.ok) throw new Error('a profile can’t be read')
const profiles = {
  meterProfiles: new Map([[meter.profile.id, meter.profile]]),
  chargerProfiles: new Map([[charger.profile.id, charger.profile]]),
  mbusProfiles: new Map(),
}

type Line = Readonly<Record<string, unknown>>
/** The incidents in what was read of a site, a second a step. */
const incidentsIn = async (site: Site, seconds: number, at: (second: number) => readonly Line[]) => {
  const head = tapeHeadOf({ site, profiles, session: 's', readOnly: null, program: '0' })
  const diagnosis = createDiagnosis(head, quiet)
  const read = createPlainReader(site)
  let line = 0
  for (let second = 0; second < seconds; second += 1)
    for (const [place, said] of at(second).entries()) {
      line += 1
      const text = JSON.stringify({ at: 1_700_000_000_000 + second * 1000 + place, ...said })
      for (const turn of read(text, line)) await diagnosis.take({ kind: 'turn', line, turn })
    }
  return diagnosis.end(line).incidents.map(({ incident }) => incident)
}
const tripAtS = 90
const volts = { u_l1n: 230, u_l2n: 230, u_l3n: 230 }
const three = (a: number, b = a, c = a): Line => ({ ...volts, i_l1: a, i_l2: b, i_l3: c })
const siteOf = (meters: readonly string[], circuits: readonly object[], chargers: readonly object[]): Site =>
  siteSchema.parse({
    ...{ version: 1, id: 'yard', name: 'Yard', grid: { limit: 160 } },
    lines: [{ transport: 'tcp', id: 'lan', host: '192.0.2.1', port: 502 }],
    meters: meters.map((id, unit) => ({ id, profile: 'janitza-umg', line: 'lan', unit: unit + 1 })),
    circuits,
    chargers: chargers.map((one, index) => ({
      ...{ id: `cp${String(index + 1)}`, profile: 'alfen-eve', line: 'lan', unit: 100 + index, maximum: 16 },
      ...one,
    })),
  })
const breaker = (rating: number) => ({ standard: 'IEC 60898-1', curve: 'C', rating })

const feeders = [
  { id: 'main', meter: 'm', breaker: breaker(100) },
  { id: 'fa', parent: 'main', meter: 'a', breaker: breaker(50) },
  { id: 'fb', parent: 'main', meter: 'b', breaker: breaker(50) },
]
const fed = siteOf(['m', 'a', 'b'], feeders, [])

describe('what is noticed without a charger that is read', () => {
  const run = (loadA: number, steps: readonly number[] = []) =>
    incidentsIn(fed, 110, (second) => {
      const a = second < tripAtS ? loadA : (steps[second - tripAtS] ?? 0)
      return [
        { meter: 'm', values: three(10 + a) },
        { meter: 'a', values: three(a) },
        { meter: 'b', values: three(10) },
      ]
    })
  it('a feeder that loses at once what no car draws and its breaker barely bears has opened', async () => {
    expect(await run(48)).toMatchObject([{ kind: 'trip', circuitId: 'fa' }])
  })
  it('one that loses what a single car may draw, or goes down in steps, has not', async () => {
    expect(await run(30)).toEqual([])
    expect(await run(48, [36, 24, 12])).toEqual([])
  })
})

describe('a meter that is not read for two seconds after another feeder opened', () => {
  const site = siteOf(['m', 'a', 'b'], feeders, [
    { circuit: 'fa', phases: ['L1', 'L2', 'L3'] },
    { circuit: 'fb', phases: ['L1', 'L2', 'L3'] },
  ])
  it('is no second feeder that opened: it was read with its load after that', async () => {
    const found = await incidentsIn(site, 110, (second) => {
      const isOpen = second >= tripAtS
      const isLost = second === tripAtS + 4 || second === tripAtS + 5
      return [
        { meter: 'm', values: three(isOpen ? 10 : 40) },
        isOpen ? { meter: 'a', missing: 'timeout' } : { meter: 'a', values: three(30) },
        isLost ? { meter: 'b', missing: 'timeout' } : { meter: 'b', values: three(10) },
        isOpen ? { charger: 'cp1', missing: 'timeout' } : { charger: 'cp1', values: { limit: 16 }, status: 'charging' },
        { charger: 'cp2', values: { limit: 16 }, status: 'charging' },
      ]
    })
    expect(found.map(({ circuitId }) => circuitId)).toEqual(['fa'])
  })
})

describe('two chargers of a feeder without a meter', () => {
  const circuits = [
    { id: 'main', meter: 'm', breaker: breaker(63) },
    { id: 'fa', parent: 'main', otherLoad: 0, breaker: breaker(25) },
  ]
  const site = siteOf(['m'], circuits, [
    { circuit: 'fa', phases: ['L1', 'L2', 'L3'] },
    { circuit: 'fa', phases: ['L2', 'L3', 'L1'] },
  ])
  const run = (main: (isOpen: boolean) => Line) =>
    incidentsIn(site, 125, (second) => {
      const isOpen = second >= tripAtS
      return [
        main(isOpen),
        ...['cp1', 'cp2'].map((id) =>
          isOpen
            ? { charger: id, missing: 'timeout' }
            : { charger: id, values: { limit: 16, i_t1: 16, i_t2: 0, i_t3: 0 }, status: 'charging' },
        ),
      ]
    })
  it('that fall silent as the main meter loses their load, on whatever phase, were switched off by their breaker', async () => {
    const found = await run((isOpen) => ({ meter: 'm', values: three(6, isOpen ? 6 : 38, 6) }))
    expect(found).toMatchObject([{ kind: 'trip', circuitId: 'fa' }])
  })
  it('that fall silent while their load goes on lost their network', async () => {
    expect(await run(() => ({ meter: 'm', values: three(22, 22, 6) }))).toEqual([])
  })
  it('that fall silent while no meter is there to tell are not seen any more, and that is said', async () => {
    const found = await run(() => ({ meter: 'm', missing: 'timeout' }))
    expect(found.map(({ kind }) => kind).every((kind) => kind === 'sight' || kind === 'dark')).toBe(true)
    expect(found.length).toBeGreaterThan(0)
  })
})

describe('a car that finishes at a site with one main meter, and its charger that loses the network half a minute later', () => {
  const circuits = [
    { id: 'main', meter: 'm', breaker: breaker(63) },
    { id: 'fa', parent: 'main', otherLoad: 0, breaker: breaker(32) },
    { id: 'house', parent: 'main', otherLoad: 20, breaker: breaker(32) },
  ]
  const site = siteOf(['m'], circuits, [
    { circuit: 'fa', phases: ['L1', 'L2', 'L3'] },
    { circuit: 'fa', phases: ['L1', 'L2', 'L3'] },
  ])
  const run = (silentFromS: number) =>
    incidentsIn(site, 130, (second) => {
      const hasEnded = second >= tripAtS
      const amperes = hasEnded ? 0 : 12
      const says = { values: { limit: 16, i_t1: amperes, i_t2: amperes, i_t3: amperes } }
      return [
        { meter: 'm', values: three(6 + amperes) },
        ...(second >= silentFromS
          ? [
              { charger: 'cp1', missing: 'timeout' },
              { charger: 'cp2', missing: 'timeout' },
            ]
          : [
              { charger: 'cp1', values: { limit: 16, i_t1: 0, i_t2: 0, i_t3: 0 }, status: 'available' },
              { charger: 'cp2', ...says, status: hasEnded ? 'connected' : 'charging' },
            ]),
      ]
    })
  it('is no trip', async () => {
    expect(await run(tripAtS + 20)).toEqual([])
  })
  it('falling silent with the load is one', async () => {
    expect(await run(tripAtS)).toMatchObject([{ circuitId: 'fa' }])
  })
})

describe('a voltage outside the window of protective devices, at a site whose meter is read every ten seconds', () => {
  const drawn = siteOf(
    ['m'],
    [{ id: 'main', meter: 'm', breaker: breaker(63) }],
    [
      { circuit: 'main', phases: ['L1', 'L2', 'L3'] },
      { circuit: 'main', phases: ['L1', 'L2', 'L3'] },
    ],
  )
  const site: Site = { ...drawn, meters: drawn.meters.map((one) => ({ ...one, periodMs: 10_000 })) }
  /** The devices open at 90 s; the meter reads at 83, 93, 103 ... s, and is told here in which of them it is outside. */
  const run = (outsideAt: readonly number[], stopping: readonly string[], limitA = 16) =>
    incidentsIn(site, 130, (second) => {
      const charger = (id: string): Line => {
        const hasStopped = second >= tripAtS && stopping.includes(id)
        const amperes = hasStopped ? 0 : 12
        const values = { limit: hasStopped ? limitA : 16, i_t1: amperes, i_t2: amperes, i_t3: amperes }
        return { charger: id, values, status: hasStopped ? 'connected' : 'charging' }
      }
      const load = 12 * (second >= tripAtS ? 2 - stopping.length : 2)
      const low = outsideAt.includes(second) ? { u_l1n: 195 } : {}
      return [
        ...(second % 10 === 3 ? [{ meter: 'm', values: { ...three(load), ...low } }] : []),
        charger('cp1'),
        charger('cp2'),
      ]
    })
  const window = [{ kind: 'window', circuitId: 'main' }]
  it('is noticed where two readings say so', async () => {
    expect(await run([93, 103], ['cp1'])).toMatchObject(window)
  })
  it('or one, and the chargers stopped together, although it was read after they had', async () => {
    expect(await run([93], ['cp1', 'cp2'])).toMatchObject(window)
  })
  it('is not where one reading met it and one car ended, or the chargers were told to stop', async () => {
    expect(await run([93], ['cp1'])).toEqual([])
    expect(await run([93], ['cp1', 'cp2'], 0)).toEqual([])
  })
})
