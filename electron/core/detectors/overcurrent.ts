import type { CircuitPhaseReading } from '../../../shared/model/image.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { seenPhases } from './circuit-tree.ts'
import { clear, unknown, type Detector, type Facts, type Outcome, type Setup, type Verdict } from './detector.ts'
import { notAfter } from './not-after.ts'
import { own } from '../../../shared/own.ts'
import { amperes, blindness, percent, polledEvidence, seconds, used } from './wording.ts'

/** Ends this far below the limit. Editable assumption. */
const endShare = 0.95
/** Above the declared limit but not above the breaker: the controller is given time to act before it is a finding, ms. */
const limitPatienceMs = 5000

interface CircuitState {
  readonly sinceMs: number | null
  readonly raised: boolean
  readonly peaks: Readonly<Partial<Record<Phase, number>>>
}
export type OvercurrentState = Readonly<Record<string, CircuitState>>
const idle: CircuitState = { sinceMs: null, raised: false, peaks: {} }

const peaksOf = (state: CircuitState): readonly (readonly [Phase, number])[] =>
  phases.flatMap((phase) => (state.peaks[phase] === undefined ? [] : [[phase, state.peaks[phase]] as const]))

type Over = {
  readonly phase: Phase
  readonly current: number
  readonly thermal: number | null
  /** Percent, around every past the breaker may have had; null without a model of it. */
  readonly band: { readonly low: number; readonly high: number } | null
  /** Seconds to the early bound at this current; Infinity: never; null: cannot be told. */
  readonly earlyS: number | null
}

/** Null where the past is not known yet, as the margin is. */
const earlyOf = (pole: CircuitPhaseReading): number | null =>
  pole.thermalUsedPercent === null || pole.thermal?.toTrip == null ? null : (pole.thermal.toTrip.earlyS ?? Infinity)

/** Earliest trip by the early curve if this current stays, in words; null where it would not trip or cannot be told. */
const outlook = ({ earlyS: trip }: Over): string | null => {
  if (trip === null) return null
  return trip === Infinity
    ? 'at this current not even an early breaker of this type would trip'
    : trip === 0
      ? 'an early breaker of this type may trip now'
      : `an early breaker of this type would trip in about ${seconds(trip * 1000)}`
}

/** How much of the thermal margin is used on the worst phase: a figure, or the band while the breaker's past is not known. */
const marginText = ({ phase, thermal, band }: Over): string => {
  if (thermal !== null) return `thermal margin used on ${phase}: ${percent(thermal)}`
  if (band === null) return 'thermal margin used: there is no curve to tell it by'
  return (
    `thermal margin used on ${phase}: between ${percent(band.low)} and ${percent(band.high)}, ` +
    'as what flowed before is not known yet'
  )
}

const marginNumbers = (over: readonly Over[]): Facts['numbers'] =>
  over.flatMap(({ phase, thermal, band }) =>
    thermal !== null
      ? [used(`thermal margin used ${phase}`, thermal, '%')]
      : band === null
        ? []
        : [
            used(`thermal margin used ${phase}, at least`, band.low, '%'),
            used(`thermal margin used ${phase}, at most`, band.high, '%'),
          ],
  )

const facts = (
  setup: Setup,
  circuit: SiteCircuit,
  meterId: string | null,
  over: readonly Over[],
  state: CircuitState,
  atMs: number,
): Facts => {
  const limitA = circuitLimitA(setup.site, circuit)
  const ratingA = circuit.breaker?.rating ?? null
  const worst = over.reduce((a, b) => (b.current > a.current ? b : a))
  const aboveBreaker = ratingA !== null && worst.current > ratingA
  const aboveMs = state.sinceMs === null ? 0 : atMs - state.sinceMs
  const name = circuit.name ?? circuit.id
  const thermal = worst.thermal
  const against = aboveBreaker
    ? `its breaker's rating ${ratingA} A`
    : ratingA === null || limitA < ratingA
      ? `its limit ${limitA} A${ratingA === null ? '' : ` (breaker ${ratingA} A)`}`
      : `${limitA} A`
  const next = outlook(worst)
  return {
    phase: over.map(({ phase }) => phase).join(' '),
    severity: aboveBreaker || (thermal !== null && thermal >= 100) ? 'critical' : 'warning',
    title: `Overcurrent on ${name}`,
    message:
      `${over.map(({ phase, current }) => `${phase} ${amperes(current)}`).join(', ')}, above ${against} for ${seconds(aboveMs)}; ` +
      marginText(worst) +
      `${next === null ? '' : `; ${next}`}. Reduce the load on ${worst.phase} of this circuit.`,
    numbers: [
      used('limit', limitA, 'A'),
      ...(ratingA === null ? [] : [used('breaker rating', ratingA, 'A')]),
      ...over.map(({ phase, current }) => used(`current ${phase}`, current, 'A')),
      ...peaksOf(state).map(([phase, peak]) => used(`highest ${phase}`, peak, 'A')),
      ...marginNumbers(over),
      used('time above', aboveMs / 1000, 's'),
    ],
    evidence:
      meterId === null
        ? 'sum of the currents the chargers report; inrush and short circuits are not visible'
        : `${polledEvidence(setup, meterId, currentKey[worst.phase])}; inrush and short circuits are not visible`,
    blindMs: meterId === null ? null : blindness(setup, meterId, currentKey[worst.phase]).blindMs,
    identity: phases.filter((phase) => state.peaks[phase] !== undefined).join(),
    levels: [
      { value: worst.current, step: limitA / 10 },
      { value: thermal ?? worst.band?.high ?? 0, step: 10 },
    ],
  }
}

