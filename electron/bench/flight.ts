import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTapeRecorder, usualTape } from '../core/record/tape/tape-recorder.ts'
import type { Turn } from '../core/site/site-input.ts'
import { createSpool, usualSpool } from '../io/flight/spool.ts'
import { recordedSite } from './recorded-site.ts'
import type { BenchResult } from './result.ts'

const meterCount = 50
const hz = 5
const seconds = 60
const startMs = Date.UTC(2026, 10, 23, 10)
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** What the flight recorder costs: turns to lines in memory and on the disk, without the site that they are fed to. */
export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-bench-flight-'))
  try {
    const turns: Turn[] = []
    const { head } = recordedSite({ meterCount, seconds, startMs, hz, onTurn: (turn) => turns.push(turn) })
    const tape = createTapeRecorder(head)
    let nowMs = startMs
    const spool = createSpool(folder, usualSpool, { log: quiet, nowMs: () => nowMs })
    let characters = 0
    tape.listen((line) => {
      characters += line.length + 1
      spool.line(line)
    })
    const before = process.cpuUsage()
    for (const [index, turn] of turns.entries()) {
      nowMs = turn.at.utcMs
      tape.turn(turn)
      // About once a second, as it is when it runs.
      if (index % (meterCount * hz) === 0) spool.flush()
    }
    await spool.sync()
    const { user, system } = process.cpuUsage(before)
    await spool.close()
    const share = ((user + system) / 1000 / (seconds * 1000)) * 100
    const keptS = (usualTape.keepMs + usualTape.segmentMs) / 1000
    const megabytes = Math.min(usualTape.characters, (characters / seconds) * keptS) / 2 ** 20
    const coveredMin = Math.min(keptS, usualTape.characters / (characters / seconds)) / 60
    return {
      name: `The flight recorder: ${String(meterCount)} meters at ${String(hz)} Hz`,
      results: [
        { label: 'of one core', value: share, unit: '%', target: 'at most 5', met: share <= 5 },
        { label: 'in memory at most', value: megabytes, unit: 'MB', target: 'at most 200', met: megabytes <= 200 },
        {
          label: 'time that this covers',
          ...{ value: coveredMin, unit: 'min', target: 'at least 15', met: coveredMin >= 15 },
        },
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
