import { breakerInForce } from '../../../shared/electrical/breaker/in-force.ts'
import { tripOutlook, type TripOutlook } from '../../../shared/electrical/breaker/thermal-image.ts'
import { breakerModel } from '../../../shared/electrical/breaker/breaker-model.ts'
import type { CircuitPhaseReading } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { seenPhases } from './circuit-tree.ts'
import { clear, unknown, type Detector, type Outcome, type Verdict } from './detector.ts'
import { own } from '../../../shared/own.ts'
import { amperes, blindness, percent, polledEvidence, used } from './wording.ts'

/** Of the early curve. Editable assumptions: a warm, full board reaches 97 % at the rated current without any "overload". */
const raiseAt = 90
const endBelow = 80

export type ThermalMarginState = Readonly<Record<string, boolean>>

/** Margin used on the early bound: as one number where the past is known, else the least that it can be if that alone is a finding. */
const sureMargin = (pole: CircuitPhaseReading | undefined): number | null => {
  const settled = pole?.thermalUsedPercent ?? null
  const least = pole?.thermal?.early.cold ?? 0
  return settled ?? (least >= endBelow ? least : null)
}

const outlookOf = (pole: CircuitPhaseReading | undefined, usedPercent: number): TripOutlook =>
  tripOutlook(usedPercent, pole?.thermal?.late.cold ?? 0)

const titles: Readonly<Record<TripOutlook, (name: string) => string>> = {
  'no trip expected': (name) => `Breaker of ${name} runs warm`,
  'trip possible': (name) => `Trip possible: ${name}`,
  'trip expected': (name) => `Trip expected: ${name}`,
}

const remedies: Readonly<Record<TripOutlook, string>> = {
  'no trip expected':
    'At 100 % a fast breaker of this type may trip. Lower the load, or give the breaker air and distance.',
  'trip possible': 'A fast breaker of this type may trip at any moment. Lower the load now.',
  'trip expected':
    'Even the slowest breaker of its model should have tripped: check the breaker, its rating and its settings, and lower the load now.',
}

/** The breaker nearest to its thermal trip, though no current may be above its rating. */
export const thermalMargin: Detector<ThermalMarginState> = {
  id: 'thermal-margin',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const next: Record<string, boolean> = {}
    const outcomes: Outcome[] = []
    for (const circuit of setup.site.circuits) {
      if (circuit.breaker === undefined) continue
      const reading = own(image.circuits, circuit.id)
      const model = breakerModel(breakerInForce(circuit.breaker, reading?.protection?.settings ?? null))
      const held = own(all, circuit.id) ?? false
      const margins = seenPhases(circuit, reading).map((phase): readonly [Phase, number | null] => [
        phase,
        sureMargin(reading?.phases[phase]),
      ])
      const worst = margins.reduce<readonly [Phase, number] | null>(
        (a, [phase, value]) => (value !== null && (a === null || value > a[1]) ? [phase, value] : a),
        null,
      )
      const unseen = margins.find(([, value]) => value === null)
      const active = worst !== null && worst[1] >= (held ? endBelow : raiseAt)
      let verdict: Verdict = clear
      if (active && !('why' in model)) {
        const [phase, usedPercent] = worst
        const pole = reading?.phases[phase]
        const current = pole?.currentA.value
        const latePercent = pole?.thermal?.late.cold ?? 0
        const outlook = outlookOf(pole, usedPercent)
        verdict = {
          kind: 'active',
          facts: {
            phase,
            severity: usedPercent >= 100 ? 'critical' : 'warning',
            title: titles[outlook](circuit.name ?? circuit.id),
            message:
              `${phase}: ${percent(usedPercent)} of the thermal margin used on the early curve, ${percent(latePercent)} on the late one` +
              `${current == null ? '' : `, at ${amperes(Math.abs(current))}`} (rating ${circuit.breaker.rating} A, ${amperes(model.effectiveA)} where it sits). ` +
              remedies[outlook],
            numbers: [
              used(`thermal margin used ${phase}`, usedPercent, '%'),
              used(`thermal margin used ${phase}, late curve`, latePercent, '%'),
              used('raised at', raiseAt, '%'),
              used('ends below', endBelow, '%'),
              used('breaker rating', circuit.breaker.rating, 'A'),
              used('effective rating', model.effectiveA, 'A'),
            ],
            evidence: `thermal model (${model.basis})${reading?.meterId == null ? '' : `; ${polledEvidence(setup, reading.meterId, currentKey[phase])}`}`,
            blindMs: reading?.meterId == null ? null : blindness(setup, reading.meterId, currentKey[phase]).blindMs,
            identity: '',
            levels: [{ value: usedPercent, step: 10 }],
          },
        }
      } else if (unseen !== undefined) {
        verdict = unknown(
          `${circuit.name ?? circuit.id} ${unseen[0]}: ${reading?.phases[unseen[0]]?.thermalUnknownWhy ?? 'no current'}`,
        )
      }
      next[circuit.id] = verdict.kind === 'unknown' ? held : active
      outcomes.push({ subject: { kind: 'circuit', id: circuit.id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}
