import type { EventKind } from '../../../shared/said/event-kinds.ts'
import type { Decision, Override } from '../../../shared/model/decision.ts'
import { decisionNoteText, type DecisionNote } from '../../../shared/said/decision-note.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import type { DimmingState } from '../../../shared/planning/wants.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Ending, Person } from './arming.ts'
import type { ControlRecord } from './control-record.ts'
import type { ControlledCharger } from './controlled-charger.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** What control writes into the site's history: each thing once, when it begins and when it is over. */
export const createTelling = (
  site: Site,
  chargers: readonly ControlledCharger[],
  record: ControlRecord,
  memory: Memory = forgetful,
) => {
  const ofSite = { kind: 'site', id: site.id } as const
  const ofCharger = (id: string) => ({ kind: 'charger', id }) as const
  const nameOf = (id: string): string => chargers.find((charger) => charger.id === id)?.name ?? id
  const names = (list: readonly ControlledCharger[]): string => list.map(({ name }) => name).join(', ')
  const state = memory.keep('told', { blindNotes: '', unwired: new Set<string>(), isDimmed: false })

  return {
    charger: (id: string, kind: EventKind, severity: 'info' | 'warning' | 'critical', message: string): void =>
      record.event(kind, severity, ofCharger(id), `${nameOf(id)} ${message}`, null),

    override: (override: Override): void => {
      const severity = override.state === 'failed' || override.state === 'refused' ? 'warning' : 'info'
      const why = override.why === null ? '' : `: ${override.why}`
      record.event(
        `override-${override.state}`,
        severity,
        ofCharger(override.chargerId),
        `${nameOf(override.chargerId)}: override at ${override.limitA} A by ${override.who} is ${override.state}${why}`,
        { ...override },
      )
    },

    /** Each dimming is kept as proof: who, from when, to what, and that the chargers were given no more (the decisions of that time). */
    dimming: (dimming: DimmingState | null, audit: (action: string, detail: Record<string, unknown>) => void): void => {
      if (dimming === null || dimming.isDimmed === state.isDimmed) return
      state.isDimmed = dimming.isDimmed
      const to = `${(dimming.allowedW / 1000).toFixed(2)} kW for ${dimming.devices} chargers above 4.2 kW (section 14a)`
      const text = dimming.isDimmed ? `Dimmed by ${dimming.source} to ${to}` : 'Dimming is over'
      record.event(dimming.isDimmed ? 'dimming' : 'dimming-ended', 'info', ofSite, text, { ...dimming })
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
      if (causes === '') record.event('fallback-ended', 'info', ofSite, 'every charger is under control again', null)
      else {
        const first = notes.filter(({ kind }) => kind === 'fallback')
        const message = [...first, ...notes.filter(({ kind }) => kind !== 'fallback')].map(decisionNoteText).join('; ')
        record.event('fallback', 'critical', ofSite, message, { chargers: causes })
      }
    },

    unwired: (missingOf: ReadonlyMap<string, readonly Phase[]>): void => {
      for (const [id, missing] of missingOf) {
        const charger = chargers.find((each) => each.id === id)
        if (charger === undefined || state.unwired.has(id)) continue
        state.unwired.add(id)
        const wired = charger.phases.filter((phase) => !missing.includes(phase))
        record.event(
          'charger-phases',
          'warning',
          ofCharger(id),
          `${charger.name} is declared on ${charger.phases.join(', ')}, but measures no ${missing.join(', ')}: counted there too ` +
            `until a meter above has shown that it is not; if it is wired to ${wired.join(', ')} only, correct its phases in the site file to [${wired.join(', ')}]`,
          { declared: [...charger.phases], missing: [...missing] },
        )
      }
    },

    armed: ({ who, reason }: Person): void =>
      record.event('armed', 'warning', ofSite, `Control armed by ${who}: ${reason}`, { who, reason }),

    calledOff: ({ who, reason }: Person, how: Ending): void =>
      record.event(
        how === 'disarm' ? 'disarmed' : 'control-ended',
        'info',
        ofSite,
        `${who} called off arming control before it began (${reason}): nothing was written to a charger`,
        { reason },
      ),

    /** `open`: not confirmed at their fallback; `alone`: of those the ones that are not read until their watchdog has fired. */
    ended: (
      { who, reason }: Person,
      how: Ending,
      open: readonly ControlledCharger[],
      alone: readonly ControlledCharger[],
    ): void => {
      const unread = alone.length === 0 ? '' : `; ${names(alone)} not read until the own watchdog has fired`
      const after =
        open.length === 0
          ? 'every charger is at its fallback'
          : `not confirmed at their fallback: ${names(open)}; check them on site${unread}`
      record.event(
        how === 'disarm' ? 'disarmed' : 'control-ended',
        open.length === 0 ? 'info' : 'critical',
        ofSite,
        `Control ended by ${who} (${reason}): ${after}`,
        { reason, open: open.map(({ id }) => id) },
      )
    },
  }
}
