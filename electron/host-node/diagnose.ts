import { writeSync } from 'node:fs'
import { createDiagnosis } from '../core/forensics/diagnose-record.ts'
import { createEntryReader, readTapeHead } from '../core/record/tape/read-tape.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { readRecordLines } from '../io/record-lines.ts'
import { diagnoseLine } from './diagnose-line.ts'
import { createLineWriter } from './line-writer.ts'
import { tellUnparsed } from './command-line.ts'
import { parseDiagnoseOptions } from './options.ts'

/**
 * `npm run -s diagnose -- --snapshot FILE`: one JSON object a line for each incident in it, in the order of time; nothing where nothing
 * happened. Resolves with the exit code, as that of replay: 0; 1 where what comes of the record is not what was recorded (another version
 * of the program wrote it: the incidents are told all the same); 2 where it can't be played.
 */
export const runDiagnose = async (args: readonly string[]): Promise<number> => {
  const parsed = parseDiagnoseOptions(args)
  if (!parsed.ok) return tellUnparsed(parsed)
  const { snapshot } = parsed.options
  const log = createLog({ format: 'text', level: 'error', nowMs: systemClock.nowMs })
  const out = createLineWriter(1, () => undefined)
  const read = createEntryReader()
  let diagnosis: ReturnType<typeof createDiagnosis> | null = null
  let line = 0
  try {
    for await (const text of readRecordLines(snapshot)) {
      line += 1
      if (diagnosis === null) {
        diagnosis = createDiagnosis(readTapeHead(text), log)
        continue
      }
      const entry = read(text, line)
      if (entry !== null) await diagnosis.take(entry)
    }
    if (diagnosis === null) throw new Error('it is empty')
  } catch (error) {
    // What was found up to a place where the file is cut is told, with what is wrong with the rest.
    for (const found of diagnosis?.end(line).incidents ?? []) out.line(JSON.stringify(diagnoseLine(found)))
    await out.finish()
    writeSync(2, `${snapshot}: ${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
  const { incidents, turns, mismatch } = diagnosis.end(line)
  for (const found of [...incidents].sort((a, b) => a.incident.atMs - b.incident.atMs))
    out.line(JSON.stringify(diagnoseLine(found)))
  await out.finish()
  writeSync(2, `${String(incidents.length)} incidents in ${String(turns)} turns.\n`)
  if (mismatch === null) return 0
  writeSync(
    2,
    `What comes of the record is not what was recorded, first at line ${String(mismatch.line)}, ${mismatch.field}: another version of the program wrote it.\n`,
  )
  return 1
}
