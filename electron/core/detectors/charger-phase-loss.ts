import { phases, type Phase } from '../../../shared/model/phase.ts'
import { clear, unknown, type Detector, type Outcome, type Verdict } from './detector.ts'
import { notAfter } from './not-after.ts'
import { own } from '../../../shared/own.ts'
import { amperes, seconds, used } from './wording.ts'

/**
 * A three-phase charging session that goes on with one phase without current: the phase is gone between the board and the car, or
 * the car has stopped using it. A hypothesis from the charger's own current readings.
 */
const carriesAbove = 3
const emptyBelow = 0.5
/** Once a session carried a phase, how long the phase must stay empty while the others carry, ms: ramps and restarts pass. */
const settleMs = 5000

interface Session {
  readonly carried: readonly Phase[]
  readonly emptySinceMs: number | null
}
export type ChargerPhaseState = Readonly<Record<string, Session>>

export const chargerPhaseLoss: Detector<ChargerPhaseState> = {
  id: 'charger-phase-loss',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const next: Record<string, Session> = {}
    const outcomes: Outcome[] = []
    for (const { id, name = id, phases: wired } of setup.site.chargers) {
      if (wired.length < 3) continue
      const reading = own(image.chargers, id)
      const before = own(all, id) ?? { carried: [], emptySinceMs: null }
      const current = phases.flatMap((phase) => {
        const value = reading?.siteCurrentA[phase].value ?? null
        return value === null ? [] : [[phase, value] as const]
      })
      let session = before
      let verdict: Verdict
      if (reading === undefined || reading.status.value === null || current.length < phases.length) {
        verdict = unknown(`charger ${name} does not report its status and the current of all three phases`)
      } else if (reading.status.value !== 'charging') {
        session = { carried: [], emptySinceMs: null }
        verdict = clear
      } else {
        const carrying = current.filter(([, value]) => Math.abs(value) >= carriesAbove).map(([phase]) => phase)
        const empty = current.filter(([, value]) => Math.abs(value) < emptyBelow).map(([phase]) => phase)
        const carried = phases.filter((phase) => before.carried.includes(phase) || carrying.includes(phase))
        const lost = empty.filter((phase) => carried.length === 3 && carrying.length > 0 && carried.includes(phase))
        const emptySinceMs = lost.length === 0 ? null : notAfter(before.emptySinceMs ?? image.atMs, image.atMs)
        session = { carried, emptySinceMs }
        const lastedMs = emptySinceMs === null ? 0 : image.atMs - emptySinceMs
        verdict =
          lost.length === 0 || lastedMs < settleMs
            ? clear
            : {
                kind: 'active',
                facts: {
                  phase: lost.join(' '),
                  severity: 'warning',
                  title: `Charger ${name} may have lost phase ${lost.join(', ')}`,
                  message:
                    `This session carried all three phases; now ${current.map(([phase, value]) => `${phase} ${amperes(value)}`).join(', ')} ` +
                    `for ${seconds(lastedMs)}. Check the pole, fuse and terminals of ${lost.join(', ')} towards this charger; some cars also stop using a phase by themselves.`,
                  numbers: [
                    ...current.map(([phase, value]) => used(`current ${phase}`, value, 'A')),
                    used('carries above', carriesAbove, 'A'),
                    used('empty below', emptyBelow, 'A'),
                  ],
                  evidence:
                    'a hypothesis from the current the charger itself reports; no voltage at its terminals was used',
                  blindMs: null,
                  identity: lost.join(),
                },
              }
      }
      next[id] = session
      outcomes.push({ subject: { kind: 'charger', id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}
