import type { ChargerReading, Image, MeterReading } from '../../../../shared/model/image.ts'
import type { Doubt, DoubtKind } from '../../../../shared/model/doubt.ts'
import { perPhase, phases, type PerPhase } from '../../../../shared/model/phase.ts'
import { missingSample, type Sample } from '../../../../shared/model/sample.ts'
import { own } from '../../../../shared/own.ts'
import type { MeterProfile } from '../../../../shared/profile/meter-profile.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { assessMeter } from '../../../../shared/wiring/assess-meter.ts'
import { notAssessed, type WiringCheck, type WiringCheckId } from '../../../../shared/wiring/check-result.ts'
import { keysOf, type MeterView } from '../../../../shared/wiring/meter-view.ts'
import { forgetful, type Memory } from '../../site/memory.ts'
import { energyStep, stretchOf, type EnergyState } from './energy-stretch.ts'
import { gainStep, noGain, type GainState } from './gain-steps.ts'
import { holdChecks, shownChecks, type HeldChecks } from './held-checks.ts'
import { jumpedAt, smoothStep, type Smooth } from './smooth.ts'
import { watchedMeters, type WatchedMeter } from './wiring-setup.ts'

/** What the passive checks keep of one meter. Plain data. */
interface MeterState {
  readonly smooth: ReadonlyMap<string, Smooth>
  /** When one of its currents or powers last jumped, site ms. */
  readonly jumpMs: number | null
  readonly has: ReadonlySet<string>
  readonly gains: PerPhase<GainState>
  readonly chargersA: PerPhase<number | null>
  readonly energy: EnergyState | null
  readonly load: { readonly typicalA: number; readonly mostA: number; readonly sinceMs: number } | null
  /** Since when no current has moved away from its mean, site ms. */
  readonly calmSinceMs: number
  readonly seenMs: number
  readonly held: HeldChecks
}

/** The state of every meter's checks. */
export type WiringReports = ReadonlyMap<string, readonly WiringCheck[]>
export const noReports: WiringReports = new Map()

/** Quantities that are smoothed: what the checks look at. */
const watchedKeys: readonly string[] = [
  ...phases.flatMap((phase) => Object.values(keysOf(phase))),
  'u_l1l2',
  'u_l2l3',
  'u_l3l1',
  'p_total',
  'q_total',
  'f',
  'f_fine',
  'rotation',
  'phase_sequence',
]

/*
 * Editable assumptions. Every meter is assessed each second image, of a large site more seldom; its angles once its currents were calm for some seconds, and what its
 * registers say of each other after they were calm for longer than the slowest of them are read. The typical current is a mean over an
 * hour.
 */
const fastest = 2
/** Of a large site each in its turn, so that a second's work stays small; five looks then take twenty seconds instead of ten. */
const metersEach = 50
const calmShare = 0.08
const calmA = 1
const soonMs = 4000
const calmMs = 9000
const rests: ReadonlyMap<WiringCheckId, { readonly neededMs: number; readonly on: readonly string[] }> = new Map([
  ['signature', { neededMs: soonMs, on: ['u', 'i', 'p', 'q'] }],
  ['open-transformer', { neededMs: soonMs, on: ['u', 'i'] }],
  ['ratio', { neededMs: soonMs, on: ['i'] }],
  ['power-sum', { neededMs: calmMs, on: ['p'] }],
  ['reactive-sum', { neededMs: calmMs, on: ['q'] }],
  ['apparent-power', { neededMs: calmMs, on: ['u', 'i', 's'] }],
  ['power-factor', { neededMs: calmMs, on: ['p', 'q', 's', 'pf'] }],
  ['children', { neededMs: calmMs, on: ['p'] }],
])
const typicalMs = 3_600_000
const stuckAfterMs = 60_000
const stuckShare = 0.25
const loadedA = 1

const emptyState = (nowMs: number): MeterState => ({
  smooth: new Map(),
  jumpMs: null,
  has: new Set(),
  gains: perPhase(() => noGain),
  chargersA: perPhase(() => null),
  energy: null,
  load: null,
  calmSinceMs: nowMs,
  seenMs: nowMs,
  held: new Map(),
})

/** Currents and powers of a phase move together; each is stuck where only the other moves. */
const partnerOf = new Map(
  phases.flatMap((phase) => {
    const { i, p } = keysOf(phase)
    return [
      [i, p],
      [p, i],
    ] as const
  }),
)

const latestJump = (before: MeterState, reading: MeterReading): number | null => {
  const jumps = watchedKeys.flatMap((key) => jumpedAt(key, before.smooth.get(key), own(reading.samples, key)) ?? [])
  return jumps.length === 0 ? before.jumpMs : Math.max(before.jumpMs ?? -Infinity, ...jumps)
}

