import type { TripscopeContract } from '../../../shared/api/contract.ts'
import { type JoinedInterval, mostIntervalRows } from '../../../shared/api/history-contract.ts'
import type { InputOf, OutputOf } from '../../../shared/api/define.ts'

type Input = InputOf<TripscopeContract['intervals.read']>
type Read = (input: Input) => Promise<OutputOf<TripscopeContract['intervals.read']>>

/**
 * Every interval of a range, page by page: a year of minutes is half a million rows and would pass in no single answer. Gives them to
 * `take` in order of time; rejects when a page can't be read.
 */
export const readAllIntervals = async (
  read: Read,
  input: Pick<Input, 'meterId' | 'lengthS' | 'fromMs' | 'toMs' | 'quantities'>,
  take: (rows: readonly JoinedInterval[]) => void,
): Promise<void> => {
  let { fromMs } = input
  while (fromMs < input.toMs) {
    const rows = await read({ ...input, fromMs, limit: mostIntervalRows, from: 'oldest' })
    const last = rows.at(-1)
    if (last === undefined) return
    take(rows)
    fromMs = last.startMs + 1
  }
}