export const overcurrent: Detector<OvercurrentState> = {
  id: 'overcurrent',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const next: Record<string, CircuitState> = {}
    const outcomes: Outcome[] = []
    for (const circuit of setup.site.circuits) {
      const reading = own(image.circuits, circuit.id)
      const limitA = circuitLimitA(setup.site, circuit)
      const remembered = own(all, circuit.id) ?? idle
      const before =
        remembered.sinceMs === null ? remembered : { ...remembered, sinceMs: notAfter(remembered.sinceMs, image.atMs) }
      const known: Over[] = []
      let missing: Phase | null = null
      for (const phase of seenPhases(circuit, reading)) {
        const pole = reading?.phases[phase]
        if (pole?.currentA.value == null) missing ??= phase
        else
          known.push({
            phase,
            current: Math.abs(pole.currentA.value),
            thermal: pole.thermalUsedPercent,
            band: pole.thermal == null ? null : { low: pole.thermal.lowPercent, high: pole.thermal.highPercent },
            earlyS: earlyOf(pole),
          })
      }
      const endsAt = before.sinceMs === null ? limitA : limitA * endShare
      const over = known.filter(({ current }) => current > endsAt)
      let state: CircuitState = idle
      let verdict: Verdict
      if (over.length > 0) {
        const sinceMs = before.sinceMs ?? image.atMs
        const peaks = Object.fromEntries(
          over.map(({ phase, current }) => [phase, Math.max(before.peaks[phase] ?? 0, current)]),
        )
        const atOnce =
          circuit.breaker !== undefined && over.some(({ current }) => current > (circuit.breaker?.rating ?? Infinity))
        const raised = before.raised || atOnce || image.atMs - sinceMs >= limitPatienceMs
        state = { sinceMs, raised, peaks: { ...before.peaks, ...peaks } }
        verdict = raised
          ? { kind: 'active', facts: facts(setup, circuit, reading?.meterId ?? null, over, state, image.atMs) }
          : clear
      } else if (missing !== null) {
        // Nobody can say that it ended while a phase is not seen.
        state = before
        verdict = unknown(
          reading?.source === 'none' || reading === undefined
            ? `no meter measures ${circuit.name ?? circuit.id}, and not all loads below it are known`
            : `the current of ${missing} on ${circuit.name ?? circuit.id} is missing (${reading.phases[missing]?.currentA.quality ?? 'absent'})`,
        )
      } else {
        verdict =
          !before.raised || before.sinceMs === null
            ? clear
            : {
                kind: 'clear',
                closing: {
                  message:
                    `Back below ${amperes(limitA * endShare)} after ${seconds(image.atMs - before.sinceMs)}; ` +
                    `highest ${peaksOf(before)
                      .map(([phase, peak]) => `${phase} ${amperes(peak)}`)
                      .join(', ')} (limit ${limitA} A).`,
                  numbers: [
                    used('limit', limitA, 'A'),
                    ...peaksOf(before).map(([phase, peak]) => used(`highest ${phase}`, peak, 'A')),
                    used('time above', (image.atMs - before.sinceMs) / 1000, 's'),
                  ],
                },
              }
      }
      next[circuit.id] = state
      outcomes.push({ subject: { kind: 'circuit', id: circuit.id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}
