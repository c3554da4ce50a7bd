import { writeSync } from 'node:fs'
import type { Image } from '../../shared/model/image.ts'
import { quantities } from '../../shared/quantities.ts'
import { createEntryReader, readTapeHead } from '../core/record/tape/read-tape.ts'
import { createReplay, type Mismatch } from '../core/record/tape/replay.ts'
import type { TapeHead } from '../core/record/tape/tape-head.ts'
import type { Witness } from '../core/record/tape/witness.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { readRecordLines } from '../io/record-lines.ts'
import { createLineWriter, type LineWriter } from './line-writer.ts'
import { frameRecord, isoTime, monitorSchemaVersion, type MonitorRecord } from './monitor-records.ts'
import { tellUnparsed } from './command-line.ts'
import { parseReplayOptions } from './options.ts'

const hello = (head: TapeHead, file: string, atMs: number): MonitorRecord => ({
  type: 'hello',
  at: isoTime(atMs),
  schema: monitorSchemaVersion,
  version: head.program,
  site: { id: head.site.id, name: head.site.name, file },
  readOnly: head.readOnly?.why ?? null,
  warnings: [],
  units: Object.fromEntries(Object.entries(quantities).map(([key, { unit }]) => [key, unit])),
})

const recordOfWitness = (witness: Witness): MonitorRecord => {
  switch (witness.kind) {
    case 'finding': {
      const { finding } = witness.value
      return { type: 'finding', at: isoTime(finding.updatedAtMs), finding }
    }
    case 'decision':
      return { type: 'decision', at: isoTime(witness.value.atMs), decision: witness.value }
    case 'write':
      return { type: 'write', at: isoTime(witness.value.settledAtMs ?? witness.value.atMs), write: witness.value }
  }
}

const tellMismatch = ({ line, atMs, field, recorded, replayed }: Mismatch): string => {
  const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 300))
  return (
    `The record and what comes of it are not the same. First at line ${String(line)} (${isoTime(atMs)}), ${field}: ` +
    `recorded ${shown(recorded)}, played ${shown(replayed)}. ` +
    'It was recorded by another version of the program, or changed since.'
  )
}

/** Waits where the reader of standard output is behind. */
const room = async (out: LineWriter): Promise<void> => {
  if (!out.hasRoom()) await out.finish()
}

/**
 * `npm run -s replay -- --record FILE`: plays a record through the same site that made it and prints the same records as the
 * monitor. Resolves with the exit code: 0 where what came of it is what was recorded, field by field; 1 where it is not; 2 where the
 * file can't be played.
 */
export const runReplay = async (args: readonly string[]): Promise<number> => {
  const parsed = parseReplayOptions(args)
  if (!parsed.ok) return tellUnparsed(parsed)
  const { record, isQuiet } = parsed.options
  const log = createLog({ format: 'text', level: 'warn', nowMs: systemClock.nowMs })
  let isGone = false
  const out = createLineWriter(1, () => {
    isGone = true
  })
  const print = (entry: MonitorRecord): void => {
    if (!isQuiet) out.line(JSON.stringify(entry))
  }
  const onImage = (image: Image): void => {
    if (!isQuiet) print(frameRecord(image))
  }
  const read = createEntryReader()
  let replay: ReturnType<typeof createReplay> | null = null
  let head: TapeHead | null = null
  let isGreeted = false
  let line = 0
  try {
    for await (const text of readRecordLines(record)) {
      line += 1
      if (replay === null) {
        head = readTapeHead(text)
        replay = createReplay(head, log, { image: onImage, witness: (witness) => print(recordOfWitness(witness)) })
        continue
      }
      const entry = read(text, line)
      if (entry === null) continue
      if (!isGreeted && entry.kind === 'turn' && head !== null) {
        isGreeted = true
        print(hello(head, record, entry.turn.at.utcMs))
      }
      await replay.take(entry)
      await room(out)
      if (isGone) break
    }
    if (replay === null) throw new Error(`${record} is empty`)
  } catch (error) {
    await out.finish()
    writeSync(2, `${record}: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  const { turns, witnesses, mismatch } = replay.end(line)
  await out.finish()
  if (mismatch !== null) {
    writeSync(2, `${tellMismatch(mismatch)}\n`)
    return 1
  }
  writeSync(
    2,
    `Played ${String(turns)} turns; ${String(witnesses)} findings, decisions and writes came out as recorded.\n`,
  )
  return 0
}
