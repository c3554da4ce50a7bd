import type { Image, MeterReading } from '../../../../shared/model/image.ts'
import type { PhaseCount } from '../../../../shared/model/phase-switch.ts'
import type { PerPhase } from '../../../../shared/model/phase.ts'
import { goodSample } from '../../../../shared/model/sample.ts'
import type { Site } from '../../../../shared/site/site.ts'
import type { Clock } from '../../ports.ts'
import { currentKey } from '../../derive/phase-keys.ts'
import { createCars, usualManners, type Cars, type Manners } from './cars.ts'
import type { LoadStep, Stretch } from './stretch.ts'
import { createTally, placesOf, type LoopOutcome, type Tally } from './tally.ts'

export { usualManners, type LoopOutcome, type Manners }

/** A way of steering: limits from an image, A by charger id; null keeps what there is. */
export interface Steering {
  readonly loopS: number
  readonly step: (image: Image, nowS: number) => Readonly<Record<string, number>> | null
  /** Chargers that are told to go to another number of phases by that step; left out: it never does. */
  readonly switches?: () => readonly { readonly id: string; readonly to: PhaseCount }[]
}

/** What the clock of a run says: its own, so that nothing depends on this computer. */
export const createRunClock = (startMs: number): Clock & { readonly set: (second: number) => void } => {
  // Not kept: a run of the model is no part of the site.
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs - startMs + 10_000,
    after: () => {
      throw new Error('a run of the model has no timers')
    },
    set: (second) => {
      nowMs = startMs + second * 1000
    },
  }
}

/** A rest is offered this often, so that whoever plays it in a living program lets others have their turn: 10 decisions. */
const restEveryS = 10

const stepAt = (steps: readonly LoadStep[], cursor: { index: number }, second: number): PerPhase<number> | null => {
  while (cursor.index + 1 < steps.length && (steps[cursor.index + 1]?.fromS ?? Infinity) <= second) cursor.index += 1
  const step = steps[cursor.index]
  return step === undefined || step.fromS > second ? null : step.amperes
}

/** What flows in every circuit in a second, as the meters of the site show it. */
const createFlow = (site: Site, stretch: Stretch, cars: Cars, tally: Tally) => {
  const places = placesOf(site)
  const cursors = new Map(site.circuits.map(({ id }) => [id, { index: 0 }]))
  return (second: number, atMs: number): Record<string, MeterReading> => {
    const meters: Record<string, MeterReading> = {}
    const samples = new Map<string, Record<string, ReturnType<typeof goodSample>>>()
    let tightest = 0
    for (const place of places) {
      const { circuit, phase } = place
      const cursor = cursors.get(circuit.id) ?? { index: 0 }
      const base = stepAt(stretch.loads.get(circuit.id) ?? [], cursor, second)?.[phase] ?? 0
      const amperes = place.chargers.reduce((sum, id) => sum + cars.drawnA(id, phase), base)
      tally.judge(place, amperes, second)
      tightest = Math.max(tightest, amperes / place.limitA)
      if (circuit.meter === undefined) continue
      const all = samples.get(circuit.meter) ?? {}
      samples.set(circuit.meter, all)
      all[currentKey[phase]] = goodSample(amperes, atMs)
      all[`p_${phase.toLowerCase()}`] = goodSample(amperes * site.grid.nominalVoltage, atMs)
    }
    tally.tightest(tightest)
    for (const [id, all] of samples) meters[id] = { samples: all }
    return meters
  }
}

/**
 * The site as copper and cars, closed over a way of steering: meters that show what flowed a moment ago, cars that follow a limit after
 * their delay and no faster than they can, breakers that warm up on their slowest curve. One step a second. It knows nothing of how limits are found.
 */
export function* playClosedLoop(
  site: Site,
  stretch: Stretch,
  steering: Steering,
  clock: ReturnType<typeof createRunClock>,
  options: {
    readonly manners?: Manners
    readonly pricePerKWh?: (second: number) => number
    readonly firstLimitA?: number
  } = {},
): Generator<undefined, LoopOutcome, undefined> {
  const manners = options.manners ?? usualManners
  const tally = createTally(stretch.seconds)
  const cars = createCars(site, stretch, manners, options.firstLimitA ?? 0, tally)
  const flow = createFlow(site, stretch, cars, tally)
  const shown: Record<string, MeterReading>[] = []
  for (let second = 0; second < stretch.seconds; second += 1) {
    if (second % restEveryS === 0) yield undefined
    clock.set(second)
    const atMs = clock.nowMs()
    cars.move(second, options.pricePerKWh?.(second) ?? 0)
    shown.push(flow(second, atMs))
    if (shown.length > manners.meterAgeS + 1) shown.shift()
    if (second % steering.loopS !== 0) continue
    const image: Image = { seq: second, atMs, circuits: {}, meters: shown[0] ?? {}, chargers: cars.readings(atMs) }
    const limits = steering.step(image, second)
    if (limits !== null) cars.tell(limits, second)
    for (const { id, to } of steering.switches?.() ?? []) {
      cars.switchTo(id, to, second)
      tally.switched()
    }
  }
  return tally.outcome()
}

/** The same in one go. */
export const runClosedLoop = (...run: Parameters<typeof playClosedLoop>): LoopOutcome => {
  const playing = playClosedLoop(...run)
  for (let step = playing.next(); ; step = playing.next()) if (step.done === true) return step.value
}
