import { breakerModel } from '../../../../shared/electrical/breaker/breaker-model.ts'
import type { Phase } from '../../../../shared/model/phase.ts'
import { circuitLimitA } from '../../../../shared/site/circuit-limit.ts'
import type { Site, SiteCircuit } from '../../../../shared/site/site.ts'
import { pathOf } from '../controlled-charger.ts'

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
  /** How often a charger was told to go to another number of phases. */
  readonly switches: number
}

export interface Place {
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

/** Every phase of every circuit, with the chargers below it. */
export const placesOf = (site: Site): readonly Place[] => {
  const below = new Map(site.circuits.map(({ id }) => [id, [] as string[]]))
  for (const charger of site.chargers)
    for (const { id } of pathOf(site, charger.circuit)) below.get(id)?.push(charger.id)
  return site.circuits.flatMap((circuit) => {
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
}

/** What a run comes to. */
export const createTally = (seconds: number) => {
  const result = {
    energyKWh: 0,
    overAs: 0,
    longestOverS: 0,
    breaches: 0,
    worstShare: 0,
    shareSum: 0,
    trips: 0,
    money: 0,
    switches: 0,
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
    const isLast = second === seconds - 1
    if (second % 60 !== 59 && !isLast) return
    // The rest of the last minute is no mean of a minute, unless there was no whole one.
    const overS = (second % 60) + 1
    if (overS === 60 || second < 60)
      result.worstShare = Math.max(result.worstShare, place.minuteSum / overS / place.limitA)
    place.minuteSum = 0
  }

  return {
    judge,
    charged: (kWh: number, pricePerKWh: number): void => {
      result.energyKWh += kWh
      result.money += kWh * pricePerKWh
    },
    switched: (): void => {
      result.switches += 1
    },
    tightest: (share: number): void => {
      result.shareSum += share
    },
    outcome: (): LoopOutcome => ({
      energyKWh: result.energyKWh,
      overAs: result.overAs,
      longestOverS: result.longestOverS,
      breaches: result.breaches,
      worstShare: 100 * result.worstShare,
      meanShare: (100 * result.shareSum) / Math.max(1, seconds),
      trips: result.trips,
      money: result.money,
      switches: result.switches,
    }),
  }
}
export type Tally = ReturnType<typeof createTally>
