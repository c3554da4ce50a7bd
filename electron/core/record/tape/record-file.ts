import { redactPatterns } from '../../../../shared/site/redact.ts'
import { own } from '../../../../shared/own.ts'
import type { Archive } from '../../ports.ts'
import type { TapeRecorder } from './tape-recorder.ts'

/** Its name in a snapshot. */
export const recordFileName = 'record.ndjson'

/** The record for a snapshot, by file name: from the newest place before `fromMs` at which it can be played. */
export const recordFile = (
  tape: Pick<TapeRecorder, 'read'>,
  archive: Pick<Archive, 'utf8'>,
  fromMs: number,
): Readonly<Record<string, Uint8Array>> => {
  const [head = '', ...lines] = tape.read(fromMs)
  return { [recordFileName]: archive.utf8([redactPatterns(head).text, ...lines, ''].join('\n')) }
}

/** The record of a snapshot's files; undefined where it has none. */
export const recordOf = (files: Readonly<Record<string, Uint8Array>>): Uint8Array | undefined =>
  own(files, recordFileName)
