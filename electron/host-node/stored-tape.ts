import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Archive } from '../core/archive-port.ts'
import type { TimeRange } from '../core/record/recorder.ts'
import { recordFiles } from '../core/record/tape/record-file.ts'
import type { TapeHead } from '../core/record/tape/tape-head.ts'
import type { LazyFile } from '../core/report/lazy-file.ts'
import { flightFolders, newestRun } from '../io/flight/recover.ts'
import { segmentName, segmentsIn } from '../io/flight/spool.ts'

/** The lines of a segment without its head; a line that is being written is left out, and a segment that was deleted meanwhile. */
const linesOf = (path: string): readonly string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1, -1)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const beginOf = (path: string): number => Number(segmentName.exec(basename(path))?.[1] ?? NaN)

/**
 * The record as the flight recorder has it on the disk: of a program that runs, was stopped or was killed. Only `head` where nothing of the
 * range was written down, as in a snapshot of the program.
 */
export const storedRecord = (
  folder: string,
  head: TapeHead,
  archive: Pick<Archive, 'utf8'>,
  range: TimeRange,
): readonly LazyFile[] => {
  const { spool } = flightFolders(folder)
  const paths = existsSync(spool) ? newestRun(segmentsIn(spool)) : []
  const [first, last] = [paths[0], paths.at(-1)]
  const untilMs = last === undefined ? null : statSync(last).mtimeMs
  const isOver = untilMs === null || untilMs < range.fromMs
  const written = first === undefined ? null : (readFileSync(first, 'utf8').split('\n', 1)[0] ?? '')
  return recordFiles(
    {
      head: () => (isOver || written === null ? JSON.stringify(head) : written),
      sinceMs: () => (isOver || first === undefined ? null : beginOf(first)),
      untilMs: () => (isOver ? null : untilMs),
      read: (fromMs) => {
        const from = paths.findLastIndex((path) => beginOf(path) <= fromMs)
        return [written ?? '', ...paths.slice(Math.max(0, from)).flatMap(linesOf)]
      },
    },
    archive,
    range,
  )
}
