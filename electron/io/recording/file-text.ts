import { createReadStream } from 'node:fs'
import type { TapeLine, TapeText } from '../../core/deck/tape-text.ts'

/** A line of a record is a turn or the state of a site; a longer one is none of ours. Editable assumption: the state of 220 meters is 4 MB. */
const mostLineBytes = 64 * 1024 * 1024
const chunkBytes = 256 * 1024
const lineFeed = 0x0a

/** A record in a file, read from any byte on. Never more of it in memory than a piece and one line. */
export const textOfFile = (path: string, size: number): TapeText => ({
  shareOf: (at) => (size === 0 ? 1 : at / size),
  lines: async function* (from) {
    let rest: Buffer[] = []
    let restBytes = 0
    let at = from.at
    let number = from.number
    const lineOf = (last: Buffer): TapeLine => {
      const whole = rest.length === 0 ? last : Buffer.concat([...rest, last])
      const line = { text: whole.toString('utf8'), at, number }
      // The line feed is one more byte.
      at += whole.length + 1
      number += 1
      rest = []
      restBytes = 0
      return line
    }
    for await (const piece of createReadStream(path, { start: from.at, highWaterMark: chunkBytes })) {
      const chunk = piece as Buffer
      const run: TapeLine[] = []
      let begin = 0
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, begin)) {
        const line = lineOf(chunk.subarray(begin, end))
        if (line.text !== '') run.push(line)
        begin = end + 1
      }
      if (begin < chunk.length) {
        rest.push(chunk.subarray(begin))
        restBytes += chunk.length - begin
      }
      if (restBytes > mostLineBytes)
        throw new Error(
          `line ${String(number)} of the record is longer than any of ours: this is no record of Tripscope`,
        )
      if (run.length > 0) yield run
    }
    if (restBytes === 0) return
    const last = lineOf(Buffer.alloc(0))
    if (last.text !== '') yield [last]
  },
})
