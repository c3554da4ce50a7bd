import type { ExploreReading } from '../../../shared/api/explore-contract.ts'
import type { Clock, Stop } from '../ports.ts'
import { guarded, type ExploreLine } from './explore-port.ts'
import { freshMemory, readRange, type Range, type RangeMemory, type RoundOutcome } from './read-range.ts'

/** A round that was read is shown and read again no sooner than this. */
const shortestPauseMs = 50

export interface WatchWish extends Range {
  /** From the beginning of one round to the next; null: once. */
  readonly periodMs: number | null
}

const beginning = (line: ExploreLine, wanted: number): ExploreReading => ({
  step: 'opening',
  where: line.where,
  round: 0,
  atMs: null,
  cells: [],
  requests: 0,
  settled: 0,
  wanted,
  problem: null,
  notes: [...line.notes],
})

const notesOf = (line: ExploreLine, { isEvenOnly, longest }: RangeMemory): string[] => [
  ...line.notes,
  ...(isEvenOnly ? ['this device answers even addresses and counts only'] : []),
  ...(longest < 125 ? [`blocks of more than ${String(longest)} registers are refused`] : []),
]

/** A watch outlives a lost reply: only the first look fails for good. */
const goesOnAfter = (reading: ExploreReading, { problem }: RoundOutcome, periodMs: number | null): boolean =>
  periodMs !== null && (problem === null || reading.round > 0)

/** What is shown once a round is over; a later one that failed leaves what was read before. */
const afterRound = (
  reading: ExploreReading,
  { problem, requests, cells }: RoundOutcome,
  { goesOn, nowMs, notes }: { readonly goesOn: boolean; readonly nowMs: number; readonly notes: string[] },
): ExploreReading => {
  const isFailed = problem !== null
  return {
    ...reading,
    step: isFailed && !goesOn ? 'failed' : 'done',
    round: reading.round + (isFailed ? 0 : 1),
    atMs: isFailed ? reading.atMs : nowMs,
    requests,
    cells: isFailed && reading.round > 0 ? reading.cells : [...cells],
    settled: cells.length,
    problem,
    notes,
  }
}

/** Reads a range, once or again and again until it is stopped; the line is given back at the end. */
export const watchRange = (
  line: ExploreLine,
  wish: WatchWish,
  clock: Clock,
  push: (reading: ExploreReading) => void,
): Stop => {
  const memory = freshMemory()
  let isCancelled = false
  let stopWaiting: Stop = () => undefined
  let reading = beginning(line, wish.count)
  const tell = (next: ExploreReading): void => {
    if (isCancelled) return
    reading = next
    push(reading)
  }
  const partly = (cells: RoundOutcome['cells'], requests: number): void => {
    // Later rounds are told when they are whole: half a round would mix times.
    if (reading.round === 0) tell({ ...reading, step: 'reading', cells: [...cells], requests, settled: cells.length })
  }
  const round = async (): Promise<void> => {
    const startedMs = clock.monotonicMs()
    const outcome = await readRange(wish, memory, guarded(line), () => isCancelled, partly)
    if (isCancelled) return
    const goesOn = goesOnAfter(reading, outcome, wish.periodMs)
    tell(afterRound(reading, outcome, { goesOn, nowMs: clock.nowMs(), notes: notesOf(line, memory) }))
    if (!goesOn) {
      line.release()
      return
    }
    const restMs = (wish.periodMs ?? 0) - (clock.monotonicMs() - startedMs)
    stopWaiting = clock.after(Math.max(shortestPauseMs, restMs), run)
  }
  const run = (): void => {
    round().catch((error: unknown) => {
      const problem = `reading failed inside the program: ${String(error)}; please report this`
      tell({ ...reading, step: 'failed', problem })
    })
  }
  tell(reading)
  run()
  return () => {
    isCancelled = true
    stopWaiting()
    line.release()
  }
}
