import { writeSync } from 'node:fs'
import { mapMeter } from '../core/acquisition/meter-mapping.ts'
import { createDiagnosis, type DiagnoseResult } from '../core/forensics/diagnose-record.ts'
import type { Log } from '../core/ports.ts'
import { createPlainReader } from '../core/record/plain/plain-record.ts'
import { createEntryReader, readTapeHead } from '../core/record/tape/read-tape.ts'
import { tapeHeadOf, tapeProfiles, type TapeHead } from '../core/record/tape/tape-head.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { randomId } from '../io/new-id.ts'
import { readRecordLines, readTextLines } from '../io/record-lines.ts'
import { whyUnread } from '../io/regular-file.ts'
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

const whyOf = (file: string, error: unknown): string =>
  `${file}: ${whyUnread(error) ?? (error instanceof Error ? error.message : String(error))}`

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
    return { result: diagnosis?.end(line) ?? null, problem: whyOf(file, error) }
  }
}

type Head = { readonly ok: true; readonly head: TapeHead } | { readonly ok: false; readonly message: string }
const headOfSite = async (siteFile: string): Promise<Head> => {
  const read = await readSiteFile({ siteFile, dataFolder: null })
  if (!read.ok) return read
  const { meters, chargers, mbus } = read.catalogue
  const profiles = { meterProfiles: meters, chargerProfiles: chargers, mbusProfiles: mbus }
  const head = tapeHeadOf({ site: read.site, profiles, session: randomId(), readOnly: null, program: programVersion })
  return { ok: true, head }
}

/** What each meter measures, by its profile: nothing else of it is looked at. */
const measuredIn = (head: TapeHead): ReadonlyMap<string, ReadonlySet<string>> => {
  const { meterProfiles, mbusProfiles } = tapeProfiles(head)
  return new Map(
    head.site.meters.flatMap((meter) => {
      const profile = meterProfiles.get(meter.profile) ?? mbusProfiles.get(meter.profile)
      if (profile === undefined) return []
      return [[meter.id, new Set<string>([...mapMeter(meter, profile).values()].map(({ key }) => key))] as const]
    }),
  )
}

/** Plain readings that somebody else has written down: nothing came of them yet, so there is nothing to compare. */
const playReadings = async (readings: string, siteFile: string, log: Log): Promise<Played> => {
  const of = await headOfSite(siteFile)
  if (!of.ok) return { result: null, problem: of.message }
  const diagnosis = createDiagnosis(of.head, log)
  const measured = measuredIn(of.head)
  const onUnused = (meterId: string, key: string): void =>
    void writeSync(2, `meter ${meterId}: its profile has no ${key}, so these values are left out.\n`)
  const read = createPlainReader(of.head.site, { measured, onUnused })
  let line = 0
  let isEmpty = true
  const end = (): DiagnoseResult => ({ ...diagnosis.end(line), mismatch: null })
  try {
    for await (const text of readTextLines(readings)) {
      line += 1
      if (text.trim() === '') continue
      isEmpty = false
      for (const turn of read(text, line)) await diagnosis.take({ kind: 'turn', line, turn })
    }
    if (isEmpty) throw new Error('it has no reading')
    return { result: end(), problem: null }
  } catch (error) {
    return { result: end(), problem: whyOf(readings, error) }
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
    writeSync(2, `${problem}\n`)
    return 2
  }
  const count = `${String(incidents.length)} ${incidents.length === 1 ? 'incident' : 'incidents'}`
  writeSync(2, `${count} in ${String(result?.turns ?? 0)} turns.\n`)
  const mismatch = result?.mismatch ?? null
  if (mismatch === null) return 0
  writeSync(
    2,
    `What comes of the record is not what was recorded, first at line ${String(mismatch.line)}, ${mismatch.field}: another version of the program wrote it.\n`,
  )
  return 1
}
