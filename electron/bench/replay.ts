import { createEntryReader, readTapeHead } from '../core/record/tape/read-tape.ts'
import { createReplay } from '../core/record/tape/replay.ts'
import { recordedSite } from './recorded-site.ts'
import type { BenchResult } from './result.ts'

const meterCount = 50
const seconds = 300
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** How fast a record of fifty meters is played and compared, against the time it took. */
export const run = async (): Promise<BenchResult> => {
  const { tape } = recordedSite({ meterCount, seconds, startMs: Date.UTC(2026, 10, 23, 10) })
  const [head = '', ...lines] = tape.read(0)
  const beganMs = performance.now()
  const replay = createReplay(readTapeHead(head), quiet)
  const read = createEntryReader()
  for (const [index, line] of lines.entries()) {
    const entry = read(line, index + 2)
    if (entry !== null) await replay.take(entry)
  }
  const { mismatch, turns } = replay.end(lines.length)
  const tookMs = performance.now() - beganMs
  if (mismatch !== null) throw new Error(`the replay differs: ${JSON.stringify(mismatch)}`)
  const bytes = lines.reduce((sum, line) => sum + line.length + 1, 0)
  const speed = (seconds * 1000) / tookMs
  return {
    name: `A record of ${String(meterCount)} meters at 1 Hz, ${String(seconds)} s of it, played and compared`,
    results: [
      {
        label: 'played, times faster than it happened',
        value: speed,
        unit: 'x',
        target: 'at least 200',
        met: speed >= 200,
      },
      { label: 'turns played', value: turns, unit: '', target: 'told, no target', met: true },
      {
        label: 'what the record takes, a meter and second',
        value: bytes / seconds / meterCount,
        unit: 'B',
        target: 'told, no target',
        met: true,
      },
    ],
  }
}