const smoothAll = (
  before: MeterState,
  reading: MeterReading,
  meter: WatchedMeter,
  nowMs: number,
  jumpMs: number | null,
) => {
  const elapsedMs = nowMs - before.seenMs
  const next = new Map<string, Smooth>()
  for (const key of watchedKeys) {
    const sample = own(reading.samples, key)
    const known = before.smooth.get(key)
    if (sample === undefined && known === undefined) continue
    const partner = partnerOf.get(key)
    const other = partner === undefined ? null : (before.smooth.get(partner)?.mean ?? null)
    const smooth = smoothStep(key, known, sample, nowMs, elapsedMs, meter.periodMs, other, jumpMs)
    if (smooth !== null) next.set(key, smooth)
  }
  return next
}

/** When the one of these registers that was read longest ago was read, site ms: a poll that was lost must not be compared with those after it. */
const oldestReadMs = (smooth: MeterState['smooth'], kinds: readonly string[]): number =>
  [...smooth].reduce(
    (oldest, [key, { atMs }]) => (kinds.includes(key.split('_')[0] ?? '') ? Math.min(oldest, atMs) : oldest),
    Infinity,
  )

/** What may be said now; of the rest what was said before, or why nothing was yet. */
const whenCalm = (results: readonly WiringCheck[], nowMs: number, state: MeterState): readonly WiringCheck[] =>
  results.flatMap((result) => {
    const rest = rests.get(result.id)
    if (rest === undefined || result.state === 'not-assessed') return [result]
    const calmForMs = Math.min(nowMs, oldestReadMs(state.smooth, rest.on)) - state.calmSinceMs
    if (calmForMs >= rest.neededMs) return [result]
    const why = `its currents have not been calm for ${rest.neededMs / 1000} s yet, and its registers are read one after the other`
    return state.held.has(result.id) ? [] : [notAssessed(result.id, result.title, why)]
  })

const isCalm = (smooth: ReadonlyMap<string, Smooth>): boolean =>
  phases.every((phase) => {
    const current = smooth.get(keysOf(phase).i)
    return current === undefined || Math.abs(current.value - current.mean) <= calmA + calmShare * Math.abs(current.mean)
  })

const drawnBelow = (meter: WatchedMeter, chargers: Readonly<Record<string, ChargerReading | undefined>>) =>
  perPhase((phase): number | null => {
    let sum = 0
    for (const id of meter.chargerIds) {
      const value = own(chargers, id)?.siteCurrentA[phase].value
      if (value == null) return null
      sum += Math.abs(value)
    }
    return meter.chargerIds.length === 0 ? null : sum
  })

/** Active current where the meter gives power: loads of other angles do not bend it. */
const activeA = (reading: MeterReading, phase: (typeof phases)[number]): number | null => {
  const { u, i, p } = keysOf(phase)
  const [volts, watts] = [own(reading.samples, u)?.value, own(reading.samples, p)?.value]
  if (volts != null && watts != null && volts > 50) return Math.abs(watts) / volts
  const amperes = own(reading.samples, i)?.value
  return amperes == null ? null : Math.abs(amperes)
}

const netEnergy = ({ samples }: MeterReading): Sample | null => {
  const net = samples['e_net']
  if (net?.value != null) return net
  const [imported, exported] = [samples['e_import'], samples['e_export']]
  if (imported?.value == null) return null
  if (exported === undefined) return imported
  if (exported.value === null) return missingSample('waiting', null)
  return { ...imported, value: imported.value - exported.value }
}

const loadStep = (before: MeterState, smooth: ReadonlyMap<string, Smooth>, nowMs: number): MeterState['load'] => {
  const currents = phases.flatMap((phase) => {
    const mean = smooth.get(keysOf(phase).i)?.mean
    return mean === undefined ? [] : [Math.abs(mean)]
  })
  if (currents.length === 0) return before.load
  const most = Math.max(...currents)
  // Of an empty circuit nothing is typical.
  if (most < loadedA) return before.load
  if (before.load === null) return { typicalA: most, mostA: most, sinceMs: nowMs }
  const weight = 1 - Math.exp(-Math.max(0, nowMs - before.seenMs) / typicalMs)
  const { typicalA, mostA, sinceMs } = before.load
  return { typicalA: typicalA + (most - typicalA) * weight, mostA: Math.max(mostA, most), sinceMs }
}

const take = (
  before: MeterState,
  reading: MeterReading,
  chargers: Readonly<Record<string, ChargerReading | undefined>>,
  meter: WatchedMeter,
  nowMs: number,
): MeterState => {
  const jumpMs = latestJump(before, reading)
  const smooth = smoothAll(before, reading, meter, nowMs, jumpMs)
  const drawn = drawnBelow(meter, chargers)
  const total = reading.samples['p_total']?.value ?? null
  const powerW = total === null || meter.facts.hasExportRegister ? total : Math.max(0, total)
  return {
    ...before,
    smooth,
    jumpMs,
    has: before.has.size === 0 ? new Set(Object.keys(reading.samples)) : before.has,
    gains: perPhase((phase) => {
      const [chargersA, meterA] = [drawn[phase], activeA(reading, phase)]
      return chargersA === null || meterA === null
        ? before.gains[phase]
        : gainStep(before.gains[phase], { atMs: nowMs, chargersA, meterA })
    }),
    chargersA: drawn,
    energy: energyStep(before.energy, netEnergy(reading), powerW, nowMs),
    load: loadStep(before, smooth, nowMs),
    // A jump begins the means anew, so that values are at their means at once.
    calmSinceMs: isCalm(smooth) && jumpMs === before.jumpMs ? before.calmSinceMs : nowMs,
    seenMs: nowMs,
  }
}

