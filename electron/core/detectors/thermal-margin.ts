import { breakerCurves, effectiveRatingA } from '../../../shared/electrical/breaker-curves.ts'
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
      const curves = breakerCurves(circuit.breaker)
      const held = own(all, circuit.id) ?? false
      const margins = seenPhases(circuit, reading).map((phase): readonly [Phase, number | null] => [
        phase,
        reading?.phases[phase]?.thermalUsedPercent ?? null,
      ])
      const worst = margins.reduce<readonly [Phase, number] | null>(
        (a, [phase, value]) => (value !== null && (a === null || value > a[1]) ? [phase, value] : a),
        null,
      )
      const unseen = margins.find(([, value]) => value === null)
      const active = worst !== null && worst[1] >= (held ? endBelow : raiseAt)
      let verdict: Verdict = clear
      if (active && !('why' in curves)) {
        const [phase, usedPercent] = worst
        const current = reading?.phases[phase]?.currentA.value
        const effective = effectiveRatingA(circuit.breaker)
        verdict = {
          kind: 'active',
          facts: {
            phase,
            severity: usedPercent >= 100 ? 'critical' : 'warning',
            title:
              usedPercent >= 100
                ? `Trip possible: ${circuit.name ?? circuit.id}`
                : `Breaker of ${circuit.name ?? circuit.id} runs warm`,
            message:
              `${phase}: ${percent(usedPercent)} of the thermal margin used on the early curve` +
              `${current == null ? '' : ` at ${amperes(Math.abs(current))}`} (rating ${circuit.breaker.rating} A, ${amperes(effective)} where it sits). ` +
              'At 100 % a fast breaker of this type may trip. Lower the load, or give the breaker air and distance.',
            numbers: [
              used(`thermal margin used ${phase}`, usedPercent, '%'),
              used('raised at', raiseAt, '%'),
              used('ends below', endBelow, '%'),
              used('breaker rating', circuit.breaker.rating, 'A'),
              used('effective rating', effective, 'A'),
            ],
            evidence: `thermal model, one time constant (${curves.basis})${reading?.meterId == null ? '' : `; ${polledEvidence(setup, reading.meterId, currentKey[phase])}`}`,
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
