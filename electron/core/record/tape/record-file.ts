import { redactPatterns } from '../../../../shared/site/redact.ts'
import { own } from '../../../../shared/own.ts'
import type { Archive } from '../../archive-port.ts'
import type { TimeRange } from '../recorder.ts'
import { textFile, textRows, type LazyFile } from '../../report/lazy-file.ts'
import type { TapeRecorder } from './tape-recorder.ts'

/** Its name in a snapshot, where no record of that time was kept: what one begins with. */
export const recordHeadName = 'record-head.json'
/** Its name in a snapshot. */
export const recordFileName = 'record.ndjson'

const turnMs = /^\{"t":\[[^,]+,[^,]+,(-?[\d.e+]+),/

/** The lines up to the first turn behind a time. */
const until = (lines: readonly string[], toMs: number): readonly string[] => {
  // Most often all of them are wanted: looked through from the end.
  const last = lines.findLastIndex((line) => Number(turnMs.exec(line)?.[1] ?? NaN) < toMs)
  const next = lines.findIndex((line, index) => index > last && turnMs.test(line))
  return next < 0 ? lines : lines.slice(0, next)
}

/**
 * The record for a snapshot: from the newest place before the range at which it can be played. Made when its turn comes. Only its head where
 * nothing of the range is kept any more: whoever opens the file makes a thinned one of its readings.
 */
export const recordFiles = (
  tape: Pick<TapeRecorder, 'head' | 'read' | 'sinceMs' | 'untilMs'>,
  archive: Pick<Archive, 'utf8'>,
  { fromMs, toMs }: TimeRange,
): readonly LazyFile[] => {
  const headOnly = [textFile(recordHeadName, archive, () => `${redactPatterns(tape.head()).text}\n`)]
  const [sinceMs, untilMs] = [tape.sinceMs(), tape.untilMs()]
  if (sinceMs === null || untilMs === null) return headOnly
  // A calendar that was set back makes the beginning later than the end: what goes up to now is whole all the same.
  const isToNow = untilMs <= toMs
  if (!isToNow && sinceMs >= toMs) return headOnly
  return [
    {
      name: recordFileName,
      content: function* () {
        const [head = '', ...lines] = tape.read(fromMs)
        const heading = [redactPatterns(head).text]
        yield* textRows(
          recordFileName,
          archive,
          heading,
          isToNow ? lines : until(lines, toMs),
          (line) => line,
        ).content()
      },
    },
  ]
}

/** The record of a snapshot's files; undefined where it has none. */
export const recordOf = (files: Readonly<Record<string, Uint8Array>>): Uint8Array | undefined =>
  own(files, recordFileName)
