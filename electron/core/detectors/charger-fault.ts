import { clear, unknown, type Detector, type Outcome, type Verdict } from './detector.ts'
import { own } from '../../../shared/own.ts'

/** A charger that says of itself that it has a fault: whoever stands before it with a car wants to know. */
export const chargerFault: Detector<Record<string, never>> = {
  id: 'charger-fault',
  start: () => ({}),
  step: (state, { image }, { site }) => ({
    state,
    outcomes: site.chargers.map(({ id, name = id }): Outcome => {
      const status = own(image.chargers, id)?.status
      const verdict: Verdict =
        status?.value == null
          ? unknown(`charger ${name} does not say what it does`)
          : status.value !== 'fault'
            ? clear
            : {
                kind: 'active',
                facts: {
                  phase: null,
                  severity: 'warning',
                  title: `Charger ${name} says it has a fault`,
                  message: `Its status is ${status.code ?? 'not readable'}, a fault: it charges nobody. Read its display or its own page, and the manual for this code`,
                  numbers: [],
                  evidence: "the charger's own status register",
                  blindMs: null,
                  identity: status.code ?? '',
                },
              }
      return { subject: { kind: 'charger', id }, key: '', verdict }
    }),
  }),
}
