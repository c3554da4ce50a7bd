import { createEntryReader, readTapeHead } from '../record/tape/read-tape.ts'
import { createReplay, type ReplayOutputs, type ReplayResult } from '../record/tape/replay.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Plays a record that is in memory, as a file of it would be played. */
export const playLines = async (lines: readonly string[], out: ReplayOutputs = {}): Promise<ReplayResult> => {
  const [head = '', ...rest] = lines
  const replay = createReplay(readTapeHead(head), quiet, out)
  const read = createEntryReader()
  for (const [index, text] of rest.entries()) {
    const entry = read(text, index + 2)
    if (entry !== null) await replay.take(entry)
  }
  return replay.end(lines.length)
}
