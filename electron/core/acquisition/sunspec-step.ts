import type { Quality } from '../../../shared/model/sample.ts'

/** After a silence this long the device may have been updated or exchanged, so its chain is walked again. */
const longSilenceMs = 30_000
/** A device without a usable map is looked at again: soon, because it may be starting; then seldom. */
const againMs = [5000, 10_000, 60_000] as const
/** So many refusals of the model's number in a row say that the map has moved. */
const refusalsThatTell = 3

/** Where a SunSpec device stands between being looked up and being polled; plain data. Times are monotonic ms but where named UTC. */
export interface SunSpecState {
  readonly isSearching: boolean
  /** The device does not answer the search. */
  readonly isQuiet: boolean
  /** It was silent at some question of this walk: what the walk says is then of a device that was away. */
  readonly hadSilence: boolean
  /** Why there is nothing to read, for a person; UTC. */
  readonly problem: { readonly atMs: number; readonly message: string } | null
  /** When the search asks next. */
  readonly dueMs: number
  /** Walks without a usable map in a row. */
  readonly failures: number
  /** Refusals of the model's number in a row, and whether it was read since the last walk. */
  readonly refusals: number
  readonly wasRead: boolean
  /** The registers are not where they were. */
  readonly isMoved: boolean
  readonly silentSinceMs: number | null
}
export const newSunSpec: SunSpecState = {
  isSearching: true,
  isQuiet: false,
  hadSilence: false,
  problem: null,
  dueMs: 0,
  failures: 0,
  refusals: 0,
  wasRead: false,
  isMoved: false,
  silentSinceMs: null,
}

export type SunSpecEvent =
  /** The number of the model was read beside the fast quantities, or was missed. */
  | { readonly kind: 'model-read'; readonly isSame: boolean }
  | { readonly kind: 'model-missed'; readonly isRefused: boolean }
  | { readonly kind: 'walk-begins' }
  /** A question of the walk has its outcome. `probeMs`: wait before a device that does not answer is asked again. */
  | {
      readonly kind: 'replied'
      readonly nowMs: number
      readonly isSilent: boolean
      readonly quality: Exclude<Quality, 'good'>
      readonly isRepeated: boolean
      readonly probeMs: number
    }
  /** The walk ended because the device fell silent; `isWhole`: although it came to an end. */
  | { readonly kind: 'walked-in-silence'; readonly isWhole: boolean; readonly nowMs: number }
  | { readonly kind: 'found' }
  /** Nothing to read here for now. */
  | { readonly kind: 'gave-up'; readonly message: string; readonly atMs: number; readonly nowMs: number }
  /** A read of a device that was found is over. */
  | { readonly kind: 'polled'; readonly isSilent: boolean; readonly nowMs: number }
  | { readonly kind: 'line-down'; readonly nowMs: number }
  | { readonly kind: 'line-up'; readonly nowMs: number }

export type SunSpecEffect =
  | { readonly kind: 'miss-all'; readonly quality: Exclude<Quality, 'good'> }
  /** One frame was lost on the way of a device that answers: the question is asked again. */
  | { readonly kind: 'ask-again' }

export interface SunSpecStep {
  readonly state: SunSpecState
  readonly effects: readonly SunSpecEffect[]
}
type EventOf<K extends SunSpecEvent['kind']> = Extract<SunSpecEvent, { readonly kind: K }>

const missed = (state: SunSpecState, isRefused: boolean): SunSpecState => {
  const refusals = isRefused ? state.refusals + 1 : 0
  // Before it was ever read, refusals are of a block too long for this device, and the plan is being split.
  return { ...state, refusals, isMoved: state.isMoved || (refusals >= refusalsThatTell && state.wasRead) }
}

const replied = (state: SunSpecState, event: EventOf<'replied'>): SunSpecStep => {
  const { nowMs, isSilent, isRepeated, quality, probeMs } = event
  if (!isSilent) return { state: { ...state, isQuiet: false, dueMs: nowMs }, effects: [] }
  if (!state.isQuiet && !isRepeated) return { state: { ...state, dueMs: nowMs }, effects: [{ kind: 'ask-again' }] }
  return {
    state: { ...state, isQuiet: true, hadSilence: true, dueMs: nowMs + probeMs },
    effects: [{ kind: 'miss-all', quality }],
  }
}

const gaveUp = (state: SunSpecState, { atMs, message, nowMs }: EventOf<'gave-up'>): SunSpecStep => {
  const { failures } = state
  const dueMs = nowMs + (againMs[Math.min(failures, againMs.length - 1)] ?? againMs[2])
  return {
    state: { ...state, problem: { atMs, message }, dueMs, failures: failures + 1 },
    effects: [{ kind: 'miss-all', quality: 'absent' }],
  }
}

/** The chain is walked again where the map has moved, or after a silence in which the device may have been exchanged. */
const polled = (before: SunSpecState, { isSilent, nowMs }: EventOf<'polled'>): SunSpecStep => {
  const { silentSinceMs } = before
  if (isSilent) return { state: { ...before, silentSinceMs: silentSinceMs ?? nowMs }, effects: [] }
  const state = { ...before, silentSinceMs: null }
  const wasLong = silentSinceMs !== null && nowMs - silentSinceMs >= longSilenceMs
  if (!state.isMoved && !wasLong) return { state, effects: [] }
  return {
    state: { ...state, isSearching: true, isMoved: false, isQuiet: false, refusals: 0, failures: 0, dueMs: nowMs },
    effects: [{ kind: 'miss-all', quality: 'waiting' }],
  }
}

export const stepSunSpec = (state: SunSpecState, event: SunSpecEvent): SunSpecStep => {
  const only = (next: Partial<SunSpecState>): SunSpecStep => ({ state: { ...state, ...next }, effects: [] })
  switch (event.kind) {
    case 'model-read':
      return only({ refusals: 0, wasRead: true, isMoved: !event.isSame })
    case 'model-missed':
      return { state: missed(state, event.isRefused), effects: [] }
    case 'walk-begins':
      return only({ hadSilence: false })
    case 'replied':
      return replied(state, event)
    case 'walked-in-silence':
      // What was asked while the device was away tells nothing: the walk begins anew, at the pace of probes.
      return event.isWhole ? only({ dueMs: event.nowMs }) : only({})
    case 'found':
      return only({ problem: null, failures: 0, isSearching: false, isMoved: false, wasRead: false })
    case 'gave-up':
      return gaveUp(state, event)
    case 'polled':
      return polled(state, event)
    case 'line-down':
      return {
        state: { ...state, silentSinceMs: state.silentSinceMs ?? event.nowMs },
        effects: state.isSearching ? [{ kind: 'miss-all', quality: 'offline' }] : [],
      }
    case 'line-up':
      return only({ isQuiet: false, dueMs: state.isSearching ? event.nowMs : state.dueMs })
  }
}
