import type { Shelved } from '../../../shared/alarms/shelf.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { NewId } from '../ports.ts'
import { forgetful, type Memory } from '../site/memory.ts'
import { createShelves } from './alarm-shelves.ts'
import { createClearedFindings, worse } from './cleared-findings.ts'
import type { Facts, Level, Outcome } from './detector.ts'

export interface FindingChange {
  readonly kind: 'raised' | 'updated' | 'cleared'
  readonly finding: Finding
}

export interface HeldFindings {
  /** Takes a verdict; answers what changed by it, null where nothing did. */
  readonly judge: (detector: string, outcome: Outcome, atMs: number) => FindingChange | null
  /** In the order in which they were raised. */
  readonly active: () => readonly Finding[]
  /** Cleared and not acknowledged, newest first. */
  readonly cleared: () => readonly Finding[]
  readonly acknowledge: (findingId: string, who: string, note: string, atMs: number) => Finding | null
  /** Puts the alarm aside (null: takes it back), also where it comes again meanwhile; null when it is not on the list. */
  readonly shelve: (findingId: string, shelved: Shelved | null) => Finding | null
  /** Those whose time aside is over, as they are now. */
  readonly endShelves: (atMs: number) => readonly Finding[]
  /** Whether it stands there as active. */
  readonly isActive: (detector: string, outcome: Pick<Outcome, 'subject' | 'key'>) => boolean
  /** The rule of a detector has changed: its findings may become less severe. */
  readonly forgetSeverity: (detector: string) => void
  /** Takes over what cleared in an earlier run of the program and nobody acknowledged. */
  readonly restore: (cleared: readonly Finding[]) => void
  /** Keys under which a detector has an active finding. */
  readonly activeKeys: (detector: string) => readonly string[]
}

interface Held {
  readonly finding: Finding
  readonly key: string
  readonly identity: string
  readonly levels: readonly Level[]
  /** Its severity is that of the next verdict, whatever it was. */
  readonly isFresh?: boolean
}

const isNews = (before: Held, facts: Facts): boolean =>
  before.identity !== facts.identity ||
  (facts.levels ?? []).some(
    ({ value, step }, index) => Math.abs(value - (before.levels[index]?.value ?? value)) >= step,
  )

const said = (facts: Facts, atMs: number) => ({
  phase: facts.phase,
  severity: facts.severity,
  title: facts.title,
  message: facts.message,
  numbers: [...facts.numbers],
  evidence: facts.evidence,
  blindMs: facts.blindMs,
  updatedAtMs: atMs,
})

