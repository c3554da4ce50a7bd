import { refusal } from '../../../shared/said/refusal.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface Person {
  readonly who: string
  readonly reason: string
}
export type Ending = 'disarm' | 'shutdown'

export interface ArmingParts {
  /** Control may not be armed here, and why. */
  readonly readOnly: { readonly why: string } | null
  readonly nowMs: () => number
  /** Resolves when the row of the arm would survive a crash. */
  readonly auditArm: (person: Person) => Promise<void>
  /** Control takes over: called in the moment before it counts as armed. */
  readonly takeOver: () => void
  readonly armed: (person: Person) => void
  /** Brings the chargers to their fallback; control counts as not armed from before it is called. */
  readonly farewell: (person: Person, how: Ending) => Promise<void>
  /** An arm that waited for its row or for a farewell was called off before anything was written. */
  readonly calledOff: (person: Person, how: Ending) => void
  readonly memory?: Memory
}

export interface Arming {
  readonly armed: () => ControlState['armed']
  readonly isClosed: () => boolean
  /**
   * What an arm asked for now must not have behind it when its row is stored. Taken when the intent arrives, before anything
   * waits: whoever ends control after that was later, and the later intent wins.
   */
  readonly ticket: () => number
  /** Rejects with a Refusal when it cannot be; with one that stands when a disarm came after `ticket` was taken. */
  readonly arm: (person: Person, ticket: number) => Promise<void>
  /** Resolves when control is not armed and the farewell, where there is one, is over. Never refused, never waits for a row. */
  readonly disarm: (person: Person) => Promise<void>
  readonly shutdown: (why: string) => Promise<void>
}

/**
 * Whether control is armed. Two things take time, the audit row an arm waits for and the farewell a disarm says, and either may
 * be overtaken by the next intent. A disarm counts from the moment it arrives; an arm only when nothing has ended control since.
 */
export const createArming = (parts: ArmingParts): Arming => {
  const state = (parts.memory ?? forgetful).keep('arming', {
    armed: null as ControlState['armed'],
    closed: false,
    ends: { count: 0, last: null } as { readonly count: number; readonly last: Person | null },
  })
  // Not kept: while one of these lasts, an errand is out or the bound of the farewell is due, and nothing is saved.
  /** Arms under way that nobody has called off yet. */
  let waiting = 0
  /** The farewell under way: control is armed again only after its last word, or that would be written over the new decision. */
  let leaving: Promise<void> | null = null
  const isClosed = (): boolean => state.closed
  const isArmed = (): boolean => state.armed !== null

  const leave = (person: Person, how: Ending): Promise<void> => {
    state.armed = null
    const left = parts.farewell(person, how).finally(() => {
      if (leaving === left) leaving = null
    })
    leaving = left
    return left
  }

  const end = async (person: Person, how: Ending): Promise<void> => {
    state.ends = { count: state.ends.count + 1, last: person }
    const calledOff = waiting > 0
    waiting = 0
    if (state.armed !== null) {
      await leave(person, how)
      return
    }
    if (calledOff) parts.calledOff(person, how)
    if (leaving !== null) await leaving
  }

  const refuseWhenOvertaken = (ticket: number): void => {
    if (isClosed()) throw refusal('control-closed', {})
    if (state.ends.count === ticket) return
    throw refusal('disarmed-meanwhile', { who: state.ends.last?.who ?? null, reason: state.ends.last?.reason ?? null })
  }

  const stored = async (person: Person): Promise<void> => {
    try {
      await parts.auditArm(person)
    } catch (error) {
      throw refusal('arm-not-stored', { error: String(error) })
    }
  }

  const arm = async (person: Person, ticket: number): Promise<void> => {
    refuseWhenOvertaken(ticket)
    if (parts.readOnly !== null) throw refusal('read-only-control', parts.readOnly)
    if (isArmed()) return
    waiting += 1
    try {
      if (leaving !== null) await leaving
      refuseWhenOvertaken(ticket)
      if (isArmed()) return
      await stored(person)
      refuseWhenOvertaken(ticket)
      // Somebody else's arm may have been first.
      if (isArmed()) return
    } finally {
      // One that was called off is not counted any more.
      if (state.ends.count === ticket) waiting -= 1
    }
    parts.takeOver()
    state.armed = { ...person, atMs: parts.nowMs() }
    parts.armed(person)
  }

  return {
    armed: () => state.armed,
    isClosed,
    ticket: () => state.ends.count,
    arm,
    disarm: (person) => end(person, 'disarm'),
    shutdown: async (why) => {
      if (state.closed) return
      state.closed = true
      await end({ who: 'tripscope', reason: why }, 'shutdown')
    },
  }
}
