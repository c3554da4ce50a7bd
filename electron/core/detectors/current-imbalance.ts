import { neutralCurrentA } from '../../../shared/electrical/neutral-current.ts'
import { phaseSpread } from '../../../shared/electrical/imbalance.ts'
import { perPhase } from '../../../shared/model/phase.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { clear, unknown, type Detector, type Outcome, type Verdict } from './detector.ts'
import { notAfter } from './not-after.ts'
import { amperes, blindness, polledEvidence, seconds, used } from './wording.ts'
import { own } from '../../../shared/own.ts'

/** Ends at this share of the threshold; must last this long first, since cars start one after the other. Editable assumptions. */
const endShare = 0.9
const patienceMs = 5000

interface State {
  readonly sinceMs: number | null
  readonly raised: boolean
}
export type ImbalanceState = Readonly<Record<string, State>>
const idle: State = { sinceMs: null, raised: false }

/** Difference of the phase currents of a three-phase circuit, amperes: a few single-phase cars on one phase. */
export const currentImbalance: Detector<ImbalanceState> = {
  id: 'current-imbalance',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const thresholdA = setup.site.alarms.imbalance
    const next: Record<string, State> = {}
    const outcomes: Outcome[] = []
    for (const circuit of setup.site.circuits) {
      if (circuit.phases.length < 3) continue
      const reading = own(image.circuits, circuit.id)
      const name = circuit.name ?? circuit.id
      const before = own(all, circuit.id) ?? idle
      let state = before
      let verdict: Verdict
      const currents = perPhase((phase) => reading?.phases[phase]?.currentA.value ?? null)
      const { L1, L2, L3 } = currents
      if (L1 === null || L2 === null || L3 === null) {
        verdict = unknown(
          reading === undefined || reading.source === 'none'
            ? `no current is known for ${name}`
            : `not all phase currents of ${name} are known`,
        )
      } else {
        const magnitudes = { L1: Math.abs(L1), L2: Math.abs(L2), L3: Math.abs(L3) }
        const { spread, highest, lowest } = phaseSpread(magnitudes)
        const above = before.sinceMs === null ? spread > thresholdA : spread > thresholdA * endShare
        const sinceMs = above ? notAfter(before.sinceMs ?? image.atMs, image.atMs) : null
        const raised = sinceMs !== null && (before.raised || image.atMs - sinceMs >= patienceMs)
        state = { sinceMs, raised }
        const neutral = neutralCurrentA(magnitudes)
        verdict = !raised
          ? clear
          : {
              kind: 'active',
              facts: {
                phase: highest,
                severity: 'warning',
                title: `Unbalanced currents on ${name}`,
                message:
                  `${highest} carries ${amperes(magnitudes[highest])}, ${lowest} ${amperes(magnitudes[lowest])}: ${amperes(spread)} apart for ` +
                  `${seconds(image.atMs - sinceMs)} (limit ${amperes(thresholdA)}). The neutral carries about ${amperes(neutral)} at unity power factor, without harmonics. ` +
                  `Move single-phase cars from ${highest} to ${lowest}, or check the rotation of the sockets.`,
                numbers: [
                  used('difference', spread, 'A'),
                  used('limit', thresholdA, 'A'),
                  used('ends below', thresholdA * endShare, 'A'),
                  used('current L1', L1, 'A'),
                  used('current L2', L2, 'A'),
                  used('current L3', L3, 'A'),
                  used('neutral, estimated', neutral, 'A'),
                ],
                evidence:
                  reading?.meterId == null
                    ? 'sum of the currents the chargers report'
                    : polledEvidence(setup, reading.meterId, currentKey[highest]),
                blindMs:
                  reading?.meterId == null ? null : blindness(setup, reading.meterId, currentKey[highest]).blindMs,
                identity: '',
                levels: [{ value: spread, step: thresholdA / 4 }],
              },
            }
      }
      next[circuit.id] = state
      outcomes.push({ subject: { kind: 'circuit', id: circuit.id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}
