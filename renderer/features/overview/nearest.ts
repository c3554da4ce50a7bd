import type { CircuitPhaseReading, Image } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { formatAge, formatLength } from '../../format/duration.ts'
import { formatAmperes, formatLimit, formatPercent } from '../../format/number.ts'
import { loadRatio } from '../../ui/load-state.ts'
import { earlyTripS } from './time-to-trip.ts'

export interface Nearest {
  readonly circuitId: string
  readonly phase: Phase
  readonly reading: CircuitPhaseReading
  readonly currentA: number
  /** Seconds to the early bound of its breaker at this current; null where no curve tells, Infinity where it never trips. */
  readonly earlyS: number | null
}

/** How much of what it may carry is used: of the limit or of the breaker's early curve, whichever is more. */
const usedShare = ({ reading }: Nearest): number =>
  Math.max(loadRatio(reading) ?? 0, (reading.thermalUsedPercent ?? 0) / 100)

/** Less is nearer: first the time to the early bound, then the share that is used. */
const byNearness = (one: Nearest, other: Nearest): number => {
  const [oneS, otherS] = [one.earlyS ?? Infinity, other.earlyS ?? Infinity]
  return oneS === otherS ? usedShare(other) - usedShare(one) : oneS - otherS
}

/** The phase of the circuit that is nearest to tripping; null while no current is known. */
export const nearestToLimit = (image: Image): Nearest | null => {
  const known = Object.entries(image.circuits).flatMap(([circuitId, circuit]) =>
    phases.flatMap((phase): Nearest[] => {
      const reading = circuit.phases[phase]
      const currentA = reading?.currentA.value ?? null
      if (reading === undefined || currentA === null || loadRatio(reading) === null) return []
      return [{ circuitId, phase, reading, currentA, earlyS: earlyTripS(reading) }]
    }),
  )
  return known.reduce<Nearest | null>(
    (best, entry) => (best === null || byNearness(entry, best) < 0 ? entry : best),
    null,
  )
}

/** Metered circuits whose current is missing now: one of them may be nearer than the one that is named. */
export const unseenCircuits = (image: Image): readonly string[] =>
  Object.entries(image.circuits)
    .filter(
      ([, circuit]) =>
        circuit.source === 'meter' &&
        phases.some((phase) => circuit.phases[phase] !== undefined && circuit.phases[phase].currentA.value === null),
    )
    .map(([id]) => id)

/** What the early curve says about this current, in words; '' where it says nothing. */
const outlookText = ({ earlyS, reading }: Nearest): string => {
  const used =
    reading.thermalUsedPercent === null
      ? ''
      : ` (${formatPercent(reading.thermalUsedPercent)} % of the thermal margin used)`
  if (earlyS === null || earlyS === Infinity) return reading.thermalUsedPercent === null ? '' : used
  if (earlyS === 0) return `; a fast breaker may trip at any moment${used}`
  return `; at this current a fast breaker trips in ${formatLength(Math.max(1, Math.round(earlyS)))}${used}`
}

/** "Feeder 2, L2: 57.3 of 63 A, 5.7 A left, measured 0.4 s ago" */
export const nearestText = (nearest: Nearest, name: string, nowMs: number): string => {
  const { currentA, limitA } = { currentA: Math.abs(nearest.currentA), limitA: nearest.reading.limitA }
  const left = limitA - currentA
  const room = left >= 0 ? `${formatAmperes(left)} A left` : `${formatAmperes(-left)} A over`
  const at = nearest.reading.currentA.atMs
  const age = at === null ? '' : `, measured ${formatAge(nowMs - at)} ago`
  return `${name}, ${nearest.phase}: ${formatAmperes(currentA)} of ${formatLimit(limitA)} A, ${room}${age}${outlookText(nearest)}`
}
