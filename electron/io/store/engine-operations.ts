import type { IntervalPageRequest, TimeRange } from '../../core/record/recorder.ts'
import type { Operations } from './engine-contract.ts'
import { refuseAppend, type EngineFiles } from './engine-files.ts'
import { readHistory } from './history.ts'
import { readIntervals } from './read-intervals.ts'
import type { RetentionTime } from './retention-time.ts'
import { agreesWithinMs } from './trusted-clock.ts'

/** Intervals in one answer where nobody says how many. */
const usualIntervals = 5000

const newest = (rows: readonly { readonly atMs: number }[]): number => Math.max(0, ...rows.map(({ atMs }) => atMs))
/** Rows that are kept apart are given where somebody asks for the time ahead of the clock. */
const isAsked = (range: TimeRange): boolean => range.toMs > Date.now() + agreesWithinMs
const pageOf = (range: TimeRange, page: IntervalPageRequest = {}) => ({
  limit: page.limit ?? usualIntervals,
  from: page.from ?? ('oldest' as const),
  wanted: page.quantities === undefined ? null : new Set(page.quantities),
  withApart: isAsked(range),
})

const appendsOf = (files: EngineFiles, retention: RetentionTime) =>
  ({
    appendReadings: (rows) => files.appendRing('readings', (file) => file.append(rows, retention.at(newest(rows)))),
    appendIntervals: (rows) =>
      files.append('intervals', false, (file) =>
        file.appendIntervals(rows, retention.at(newest(rows.map(({ startMs }) => ({ atMs: startMs }))))),
      ),
    appendEvents: (rows) =>
      files.append('events', false, (file) => file.appendEvents(rows, retention.at(newest(rows)))),
    appendDecision: (decision) =>
      files.append('a decision', false, (file) => file.appendDecisions([decision], retention.at(decision.atMs))),
    appendWrite: (write) =>
      files.append('a write', false, (file) => file.appendWrites([write], retention.at(write.atMs))),
    appendQuality: (rows) =>
      files.append('power quality', false, (file) => file.appendQuality(rows, retention.at(newest(rows)))),
    appendAudit: (row) => files.append('an audit row', true, (file) => file.appendAudit(row)),
  }) satisfies Partial<Operations>
/** Another instance records this site: what comes is dropped, and an audit row refused. */
const dropped = {
  appendReadings: () => undefined,
  appendIntervals: () => undefined,
  appendEvents: () => undefined,
  appendDecision: () => undefined,
  appendWrite: () => undefined,
  appendQuality: () => undefined,
  appendAudit: refuseAppend,
} satisfies Partial<Operations>

/** Everything the store can be asked, on its two files. */
export const createOperations = (files: EngineFiles, retention: RetentionTime, readOnly: boolean): Operations => ({
  ...(readOnly ? dropped : appendsOf(files, retention)),
  readings: (meterId, range) => files.readRing('readings', (file) => file.read(meterId, range, isAsked(range))),
  history: (meterId, quantities, range, maxBuckets) =>
    files.readRing('history', (file) =>
      readHistory(
        file,
        {
          read: (lengthS, part) =>
            files.readSite('intervals', (siteFile) =>
              siteFile.intervals(meterId, lengthS, part, {
                limit: Number.MAX_SAFE_INTEGER,
                from: 'oldest',
                wanted: new Set(quantities),
                withApart: false,
              }),
            ),
          oldestMs: (lengthS) => files.readSite('intervals', (siteFile) => siteFile.oldestIntervalMs(meterId, lengthS)),
        },
        meterId,
        quantities,
        range,
        maxBuckets,
      ),
    ),
  intervals: (meterId, lengthS, range, page) =>
    files.readSite('intervals', (file) =>
      readIntervals(file, meterId, lengthS, range, pageOf(range, page), page?.joinTo),
    ),
  events: (range, limit) => files.readSite('events', (file) => file.events(range, limit, isAsked(range))),
  decisions: (range, limit) => files.readSite('decisions', (file) => file.decisions(range, limit, isAsked(range))),
  writes: (range, limit) => files.readSite('writes', (file) => file.writes(range, limit, isAsked(range))),
  audit: (range, limit) => files.readSite('audit rows', (file) => file.audit(range, limit)),
  quality: (range, limit) => files.readSite('power quality', (file) => file.quality(range, limit, isAsked(range))),
})
