import type { Clock } from '../ports.ts'
import type { Site } from '../../../shared/site/site.ts'
import { turnGapMs, turnMs, turnTakenMs, turnWaitMs } from './timing.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface InLine {
  readonly id: string
  /** A vehicle is connected. */
  readonly wants: boolean
  /** It has a vehicle and was given nothing in the last decision, for lack of room. */
  readonly waits: boolean
  /** It could charge and does not (demand.ts). */
  readonly rests: boolean
}

export interface Place {
  /** Among equal priorities the higher is paused later. */
  readonly turn: number
  /** It waited long enough and goes before everybody, whatever the priorities say. */
  readonly hasTurn: boolean
  /** Behind everybody who would charge. */
  readonly yields: boolean
  /** While it waits: its turn comes at the latest in this time, if there is room for one minimum. */
  readonly turnInMs: number | null
}

interface Turn {
  readonly id: string
  readonly sinceMs: number
  /** When it first got something; null while it has not. */
  readonly takenMs: number | null
}

/**
 * Who goes first. Among equal priorities first come, first kept, so that a newcomer never throws out a car that charges; a car that
 * rests lets the others go first. And nobody starves, whatever the priorities and the strategy: who has waited for 15 min gets a turn of
 * 5 min before everybody else, one at a time, longest waiting first, with 5 min between two turns (control.rotation of the site file
 * says otherwise). So nobody waits longer than 15 min and 10 min more for each that has waited longer. A turn that finds no room within 2 min (other load, a person's limit) goes to the next.
 */
export const createWaitingLine = (
  clock: Clock,
  memory: Memory = forgetful,
  rotation: Site['control']['rotation'] = { wait: turnWaitMs / 1000, on: turnMs / 1000, off: turnGapMs / 1000 },
) => {
  const [waitMs, onMs, offMs] = [rotation.wait * 1000, rotation.on * 1000, rotation.off * 1000]
  const state = memory.keep('waiting-line', {
    line: [] as string[],
    turn: null as Turn | null,
    nextTurnMs: -Infinity,
    waitingSince: new Map<string, number>(),
    resting: new Set<string>(),
  })
  const { waitingSince, resting } = state
  /** Not kept, made from the line once a decision: where each stands in it, and how many that wait have waited longer. */
  let places: { readonly at: ReadonlyMap<string, number>; readonly ahead: ReadonlyMap<string, number> } | null = null

  const positions = (ids: readonly string[]): ReadonlyMap<string, number> => {
    const at = new Map<string, number>()
    for (const id of ids) at.set(id, at.size)
    return at
  }

  const longest = (at: ReadonlyMap<string, number>): readonly string[] =>
    [...waitingSince]
      .sort(([a, sinceA], [b, sinceB]) => sinceA - sinceB || (at.get(a) ?? -1) - (at.get(b) ?? -1))
      .map(([id]) => id)

  const placed = () => {
    if (places !== null) return places
    const at = positions(state.line)
    places = { at, ahead: positions(longest(at)) }
    return places
  }

  const follow = (chargers: readonly InLine[], nowMs: number): void => {
    if (state.turn === null) return
    const { id, sinceMs, takenMs } = state.turn
    const own = chargers.find((charger) => charger.id === id)
    if (own !== undefined && own.wants && !own.waits && takenMs === null) state.turn = { ...state.turn, takenMs: nowMs }
    const isOver =
      own === undefined ||
      !own.wants ||
      (takenMs !== null && own.rests) ||
      (takenMs === null ? nowMs - sinceMs >= turnTakenMs : nowMs - takenMs >= onMs)
    if (!isOver) return
    // Not taken: the others that wait go first, then it tries again.
    if (state.turn.takenMs === null && waitingSince.has(id)) waitingSince.set(id, nowMs - waitMs + offMs)
    state.nextTurnMs = state.turn.takenMs === null ? nowMs : nowMs + offMs
    state.turn = null
  }

  const begin = (nowMs: number): void => {
    if (state.turn !== null || nowMs < state.nextTurnMs) return
    const [id] = longest(positions(state.line))
    if (id === undefined || nowMs - (waitingSince.get(id) ?? nowMs) < waitMs) return
    state.turn = { id, sinceMs: nowMs, takenMs: null }
    resting.delete(id)
    state.line = [id, ...state.line.filter((other) => other !== id)]
  }

  return {
    /** Brings the line up to date before each decision. */
    update: (chargers: readonly InLine[]): void => {
      const nowMs = clock.monotonicMs()
      const present = new Set<string>()
      for (const { id, wants } of chargers) if (wants) present.add(id)
      if (!state.line.every((id) => present.has(id))) state.line = state.line.filter((id) => present.has(id))
      if (present.size > state.line.length) {
        for (const id of state.line) present.delete(id)
        state.line.push(...[...present].sort())
      }
      for (const { id, wants, waits, rests } of chargers) {
        if (!wants || !waits) waitingSince.delete(id)
        else if (!waitingSince.has(id)) waitingSince.set(id, nowMs)
        if (wants && rests && state.turn?.id !== id) resting.add(id)
        else if (!rests) resting.delete(id)
      }
      follow(chargers, nowMs)
      begin(nowMs)
      places = null
    },
    placeOf: (id: string): Place => {
      const nowMs = clock.monotonicMs()
      const since = waitingSince.get(id)
      const { at, ahead } = placed()
      const position = at.get(id)
      const hasTurn = state.turn?.id === id
      return {
        turn: position === undefined ? 0 : state.line.length - position,
        hasTurn,
        yields: resting.has(id),
        turnInMs:
          since === undefined || hasTurn
            ? null
            : Math.max(0, waitMs - (nowMs - since)) +
              ((ahead.get(id) ?? -1) + (state.turn === null ? 0 : 1)) * (onMs + offMs),
      }
    },
    isIn: (id: string): boolean => placed().at.has(id),
  }
}
