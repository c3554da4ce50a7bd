import { breakerModel } from '../../../../shared/electrical/breaker/breaker-model.ts'
import type { ChargerReading, Image, MeterReading } from '../../../../shared/model/image.ts'
import { perPhase, type PerPhase, type Phase } from '../../../../shared/model/phase.ts'
import { goodSample, missingSample } from '../../../../shared/model/sample.ts'
import { own } from '../../../../shared/own.ts'
import { circuitLimitA } from '../../../../shared/site/circuit-limit.ts'
import type { Site, SiteCircuit } from '../../../../shared/site/site.ts'
import type { Clock } from '../../ports.ts'
import { currentKey } from '../../derive/phase-keys.ts'
import { pathOf } from '../controlled-charger.ts'
import type { CarStay, LoadStep, Stretch } from './stretch.ts'

/** How cars and chargers of the model behave; editable assumptions after IEC 61851-1 and field figures. */
export interface Manners {
  /** From a limit to the moment the car begins to follow, s. */
  readonly delayS: number
  /** How fast it follows, A/s. */
  readonly slewA: number
  /** Age of a meter's reading when it is used, s. */
  readonly meterAgeS: number
}
export const usualManners: Manners = { delayS: 3, slewA: 4, meterAgeS: 1 }

/** A way of steering: limits from an image, A by charger id; null keeps what there is. */
export interface Steering {
  readonly loopS: number
  readonly step: (image: Image, nowS: number) => Readonly<Record<string, number>> | null
}

export interface LoopOutcome {
  readonly energyKWh: number
  /** Sum over phases and circuits above their limit, A s, and the longest time in one piece, s. */
  readonly overAs: number
  readonly longestOverS: number
  /** Times a phase went above its limit. */
  readonly breaches: number
  /** The highest share of a limit that was used in the mean of a minute, and the mean share of the tightest, %. */
  readonly worstShare: number
  readonly meanShare: number
  /** Breakers whose slowest curve would have tripped. */
  readonly trips: number
  readonly money: number
}

interface Place {
  readonly circuit: SiteCircuit
  readonly phase: Phase
  readonly limitA: number
  readonly pickupA: number
  readonly tauS: number
  readonly chargers: readonly string[]
  heat: number
  isTripped: boolean
  overS: number
  minuteSum: number
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
  const below = new Map(site.circuits.map(({ id }) => [id, [] as string[]]))
  for (const charger of site.chargers)
    for (const { id } of pathOf(site, charger.circuit)) below.get(id)?.push(charger.id)
  const places = site.circuits.flatMap((circuit) => {
    const model = circuit.breaker === undefined ? null : breakerModel(circuit.breaker)
    const heat = model !== null && 'late' in model ? model.late.heat : null
    return circuit.phases.map((phase): Place => ({
      circuit,
      phase,
      limitA: circuitLimitA(site, circuit),
      pickupA: heat?.pickupA ?? Infinity,
      tauS: heat?.tauS ?? 1,
      chargers: below.get(circuit.id) ?? [],
      heat: 0,
      isTripped: false,
      overS: 0,
      minuteSum: 0,
    }))
  })
  const cursors = new Map(site.circuits.map(({ id }) => [id, { index: 0 }]))
  const stays = new Map(site.chargers.map(({ id }) => [id, stretch.cars.filter(({ chargerId }) => chargerId === id)]))
  const cars = new Map(
    site.chargers.map(({ id }) => [
      id,
      {
        drawnA: 0,
        gotKWh: 0,
        stay: null as CarStay | null,
        limitA: options.firstLimitA ?? 0,
        told: [] as { atS: number; limitA: number }[],
      },
    ]),
  )
  const result = {
    energyKWh: 0,
    overAs: 0,
    longestOverS: 0,
    breaches: 0,
    worstShare: 0,
    shareSum: 0,
    trips: 0,
    money: 0,
  }
  const shown: Record<string, MeterReading>[] = []

  const moveCars = (second: number): void => {
    for (const [id, car] of cars) {
      const stay = (stays.get(id) ?? []).find(({ fromS, toS }) => second >= fromS && second < toS) ?? null
      if (stay !== car.stay) {
        car.stay = stay
        car.gotKWh = 0
      }
      while ((car.told[0]?.atS ?? Infinity) <= second) car.limitA = car.told.shift()?.limitA ?? car.limitA
      const isFull = stay === null || car.gotKWh >= stay.energyKWh
      const wantedA = isFull || car.limitA < 6 ? 0 : Math.min(stay.maximumA, car.limitA)
      const slewA = wantedA === 0 ? Infinity : manners.slewA
      car.drawnA += Math.max(-slewA, Math.min(slewA, wantedA - car.drawnA))
      const kWh = (car.drawnA * (stay?.phases.length ?? 0) * site.grid.nominalVoltage) / 3.6e6
      car.gotKWh += kWh
      result.energyKWh += kWh
      result.money += kWh * (options.pricePerKWh?.(second) ?? 0)
    }
  }

