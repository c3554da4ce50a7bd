import type { ChargerFacts } from '../control-facts.ts'
import { clear, unknown, type Detector, type Facts, type Outcome, type Setup, type Verdict } from './detector.ts'
import { notAfter } from './not-after.ts'
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

/** It has to do as it is told for so long before it counts as doing so: one that obeys every other time is one fault, not many. Editable assumption. */
const obeysAgainMs = 60_000

/** Charger by charger while it lasts: what was said last, how bad it was at worst, and when it was last so, ms of the image. */
type Spells = ReadonlyMap<
  string,
  { readonly known: ChargerFacts; readonly isDangerous: boolean; readonly atMs: number }
>

const disobeysFacts = (
  { id, name = id }: SiteCharger,
  { disobeys, isUnread }: ChargerFacts,
  isBad: boolean,
): Facts => ({
  phase: null,
  severity: isBad ? 'critical' : 'warning',
  title: isUnread
    ? `Charger ${name} does not answer although it is controlled`
    : `Charger ${name} does not do as it is told`,
  message: isUnread
    ? `${disobeys ?? ''}; nothing shows that it takes its limit. Check on site its supply, its cable or network, its address, and that it may be controlled from outside`
    : `${disobeys ?? ''}. Check on site that it may be controlled from outside, that no other system sets its limit, and its fault display`,
  numbers: [],
  evidence,
  blindMs: null,
  identity: `${isBad ? 'dangerous' : ''}${isUnread ? ' unread' : ''}`,
})

/** A charger that ignores or refuses its limit, holds more, or draws more: from the first time until it has obeyed for a minute. */
export const chargerDisobeys: Detector<Spells> = {
  id: 'charger-disobeys',
  start: () => new Map(),
  step: (spells, { control, image }, { site }) => {
    const next = new Map(spells)
    const verdictOf = (charger: SiteCharger): Verdict => {
      const known = control.chargers.get(charger.id)
      const spell = spells.get(charger.id)
      if (known === undefined) return unknown('control has decided nothing yet')
      next.delete(charger.id)
      // Nobody tells it anything, so nothing is known of what it would do.
      if (!control.isArmed) return clear
      if (known.disobeys !== null) {
        const isDangerous = known.isDangerous || spell?.isDangerous === true
        next.set(charger.id, { known, isDangerous, atMs: image.atMs })
        return active(disobeysFacts(charger, known, isDangerous))
      }
      if (spell === undefined) return clear
      const atMs = notAfter(spell.atMs, image.atMs)
      if (image.atMs - atMs >= obeysAgainMs) return clear
      next.set(charger.id, { ...spell, atMs })
      return active(disobeysFacts(charger, spell.known, spell.isDangerous))
    }
    const outcomes = site.chargers.map((charger): Outcome => {
      return { subject: { kind: 'charger', id: charger.id }, key: '', verdict: verdictOf(charger) }
    })
    return { state: next, outcomes }
  },
}

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
