import { redactPatterns } from '../../../../shared/site/redact.ts'
import { own } from '../../../../shared/own.ts'
import type { Archive } from '../../ports.ts'
import { textRows, type LazyFile } from '../../report/lazy-file.ts'
import type { TapeRecorder } from './tape-recorder.ts'

/** Its name in a snapshot. */
export const recordFileName = 'record.ndjson'

/** The record for a snapshot: from the newest place before `fromMs` at which it can be played. Made when its turn comes. */
export const recordFile = (
  tape: Pick<TapeRecorder, 'read'>,
  archive: Pick<Archive, 'utf8'>,
  fromMs: number,
): LazyFile => ({
  name: recordFileName,
  content: function* () {
    const [head = '', ...lines] = tape.read(fromMs)
    const whole = textRows(recordFileName, archive, [redactPatterns(head).text], lines, (line) => line)
    yield* whole.content()
  },
})

/** The record of a snapshot's files; undefined where it has none. */
export const recordOf = (files: Readonly<Record<string, Uint8Array>>): Uint8Array | undefined =>
  own(files, recordFileName)
