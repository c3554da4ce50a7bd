import type { Sample } from '../../../shared/model/sample.ts'
import type { StoredReading, TimeRange } from '../record/recorder.ts'
import type { TapeHead } from '../record/tape/tape-head.ts'
import { createTurnWriter } from '../record/tape/turn-line.ts'
import type { Moment } from '../site/site-input.ts'

/** Ends what was made of stored seconds: what follows in the file is a record as it was. */
export const anewLine = '{"anew":true}'

/** Turns that are made of one snapshot at most: minutes to play. Longer stretches get one value of several seconds. Editable assumption. */
const mostTurns = 400_000

/** How long one step of a thinned record is, ms: a second, or as many as keep it playable. */
export const thinnedStepMs = ({ fromMs, toMs }: TimeRange, meters: number): number =>
  Math.max(1000, Math.ceil(((toMs - fromMs) / 1000 / mostTurns) * (meters + 1)) * 1000)

type Rows = AsyncIterable<readonly StoredReading[]>

/** The newest row of a meter before each of a rising row of times. */
const createCursor = (rows: Rows) => {
  const source = rows[Symbol.asyncIterator]()
  let run: readonly StoredReading[] = []
  let next = 0
  let isEnded = false
  const peek = async (): Promise<StoredReading | null> => {
    while (next >= run.length && !isEnded) {
      const got = await source.next()
      isEnded = got.done === true
      run = got.done === true ? [] : got.value
      next = 0
    }
    return run[next] ?? null
  }
  return {
    nextMs: async (): Promise<number> => (await peek())?.atMs ?? Infinity,
    before: async (toMs: number): Promise<StoredReading | null> => {
      let newest: StoredReading | null = null
      for (let row = await peek(); row !== null && row.atMs < toMs; row = await peek()) {
        newest = row
        next += 1
      }
      return newest
    },
  }
}

const momentAt = (utcMs: number, fromMs: number): Moment => ({
  monotonicMs: utcMs - fromMs,
  siteMs: utcMs,
  utcMs,
  aheadMs: 0,
})

const samplesOf = ({ atMs, values }: StoredReading): Record<string, Sample> =>
  Object.fromEntries(
    Object.entries(values).map(([key, { value, quality }]): [string, Sample] => [
      key,
      value === null
        ? { value: null, quality: quality === 'good' ? 'absent' : quality, atMs }
        : { value, quality: 'good', atMs },
    ]),
  )

/**
 * A record made of stored seconds: what each meter's mean was, once a step, and a tick behind it; times at which nothing was stored have
 * none. What chargers said, what persons wanted and what control decided was not stored so: it is not in it. Its replay is no proof of
 * anything.
 */
export async function* thinnedLines(parts: {
  readonly head: TapeHead
  readonly meters: ReadonlyMap<string, Rows>
  readonly range: TimeRange
}): AsyncGenerator<string> {
  const { head, meters, range } = parts
  const stepMs = thinnedStepMs(range, meters.size)
  const periods = new Map(head.site.meters.map(({ id, periodMs }) => [id, Math.max(stepMs, periodMs)]))
  const cursors = new Map([...meters].map(([id, rows]) => [id, createCursor(rows)]))
  const write = createTurnWriter()
  for (const cursor of cursors.values()) await cursor.before(range.fromMs)
  for (let fromMs = range.fromMs; fromMs < range.toMs;) {
    const toMs = fromMs + stepMs
    const at = momentAt(toMs, range.fromMs)
    let isEmpty = true
    for (const [meterId, cursor] of cursors) {
      const row = await cursor.before(toMs)
      if (row === null) continue
      isEmpty = false
      yield* write({
        at,
        input: {
          kind: 'observation',
          observation: {
            kind: 'meter-samples',
            meterId,
            atMs: row.atMs,
            periodMs: periods.get(meterId) ?? stepMs,
            samples: samplesOf(row),
          },
        },
      })
    }
    if (!isEmpty) yield* write({ at, input: { kind: 'tick', failing: [] } })
    // Nothing was stored for a while: on with the next that was.
    const nextMs = Math.min(...(await Promise.all([...cursors.values()].map((cursor) => cursor.nextMs()))))
    fromMs = isEmpty && nextMs > toMs ? Math.min(range.toMs, nextMs) : toMs
  }
}
