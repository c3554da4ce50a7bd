import {
  callText,
  errorText,
  readFrame,
  resultText,
  type Frame,
  type MessageId,
  type OcppVersion,
} from '../../../../shared/ocpp/frame.ts'
import type { Clock } from '../../ports.ts'
import { newCallBook, stepCallBook, type CallBook, type CallEvent, type CallOutcome } from './call-book.ts'
import type { Question } from './capabilities.ts'
import { newCounts, noteOutcome, type StationCounts } from './ocpp-counts.ts'
import type { ConnectionId } from './ocpp-ports.ts'
import { newStation, oddityEffects, type Moment, type StationEffect, type StationState } from './station-state.ts'
import { stepStation, stepUnreadable } from './station-step.ts'

export interface StationParts {
  readonly identity: string
  readonly clock: Clock
  /** UTC by the calendar. */
  readonly utcMs: () => number
  readonly send: (connection: ConnectionId, text: string) => boolean
  readonly onEffects: (effects: readonly StationEffect[]) => void
  /** Anything came, a ping's answer too. */
  readonly onAlive: () => void
}

/** An answer that takes longer is given up: a limit waits behind it. Chargers on mobile links take 1 to 3 s. Editable assumption. */
const deadlineMs = 5000

/** What stands where bytes were no UTF-8. */
const noLetter = '\uFFFD'
const notUtf8 = {
  kind: 'wrong-shape',
  text: `sends text that is no UTF-8; its special letters are shown as ${noLetter}`,
} as const

type Unreadable = Extract<Frame, { kind: 'unreadable' }>

export interface Connected {
  readonly connection: ConnectionId
  readonly remote: string
  readonly isEncrypted: boolean
  readonly sinceMs: number
}

const strayAnswer = (text: string): readonly StationEffect[] => oddityEffects([{ kind: 'stray-answer', text }])

const spoiltText = ({ type, why }: Unreadable): string =>
  `sends ${isAnswerType(type) ? 'an answer' : 'a message'} that cannot be read: ${why}`
const isAnswerType = (type: Unreadable['type']): boolean => type === 3 || type === 4

/** The requests to one station, of which one may be on its way: what is written in the book, and who waits for it. */
const createCalls = (
  { clock, onEffects }: Pick<StationParts, 'clock' | 'onEffects'>,
  count: (change: (counts: StationCounts) => StationCounts) => void,
  say: (text: string) => void,
) => {
  let book: CallBook = newCallBook
  let lastTicket = 0
  const open = new Map<number, (outcome: CallOutcome) => void>()

  const settle = (ticket: number, action: string, outcome: CallOutcome): void => {
    count((counts) => noteOutcome(counts, action, outcome, clock.nowMs()))
    open.get(ticket)?.(outcome)
    open.delete(ticket)
  }
  const turn = (event: CallEvent): void => {
    const step = stepCallBook(book, event, clock.monotonicMs())
    book = step.book
    for (const effect of step.effects) {
      if (effect.kind === 'settle') settle(effect.ticket, effect.action, effect.outcome)
      else if (effect.kind === 'send') {
        count((counts) => ({ ...counts, requests: counts.requests + 1 }))
        say(callText(effect.id, effect.action, effect.payload))
        clock.after(deadlineMs + 1, () => turn({ kind: 'tick' }))
      } else {
        count((counts) => ({ ...counts, late: counts.late + 1 }))
        const id = String(effect.id).slice(0, 40)
        onEffects(strayAnswer(`answers a request that is not open (id "${id}"); left aside`))
      }
    }
  }
  return {
    turn,
    plan: ({ action, payload }: Question, isUrgent: boolean, resolve: (outcome: CallOutcome) => void): void => {
      lastTicket += 1
      open.set(lastTicket, resolve)
      turn({ kind: 'planned', call: { ticket: lastTicket, action, payload, isUrgent, deadlineMs } })
    },
  }
}

/** One station: what it said, and the one request that may be on its way. It lives on while no connection is there. */
export const createStation = (parts: StationParts) => {
  const { identity, clock, utcMs, send, onEffects, onAlive } = parts
  let state: StationState = newStation(identity, '1.6')
  let counts: StationCounts = newCounts
  let connected: Connected | null = null
  let heardMs: number | null = null

  const moment = (): Moment => ({ nowMs: clock.nowMs(), utcMs: utcMs() })
  const say = (text: string): void => {
    if (connected !== null) send(connected.connection, text)
  }
  const count = (change: (before: StationCounts) => StationCounts): void => {
    counts = change(counts)
  }
  const { turn, plan } = createCalls(parts, count, say)

  const answer = (id: MessageId, step: ReturnType<typeof stepStation>): void => {
    state = step.state
    // Answered before anything is told of it: the charger waits.
    say(step.answer.ok ? resultText(id, step.answer.payload) : errorText(id, step.answer.code, step.answer.text))
    onEffects(step.effects)
  }
  const unreadable = (frame: Unreadable): void => {
    count((before) => ({ ...before, malformed: before.malformed + 1 }))
    const { type, id, why } = frame
    const isAnswer = isAnswerType(type)
    if (isAnswer && id !== null) turn({ kind: 'spoilt', id, why })
    if (!isAnswer && id !== null) answer(id, stepUnreadable(state, frame, moment()))
    else if (isAnswer && id === null) onEffects(strayAnswer(spoiltText(frame)))
    else onEffects(oddityEffects([{ kind: 'not-json', text: spoiltText(frame) }]))
  }
  const take = (frame: Frame): void => {
    switch (frame.kind) {
      case 'call':
        answer(frame.id, stepStation(state, frame, moment()))
        break
      case 'result':
        turn({ kind: 'answered', id: frame.id, payload: frame.payload })
        break
      case 'error':
        turn({ kind: 'refused', id: frame.id, code: frame.code, text: frame.text })
        break
      case 'unreadable':
        unreadable(frame)
    }
  }

  return {
    identity,
    state: () => state,
    counts: () => counts,
    connected: () => connected,
    /** When it was last heard, site time, ms. */
    heardMs: () => heardMs,
    opened: (connection: Omit<Connected, 'sinceMs'>, version: OcppVersion): void => {
      if (connected !== null) turn({ kind: 'closed', why: 'it connected anew' })
      connected = { ...connection, sinceMs: clock.nowMs() }
      heardMs = clock.nowMs()
      // Another version is another program in the charger: what was known of the old one is of no use.
      if (state.version !== version) state = newStation(identity, version)
      count((before) => ({ ...before, connections: before.connections + 1 }))
    },
    closed: (connection: ConnectionId, why: string): boolean => {
      if (connected?.connection !== connection) return false
      connected = null
      turn({ kind: 'closed', why: `the connection was lost: ${why}` })
      return true
    },
    text: (text: string): void => {
      heardMs = clock.nowMs()
      count((before) => ({
        ...before,
        messages: before.messages + 1,
        bytesReceived: before.bytesReceived + text.length,
      }))
      if (text.includes(noLetter)) onEffects(oddityEffects([notUtf8]))
      take(readFrame(text))
      onAlive()
    },
    alive: (): void => {
      heardMs = clock.nowMs()
      onAlive()
    },
    /** Never rejects. */
    call: (question: Question, isUrgent = false): Promise<CallOutcome> =>
      new Promise((resolve) => {
        if (connected === null) resolve({ ok: false, why: 'it is not connected', code: null })
        else plan(question, isUrgent, resolve)
      }),
  }
}
export type Station = ReturnType<typeof createStation>