/** A finding of an earlier run has no detector's key any more: what it is about stands in its place. */
export const placeOf = (detector: string, { kind, id }: Finding['subject'], key: string): string => {
  // As JSON writes it: what it would escape hardly ever stands in an id, and this is asked for thousands of times a second.
  return /^[ !#-[\]-~]*$/.test(`${detector}${kind}${id}${key}`)
    ? `["${detector}","${kind}","${id}","${key}"]`
    : JSON.stringify([detector, kind, id, key])
}

/** The finding as it is now, where it is told anew. */
const toldAnew = (
  before: Held | undefined,
  named: Pick<Finding, 'id' | 'detector' | 'subject'>,
  facts: Facts,
  severity: Finding['severity'],
  atMs: number,
): Finding => ({
  ...(before?.finding ?? {
    ...named,
    state: 'active' as const,
    raisedAtMs: atMs,
    clearedAtMs: null,
    acknowledged: null,
  }),
  ...said(facts, atMs),
  severity,
})

/** What is so now, by place. */
const createActiveFindings = (
  active: Map<string, Held>,
  newId: NewId,
  onShelf: (place: string, finding: Finding) => Finding,
) => ({
  placeOf: (findingId: string): string | undefined =>
    [...active].find(([, { finding }]) => finding.id === findingId)?.[0],
  hold: (place: string, detector: string, outcome: Outcome, facts: Facts, atMs: number): FindingChange | null => {
    const before = active.get(place)
    const severity =
      before === undefined || before.isFresh === true ? facts.severity : worse(before.finding.severity, facts.severity)
    if (before?.finding.severity === severity && !isNews(before, facts)) {
      // No news to tell, but the alarm list never shows old numbers: "above for 0.0 s" must not stand there for an hour.
      active.set(place, { ...before, finding: { ...before.finding, ...said(facts, atMs), severity } })
      return null
    }
    const named = { id: before?.finding.id ?? newId(), detector, subject: outcome.subject }
    const finding = onShelf(place, toldAnew(before, named, facts, severity, atMs))
    active.set(place, { finding, key: outcome.key, identity: facts.identity, levels: facts.levels ?? [] })
    return { kind: before === undefined ? 'raised' : 'updated', finding }
  },
  /** Takes it off; null: it was not there. */
  clear: (place: string, closing: Partial<Pick<Finding, 'message' | 'numbers'>>, atMs: number): Finding | null => {
    const before = active.get(place)
    if (before === undefined) return null
    active.delete(place)
    return { ...before.finding, state: 'cleared', clearedAtMs: atMs, updatedAtMs: atMs, ...closing }
  },
  change: (place: string, change: (finding: Finding) => Finding): Finding | null => {
    const held = active.get(place)
    if (held === undefined) return null
    const finding = change(held.finding)
    active.set(place, { ...held, finding })
    return finding
  },
})

/**
 * The alarm list: what is so now, and what was so and nobody has seen yet. An alarm that clears before anyone looked is the one
 * a person opens the program for, so it stays until it is acknowledged (ISA-18.2: "returned to normal, unacknowledged").
 */
export const createHeldFindings = (newId: NewId, memory: Memory = forgetful): HeldFindings => {
  const kept = memory.keep('held-findings', {
    active: new Map<string, Held>(),
    cleared: new Map<string, Finding>(),
  })
  const { active } = kept
  const shelves = createShelves(memory)
  /** With what is said of its shelf now. */
  const onShelf = (place: string, { shelved: _before, ...finding }: Finding): Finding => {
    const shelved = shelves.at(place)
    return shelved === undefined ? finding : { ...finding, shelved }
  }
  const cleared = createClearedFindings(kept.cleared)
  const list = createActiveFindings(active, newId, onShelf)

  const clear = (
    place: string,
    closing: Partial<Pick<Finding, 'message' | 'numbers'>>,
    atMs: number,
  ): FindingChange | null => {
    const finding = list.clear(place, closing, atMs)
    if (finding === null) return null
    if (finding.acknowledged === null && finding.severity !== 'info') cleared.keep(place, finding)
    return { kind: 'cleared', finding }
  }
  /** What stands at a place, with what is said of its shelf now; null: nothing. */
  const reshelve = (place: string): Finding | null => {
    cleared.change(place, (finding) => onShelf(place, finding))
    return list.change(place, (finding) => onShelf(place, finding)) ?? cleared.at(place) ?? null
  }

  return {
    judge: (detector, outcome, atMs) => {
      const place = placeOf(detector, outcome.subject, outcome.key)
      const { verdict } = outcome
      if (verdict.kind === 'unknown') return null
      if (verdict.kind === 'active') return list.hold(place, detector, outcome, verdict.facts, atMs)
      const { closing } = verdict
      return clear(
        place,
        closing === undefined ? {} : { message: closing.message, numbers: [...closing.numbers] },
        atMs,
      )
    },
    active: () => [...active.values()].map(({ finding }) => finding),
    cleared: cleared.newestFirst,
    acknowledge: (findingId, who, note, atMs) => {
      const place = list.placeOf(findingId) ?? cleared.placeOf(findingId)
      if (place === undefined) return null
      const seen = (finding: Finding): Finding => ({ ...finding, acknowledged: { who, atMs, note } })
      const over = cleared.at(place)
      const held = active.get(place)?.finding.id === findingId ? list.change(place, seen) : null
      // Who has seen that it is so again has seen that it was so before.
      cleared.seen(place)
      return held ?? (over === undefined ? null : seen(over))
    },
    shelve: (findingId, shelved) => {
      const place = list.placeOf(findingId) ?? cleared.placeOf(findingId)
      if (place === undefined) return null
      if (shelved === null) shelves.take(place)
      else shelves.put(place, shelved)
      return reshelve(place)
    },
    endShelves: (atMs) => shelves.ended(atMs).flatMap((place) => reshelve(place) ?? []),
    isActive: (detector, { subject, key }) => active.has(placeOf(detector, subject, key)),
    forgetSeverity: (detector) => {
      for (const [place, held] of active)
        if (held.finding.detector === detector) active.set(place, { ...held, isFresh: true })
    },
    restore: (findings) => {
      const oldestFirst = [...findings].sort((a, b) => (a.clearedAtMs ?? 0) - (b.clearedAtMs ?? 0))
      for (const finding of oldestFirst) cleared.keep(placeOf(finding.detector, finding.subject, 'earlier'), finding)
    },
    activeKeys: (detector) =>
      [...active.values()].filter(({ finding }) => finding.detector === detector).map(({ key }) => key),
  }
}
