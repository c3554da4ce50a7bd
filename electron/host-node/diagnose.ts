import { createReadStream, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createDiagnosis, type DiagnoseResult } from '../core/forensics/diagnose-record.ts'
import type { Log } from '../core/ports.ts'
import { createPlainReader } from '../core/record/plain/plain-record.ts'
import { createEntryReader, readTapeHead } from '../core/record/tape/read-tape.ts'
import { tapeHeadOf, type TapeHead } from '../core/record/tape/tape-head.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { randomId } from '../io/new-id.ts'
import { readRecordLines } from '../io/record-lines.ts'
import { tellUnparsed } from './command-line.ts'
import { diagnoseLine } from './diagnose-line.ts'
import { createLineWriter } from './line-writer.ts'
import { readSiteFile } from './open-core.ts'
import { parseDiagnoseOptions, type DiagnoseChoice } from './options.ts'
import { programVersion } from './program-paths.ts'

type Diagnosis = ReturnType<typeof createDiagnosis>

/** What was found up to where reading ended, and why it ended there before the end; null: it did not. */
interface Played {
  readonly result: DiagnoseResult | null
  readonly problem: string | null
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A record, or a snapshot: its turns with what came of them. */
const playRecord = async (file: string, log: Log): Promise<Played> => {
  const read = createEntryReader()
  let diagnosis: Diagnosis | null = null
  let line = 0
  try {
    for await (const text of readRecordLines(file)) {
      line += 1
      if (diagnosis === null) {
        diagnosis = createDiagnosis(readTapeHead(text), log)
        continue
      }
      const entry = read(text, line)
      if (entry !== null) await diagnosis.take(entry)
    }
    if (diagnosis === null) throw new Error('it is empty')
    return { result: diagnosis.end(line), problem: null }
  } catch (error) {
    return { result: diagnosis?.end(line) ?? null, problem: whyOf(error) }
  }
}

const headOfSite = async (siteFile: string): Promise<TapeHead> => {
  const read = await readSiteFile({ siteFile, dataFolder: null })
  if (!read.ok) throw new Error(read.message)
  const { meters, chargers, mbus } = read.catalogue
  const profiles = { meterProfiles: meters, chargerProfiles: chargers, mbusProfiles: mbus }
  return tapeHeadOf({ site: read.site, profiles, session: randomId(), readOnly: null, program: programVersion })
}

/** Plain readings that somebody else has written down: nothing came of them yet, so there is nothing to compare. */
const playReadings = async (readings: string, siteFile: string, log: Log): Promise<Played> => {
  let diagnosis: Diagnosis | null = null
  let line = 0
  try {
    const head = await headOfSite(siteFile)
    diagnosis = createDiagnosis(head, log)
    const read = createPlainReader(head.site)
    for await (const text of createInterface({ input: createReadStream(readings), crlfDelay: Infinity })) {
      line += 1
      if (text.trim() === '') continue
      for (const turn of read(text, line)) await diagnosis.take({ kind: 'turn', line, turn })
    }
    if (line === 0) throw new Error('it is empty')
    return { result: { ...diagnosis.end(line), mismatch: null }, problem: null }
  } catch (error) {
    return { result: diagnosis?.end(line) ?? null, problem: whyOf(error) }
  }
}

const play = (options: DiagnoseChoice, log: Log): Promise<Played> =>
  options.kind === 'record' ? playRecord(options.snapshot, log) : playReadings(options.readings, options.site, log)

/**
 * `npm run -s diagnose -- --snapshot FILE`: one JSON object a line for each incident in it, in the order of time; nothing where nothing
 * happened. Resolves with the exit code, as that of replay: 0; 1 where what comes of the record is not what was recorded (another version
 * of the program wrote it: the incidents are told all the same); 2 where it can't be played: what was found up to there is told.
 */
export const runDiagnose = async (args: readonly string[]): Promise<number> => {
  const parsed = parseDiagnoseOptions(args)
  if (!parsed.ok) return tellUnparsed(parsed)
  const { options } = parsed
  const log = createLog({ format: 'text', level: 'error', nowMs: systemClock.nowMs })
  const { result, problem } = await play(options, log)
  const incidents = [...(result?.incidents ?? [])].sort((a, b) => a.incident.atMs - b.incident.atMs)
  const out = createLineWriter(1, () => undefined)
  for (const found of incidents) out.line(JSON.stringify(diagnoseLine(found)))
  await out.finish()
  if (problem !== null) {
    writeSync(2, `${options.kind === 'record' ? options.snapshot : options.readings}: ${problem}\n`)
    return 2
  }
  writeSync(2, `${String(incidents.length)} incidents in ${String(result?.turns ?? 0)} turns.\n`)
  const mismatch = result?.mismatch ?? null
  if (mismatch === null) return 0
  writeSync(
    2,
    `What comes of the record is not what was recorded, first at line ${String(mismatch.line)}, ${mismatch.field}: another version of the program wrote it.\n`,
  )
  return 1
}
