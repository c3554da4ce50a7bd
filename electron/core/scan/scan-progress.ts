import type { ScanFind, ScanRequest, ScanState } from '../../../shared/api/scan-contract.ts'
import { createFanOut } from '../fan-out.ts'
import type { Clock, Log, Stop } from '../ports.ts'

export const idleState: ScanState = {
  phase: 'idle',
  scanId: null,
  request: null,
  who: null,
  startedAtMs: null,
  endedAtMs: null,
  now: '',
  done: 0,
  total: 0,
  counted: 'unit ids',
  requests: 0,
  idsPerSecond: null,
  leftMs: null,
  finds: [],
  troubles: [],
  troublesLeftOut: 0,
  notes: [],
}

/** Screens are told this often at most. */
const tellEveryMs = 250
/** The speed is that of the last ids, so that a slow part of the search is seen as such. */
const speedOver = 40
const listedTroubles = 200
export const mostFinds = 500

/** The state of the scan, and who hears of it. `kept` outlives this core: a scan's finds are still there after the site was opened anew. */
export const createScanProgress = (parts: {
  readonly clock: Clock
  readonly log: Log
  readonly kept: Map<string, unknown>
}) => {
  const { clock, kept } = parts
  const fanOut = createFanOut<ScanState>('the scan', parts.log)
  const before = kept.get('scan') as ScanState | undefined
  let state: ScanState =
    before === undefined
      ? idleState
      : before.phase === 'running'
        ? { ...before, phase: 'cancelled', now: '', idsPerSecond: null, leftMs: null }
        : before
  let tellTimer: Stop | null = null
  let marks: { readonly atMs: number; readonly ids: number }[] = []

  const tell = (): void => {
    tellTimer?.()
    tellTimer = null
    kept.set('scan', state)
    fanOut.tell(state)
  }
  const change = (part: Partial<ScanState>): void => {
    state = { ...state, ...part }
    kept.set('scan', state)
    tellTimer ??= clock.after(tellEveryMs, tell)
  }
  return {
    state: () => state,
    listen: fanOut.listen,
    begin: (
      scanId: string,
      request: ScanRequest,
      who: string,
      total: number,
      notes: readonly string[],
      counted: ScanState['counted'] = 'unit ids',
    ): void => {
      marks = []
      state = {
        ...idleState,
        phase: 'running',
        scanId,
        request,
        who,
        startedAtMs: clock.nowMs(),
        total,
        counted,
        notes: [...notes],
      }
      tell()
    },
    goOn: (): void => {
      marks = []
      state = { ...state, phase: 'running', endedAtMs: null }
      tell()
    },
    end: (phase: 'cancelled' | 'ended'): void => {
      state = { ...state, phase, endedAtMs: clock.nowMs(), now: '', leftMs: null }
      tell()
    },
    now: (now: string): void => {
      change({ now })
    },
    request: (): void => {
      change({ requests: state.requests + 1 })
    },
    /** `skipped`: not asked, as nobody could be reached there; they say nothing about the speed. */
    tried: (ids: number, skipped = false): void => {
      const done = state.done + ids
      if (!skipped) marks = [...marks, { atMs: clock.monotonicMs(), ids: done }].slice(-speedOver)
      else marks = []
      const [first, last] = [marks[0], marks.at(-1)]
      const spanMs = first === undefined || last === undefined ? 0 : last.atMs - first.atMs
      const idsPerSecond =
        first === undefined || last === undefined || spanMs <= 0
          ? state.idsPerSecond
          : ((last.ids - first.ids) * 1000) / spanMs
      change({
        done,
        idsPerSecond,
        leftMs: idsPerSecond === null || idsPerSecond <= 0 ? null : ((state.total - done) * 1000) / idsPerSecond,
      })
    },
    found: (find: ScanFind): void => {
      if (state.finds.length < mostFinds) change({ finds: [...state.finds, find] })
    },
    change: (finds: readonly ScanFind[]): void => {
      change({ finds: [...finds] })
    },
    trouble: (where: string, kind: ScanState['troubles'][number]['kind'], problem: string): void => {
      if (state.troubles.length < listedTroubles) change({ troubles: [...state.troubles, { where, kind, problem }] })
      else change({ troublesLeftOut: state.troublesLeftOut + 1 })
    },
    /** What a person should know of this search; said once. */
    note: (note: string): void => {
      if (!state.notes.includes(note)) change({ notes: [...state.notes, note] })
    },
    stop: (): void => {
      tellTimer?.()
    },
  }
}
export type ScanProgress = ReturnType<typeof createScanProgress>