  const judge = (place: Place, amperes: number, second: number): void => {
    const overA = amperes - place.limitA
    if (overA > 0.01) {
      if (place.overS === 0) result.breaches += 1
      place.overS += 1
      result.overAs += overA
      result.longestOverS = Math.max(result.longestOverS, place.overS)
    } else place.overS = 0
    if (Number.isFinite(place.pickupA)) {
      const settled = (amperes / place.pickupA) ** 2
      place.heat = settled + (place.heat - settled) * Math.exp(-1 / place.tauS)
      if (place.heat >= 1 && !place.isTripped) {
        place.isTripped = true
        result.trips += 1
      }
    }
    place.minuteSum += amperes
    const isLast = second === stretch.seconds - 1
    if (second % 60 !== 59 && !isLast) return
    // The rest of the last minute is no mean of a minute, unless there was no whole one.
    const overS = (second % 60) + 1
    if (overS === 60 || second < 60)
      result.worstShare = Math.max(result.worstShare, place.minuteSum / overS / place.limitA)
    place.minuteSum = 0
  }

  const flow = (second: number): Record<string, MeterReading> => {
    const meters: Record<string, MeterReading> = {}
    const atMs = clock.nowMs()
    const samples = new Map<string, Record<string, ReturnType<typeof goodSample>>>()
    let tightest = 0
    for (const place of places) {
      const { circuit, phase } = place
      const cursor = cursors.get(circuit.id) ?? { index: 0 }
      const base = stepAt(stretch.loads.get(circuit.id) ?? [], cursor, second)?.[phase] ?? 0
      const amperes = place.chargers.reduce((sum, id) => {
        const car = cars.get(id)
        return car?.stay?.phases.includes(phase) === true ? sum + car.drawnA : sum
      }, base)
      judge(place, amperes, second)
      tightest = Math.max(tightest, amperes / place.limitA)
      if (circuit.meter === undefined) continue
      const all = samples.get(circuit.meter) ?? {}
      samples.set(circuit.meter, all)
      all[currentKey[phase]] = goodSample(amperes, atMs)
      all[`p_${phase.toLowerCase()}`] = goodSample(amperes * site.grid.nominalVoltage, atMs)
    }
    result.shareSum += tightest
    for (const [id, all] of samples) meters[id] = { samples: all }
    return meters
  }

  const readings = (): Record<string, ChargerReading> => {
    const atMs = clock.nowMs()
    return Object.fromEntries(
      site.chargers.map((charger) => {
        const car = cars.get(charger.id)
        const stay = car?.stay ?? null
        return [
          charger.id,
          {
            status: {
              value:
                stay === null
                  ? 'available'
                  : (car?.drawnA ?? 0) > 1
                    ? 'charging'
                    : car !== undefined && car.gotKWh >= stay.energyKWh
                      ? 'suspended'
                      : 'ready',
              code: null,
              quality: 'good',
              atMs,
            },
            samples: { limit: goodSample(car?.limitA ?? 0, atMs) },
            siteCurrentA: perPhase((phase) =>
              charger.phases.includes(phase)
                ? goodSample(stay?.phases.includes(phase) === true ? (car?.drawnA ?? 0) : 0, atMs)
                : missingSample('absent', atMs),
            ),
          } satisfies ChargerReading,
        ]
      }),
    )
  }

  for (let second = 0; second < stretch.seconds; second += 1) {
    if (second % restEveryS === 0) yield undefined
    clock.set(second)
    moveCars(second)
    shown.push(flow(second))
    if (shown.length > manners.meterAgeS + 1) shown.shift()
    if (second % steering.loopS !== 0) continue
    const image: Image = {
      seq: second,
      atMs: clock.nowMs(),
      circuits: {},
      meters: shown[0] ?? {},
      chargers: readings(),
    }
    const limits = steering.step(image, second)
    if (limits === null) continue
    for (const [id, car] of cars) {
      const limitA = own(limits, id)
      if (limitA !== undefined && limitA !== (car.told.at(-1)?.limitA ?? car.limitA))
        car.told.push({ atS: second + manners.delayS, limitA })
    }
  }
  return {
    energyKWh: result.energyKWh,
    overAs: result.overAs,
    longestOverS: result.longestOverS,
    breaches: result.breaches,
    worstShare: 100 * result.worstShare,
    meanShare: (100 * result.shareSum) / Math.max(1, stretch.seconds),
    trips: result.trips,
    money: result.money,
  }
}

/** The same in one go. */
export const runClosedLoop = (...run: Parameters<typeof playClosedLoop>): LoopOutcome => {
  const playing = playClosedLoop(...run)
  for (let step = playing.next(); ; step = playing.next()) if (step.done === true) return step.value
}
