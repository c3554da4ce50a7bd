import { mostFullIntervalRows, mostIntervalRows, type historyContract } from '../../../shared/api/history-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { Part } from '../part.ts'
import type { Recorder } from '../record/recorder.ts'
import { checkedRange } from './checked-range.ts'
import { knownMeter } from './known-meter.ts'

type Reading = Pick<Recorder, 'history' | 'intervals' | 'decisions' | 'writes' | 'audit'>

/** What the record holds. */
export const createHistoryPart = ({
  overview,
  recorder,
}: {
  readonly overview: Overview
  readonly recorder: Reading
}): Part<typeof historyContract> => ({
  name: 'the history',
  handlers: {
    'history.read': async (input) => {
      const { fromMs, toMs } = checkedRange(input)
      const history = await recorder.history(
        knownMeter(overview, input.meterId),
        input.quantities,
        { fromMs, toMs },
        input.maxBuckets,
      )
      return {
        startMs: history.startMs,
        bucketMs: history.bucketMs,
        columns: history.columns.map((column) => ({
          quantity: column.quantity,
          buckets: column.buckets.map((bucket): [number, number, number] | null =>
            bucket === null ? null : [...bucket],
          ),
        })),
      }
    },
    'intervals.read': async (input) => {
      const { quantities, limit, from = 'oldest' } = input
      const most = quantities === undefined ? mostFullIntervalRows : mostIntervalRows
      const page = limit === undefined ? { joinTo: most } : { limit: Math.min(limit, most), from }
      const rows = await recorder.intervals(knownMeter(overview, input.meterId), input.lengthS, checkedRange(input), {
        ...page,
        ...(quantities === undefined ? {} : { quantities }),
      })
      return [...rows].sort((one, other) => one.startMs - other.startMs)
    },
    'decisions.read': async (input) => [...(await recorder.decisions(checkedRange(input), input.limit))],
    'writes.read': async (input) => [...(await recorder.writes(checkedRange(input), input.limit))],
    'audit.read': async (input) => [...(await recorder.audit(checkedRange(input), input.limit))],
  },
})