const blocking: Readonly<Partial<Record<DoubtKind, string>>> = {
  probe: 'its values are not believed at all (see the alarms): they are read wrongly',
  frozen: 'its values are not believed at all (see the alarms): it repeats old ones',
  'not-judged': 'its values could not be judged (see the alarms)',
  'dead-input': 'it has no voltage (see the alarms)',
}
const blockedBy = (state: MeterState, doubts: readonly Doubt[]): string | null => {
  if (state.smooth.size === 0) return 'nothing has been read of it lately'
  for (const { kind } of doubts) if (blocking[kind] !== undefined) return blocking[kind]
  return null
}

const stuckOf = ({ smooth }: MeterState, nowMs: number) =>
  [...partnerOf].flatMap(([key, moved]) => {
    const [own, other] = [smooth.get(key), smooth.get(moved)]
    if (own === undefined || other === undefined || own.otherAtChange === null) return []
    const forMs = Math.min(nowMs, own.atMs) - own.changedMs
    const least = key.startsWith('i') ? 500 : 2
    const change = Math.abs(other.mean - own.otherAtChange)
    const isStuck = forMs >= stuckAfterMs && change > Math.max(least, stuckShare * Math.abs(own.otherAtChange))
    return isStuck ? [{ key, moved, forMs }] : []
  })

const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

export interface Wiring {
  /** The meters as they were read, before anything is taken from them: what is wired wrong is often what is not believed. */
  readonly read: (meters: Readonly<Record<string, MeterReading>>) => void
  readonly step: (image: Image) => void
  readonly reports: () => WiringReports
}

/** Every meter's passive wiring checks (shared/wiring), kept up with each image. */
export const createWiring = (
  site: Site,
  meterProfiles: ReadonlyMap<string, MeterProfile>,
  memory: Memory = forgetful,
): Wiring => {
  const watched = watchedMeters(site, meterProfiles)
  const assessEvery = Math.max(fastest, Math.ceil(watched.length / metersEach))
  const kept = memory.keep('wiring', {
    meters: new Map<string, MeterState>(),
    images: 0,
    /** Only within a turn: what was read for the image that follows. */
    asRead: {} as Readonly<Record<string, MeterReading>>,
  })

  const siteHz = (): number | null => {
    const all = watched.flatMap(({ id }) => {
      const smooth = kept.meters.get(id)?.smooth
      return smooth?.get('f_fine')?.mean ?? smooth?.get('f')?.mean ?? []
    })
    return all.length < 2 ? null : median(all)
  }
  const childrenW = (meter: WatchedMeter): PerPhase<number | null> =>
    perPhase((phase) =>
      meter.childMeters.length === 0
        ? null
        : meter.childMeters.reduce<number | null>((sum, id) => {
            const watts = kept.meters.get(id)?.smooth.get(keysOf(phase).p)?.mean
            return sum === null || watts === undefined ? null : sum + watts
          }, 0),
    )
  const viewOf = (meter: WatchedMeter, state: MeterState, doubts: readonly Doubt[], hz: number | null): MeterView => ({
    facts: meter.facts,
    has: (key) => state.has.has(key),
    mean: (key) => state.smooth.get(key)?.mean ?? null,
    last: (key) => state.smooth.get(key)?.value ?? null,
    blockedBy: blockedBy(state, doubts),
    chargersA: state.chargersA,
    childrenW: childrenW(meter),
    steps: perPhase((phase) => state.gains[phase].steps),
    energy: stretchOf(state.energy),
    stuck: stuckOf(state, state.seenMs),
    siteHz: hz,
    load: state.load === null ? null : { ...state.load, hours: (state.seenMs - state.load.sinceMs) / 3_600_000 },
  })

  return {
    read: (meters) => {
      kept.asRead = meters
    },
    step: (image) => {
      kept.images += 1
      const hz = siteHz()
      watched.forEach((meter, index) => {
        const reading = own(kept.asRead, meter.id) ?? own(image.meters, meter.id)
        if (reading === undefined) return
        const state = take(
          kept.meters.get(meter.id) ?? emptyState(image.atMs),
          reading,
          image.chargers,
          meter,
          image.atMs,
        )
        const isDue = (kept.images + index) % assessEvery === 0
        const doubts = own(image.meters, meter.id)?.doubts ?? []
        const results = isDue
          ? whenCalm(assessMeter(viewOf(meter, state, doubts, hz), meter.frequencyStepHz), image.atMs, state)
          : null
        kept.meters.set(meter.id, results === null ? state : { ...state, held: holdChecks(state.held, results) })
      })
      kept.asRead = {}
    },
    reports: () => new Map([...kept.meters].map(([id, { held }]) => [id, shownChecks(held)])),
  }
}
