import type { ChargerFacts } from '../../../shared/said/charger-events.ts'
import type { EventFacts } from '../../../shared/said/event.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Override } from '../../../shared/model/override.ts'
import type { DecisionNote } from '../../../shared/said/decision-note.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import type { DimmingState } from '../../../shared/planning/wants.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Ending, Person } from './arming.ts'
import type { ControlRecord } from './control-record.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { namesOf, scopeText } from '../../../shared/said/override-words.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** Events of a charger that control tells, by their facts without the charger's name. */
type OfChargerKind = Exclude<
  { [K in keyof ChargerFacts]: ChargerFacts[K] extends { readonly charger: string } ? K : never }[keyof ChargerFacts],
  'charger-phases'
>
type Nameless<Facts> = Facts extends unknown ? Omit<Facts, 'charger'> : never
export type OfChargerFacts<K extends OfChargerKind> = Nameless<ChargerFacts[K]>

/** A state it came to, or that where it holds has changed. */
export type OverrideNews = `override-${Override['state']}` | 'override-yields'

/** What control writes into the site's history: each thing once, when it begins and when it is over. */
export const createTelling = (
  site: Site,
  chargers: readonly ControlledCharger[],
  record: ControlRecord,
  memory: Memory = forgetful,
) => {
  const ofSite = { kind: 'site', id: site.id } as const
  const ofCircuit = (id: string) => ({ kind: 'circuit', id }) as const
  const said = namesOf(site)
  const ofCharger = (id: string) => ({ kind: 'charger', id }) as const
  const nameOf = (id: string): string => chargers.find((charger) => charger.id === id)?.name ?? id
  const names = (list: readonly ControlledCharger[]): readonly string[] => list.map(({ name }) => name)
  const state = memory.keep('told', { blindNotes: '', unwired: new Set<string>(), dimmedTo: null as string | null })

  return {
    charger: <K extends OfChargerKind>(
      id: string,
      kind: K,
      severity: 'info' | 'warning' | 'critical',
      facts: OfChargerFacts<K>,
    ): void => {
      // What is left out is the name alone, which is put back here: TypeScript can't see that the two make the whole.
      record.event(kind, severity, ofCharger(id), { ...facts, charger: nameOf(id) } as unknown as EventFacts[K])
    },

    override: (override: Override, kind: OverrideNews): void => {
      const severity = override.state === 'failed' || override.state === 'refused' ? 'warning' : 'info'
      const { scope } = override
      const subject =
        scope.kind === 'group' ? ofSite : scope.kind === 'circuit' ? ofCircuit(scope.id) : ofCharger(scope.id)
      record.event(kind, severity, subject, { ...override, charger: scopeText(scope, said) })
    },

    /** Each dimming is kept as proof: who, from when, to what, and that the chargers were given no more (the decisions of that time). */
    dimming: (dimming: DimmingState | null, audit: (action: string, detail: Record<string, unknown>) => void): void => {
      const dimmedTo = dimming?.isDimmed === true ? `${dimming.allowedW} ${dimming.source}` : null
      if (dimming === null || dimmedTo === state.dimmedTo) return
      state.dimmedTo = dimmedTo
      record.event(dimming.isDimmed ? 'dimming' : 'dimming-ended', 'info', ofSite, dimming)
      audit(dimming.isDimmed ? 'dimming' : 'dimming-ended', { ...dimming })
    },

    fallback: (next: Decision, notes: readonly DecisionNote[]): void => {
      // The age in the sentence moves every cycle: one row when the set of chargers changes, not one a second.
      const causes = Object.entries(next.chargers)
        .filter(([, charger]) => charger.state === 'fallback')
        .map(([id]) => id)
        .join(', ')
      if (causes === state.blindNotes) return
      state.blindNotes = causes
      if (next.mode === 'monitoring') return
      if (causes === '') record.event('fallback-ended', 'info', ofSite, {})
      else record.event('fallback', 'critical', ofSite, { chargers: causes, notes })
    },

    unwired: (missingOf: ReadonlyMap<string, readonly Phase[]>): void => {
      for (const [id, missing] of missingOf) {
        const charger = chargers.find((each) => each.id === id)
        if (charger === undefined || state.unwired.has(id)) continue
        state.unwired.add(id)
        record.event('charger-phases', 'warning', ofCharger(id), {
          charger: charger.name,
          declared: [...charger.phases],
          missing: [...missing],
        })
      }
    },

    armed: ({ who, reason }: Person): void => record.event('armed', 'warning', ofSite, { who, reason }),

    calledOff: ({ who, reason }: Person, how: Ending): void =>
      record.event(how === 'disarm' ? 'disarmed' : 'control-ended', 'info', ofSite, {
        who,
        reason,
        ...{ open: [], openNames: [], aloneNames: [], isCalledOff: true },
      }),

    /** `open`: not confirmed at their fallback; `alone`: of those the ones that are not read until their watchdog has fired. */
    ended: (
      { who, reason }: Person,
      how: Ending,
      open: readonly ControlledCharger[],
      alone: readonly ControlledCharger[],
    ): void => {
      record.event(how === 'disarm' ? 'disarmed' : 'control-ended', open.length === 0 ? 'info' : 'critical', ofSite, {
        who,
        reason,
        open: open.map(({ id }) => id),
        openNames: names(open),
        aloneNames: names(alone),
        isCalledOff: false,
      })
    },
  }
}
