import { useState } from 'react'
import type { Finding, NotAssessed } from '../../../shared/model/finding.ts'
import { bySeverity } from '../../ui/severity.ts'

/** What the list shows, in its order. */
export interface AlarmList {
  readonly active: readonly Finding[]
  readonly over: readonly Finding[]
  /** Put aside by a person for a while, active or over. */
  readonly aside: readonly Finding[]
  readonly notAssessed: readonly NotAssessed[]
}

export const alarmList = (findings: readonly Finding[], notAssessed: readonly NotAssessed[]): AlarmList => ({
  active: findings.filter(({ state, shelved }) => state === 'active' && shelved === undefined).sort(bySeverity),
  over: findings.filter(({ state, shelved }) => state === 'cleared' && shelved === undefined),
  aside: findings.filter(({ shelved }) => shelved !== undefined).sort(bySeverity),
  notAssessed,
})

/** The finding as it is now, with the words and the place it had: longer words would move the rows below. */
const inPlace =
  (now: ReadonlyMap<string, Finding>) =>
  (held: Finding): Finding => {
    const fresh = now.get(held.id)
    return fresh === undefined
      ? held
      : {
          ...held,
          state: fresh.state,
          clearedAtMs: fresh.clearedAtMs,
          acknowledged: fresh.acknowledged,
          ...(fresh.shelved === undefined ? {} : { shelved: fresh.shelved }),
        }
  }

/** The list as it was when the mouse came: no row comes, goes or changes its place; what became of each is shown in it. */
export const heldList = (held: AlarmList, now: AlarmList): AlarmList => {
  const known = new Map([...now.active, ...now.over, ...now.aside].map((finding) => [finding.id, finding]))
  return {
    active: held.active.map(inPlace(known)),
    over: held.over.map(inPlace(known)),
    aside: held.aside.map(inPlace(known)),
    notAssessed: held.notAssessed,
  }
}

/** Findings of now that a held list does not show. */
export const waiting = (held: AlarmList, now: AlarmList): number => {
  const shown = new Set([...held.active, ...held.over, ...held.aside].map(({ id }) => id))
  return [...now.active, ...now.over].filter(({ id }) => !shown.has(id)).length
}

/** Without what is over and was just acknowledged here: it must not wait for the mouse, nor for the next frame. */
export const withoutSeen = (list: AlarmList, seen: ReadonlySet<string>): AlarmList =>
  seen.size === 0 ? list : { ...list, over: list.over.filter(({ id }) => !seen.has(id)) }

/**
 * Holds the list still while the mouse is in it; `release` shows what is so now, and holds that. `seen`: ids of findings that a person
 * has just acknowledged.
 */
export const useHeldList = (now: AlarmList) => {
  const [held, setHeld] = useState<AlarmList | null>(null)
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set())
  return {
    shown: withoutSeen(held === null ? now : heldList(held, now), seen),
    waiting: held === null ? 0 : waiting(held, now),
    release: (acknowledged: readonly string[]) => {
      setSeen((before) => new Set([...before, ...acknowledged]))
      setHeld((before) => (before === null ? null : now))
    },
    mouse: {
      onPointerEnter: () => setHeld(now),
      onPointerLeave: () => setHeld(null),
    },
  }
}
