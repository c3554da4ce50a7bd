import type { ChargerFacts } from '../control-facts.ts'
import { clear, unknown, type Detector, type Facts, type Outcome, type Setup, type Verdict } from './detector.ts'
import { amperes, used } from './wording.ts'

type SiteCharger = Setup['site']['chargers'][number]
const active = (facts: Facts): Verdict => ({ kind: 'active', facts })
const evidence = 'what control wrote to the charger, what it read back and what its car draws'

/** One verdict per charger; without control being armed nobody tells it anything, so nothing is known. */
const perCharger = (
  id: string,
  judge: (charger: SiteCharger, known: ChargerFacts) => Verdict,
): Detector<Record<string, never>> => ({
  id,
  start: () => ({}),
  step: (state, { control }, { site }) => ({
    state,
    outcomes: site.chargers.map((charger): Outcome => {
      const known = control.chargers.get(charger.id)
      const verdict =
        known === undefined
          ? unknown('control has decided nothing yet')
          : control.isArmed
            ? judge(charger, known)
            : clear
      return { subject: { kind: 'charger', id: charger.id }, key: '', verdict }
    }),
  }),
})

/** A charger that ignores or refuses its limit, holds more, or draws more: for as long as it is so. */
export const chargerDisobeys = perCharger('charger-disobeys', ({ id, name = id }, { disobeys, isDangerous }) =>
  disobeys === null
    ? clear
    : active({
        phase: null,
        severity: isDangerous ? 'critical' : 'warning',
        title: `Charger ${name} does not do as it is told`,
        message: `${disobeys}. Check on site that it may be controlled over Modbus, that no other system sets its limit, and its fault display`,
        numbers: [],
        evidence,
        blindMs: null,
        identity: isDangerous ? 'dangerous' : '',
      }),
)

/** A charger that applies less than it was told: no fault of control, and room that others can have. */
export const chargerOwnLimit = perCharger('charger-own-limit', ({ id, name = id }, { ownLimit }) =>
  ownLimit === null
    ? clear
    : active({
        phase: null,
        severity: 'info',
        title: `Charger ${name} holds less than it was given`,
        message:
          `It holds ${amperes(ownLimit.heldA)} of ${amperes(ownLimit.wantedA)}: a limit of its own. It is counted with ${amperes(ownLimit.heldA)} until it takes more. ` +
          'Check the maximum set in its menu, its cable and its temperature',
        numbers: [used('holds', ownLimit.heldA, 'A'), used('told', ownLimit.wantedA, 'A')],
        evidence,
        blindMs: null,
        identity: String(ownLimit.heldA),
      }),
)
