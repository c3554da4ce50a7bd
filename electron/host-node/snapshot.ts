import { existsSync } from 'node:fs'
import type { Live } from '../../shared/api/live-contract.ts'
import type { TimeRange } from '../core/record/recorder.ts'
import { describeSite } from '../core/api/describe-site.ts'
import { noHealth } from '../core/deck/deck-health.ts'
import { recordFileName } from '../core/record/tape/record-file.ts'
import { tapeHeadOf } from '../core/record/tape/tape-head.ts'
import { snapshotOffer } from '../core/report/export-snapshot.ts'
import { personsOfViews, viewFiles } from '../core/report/views/view-files.ts'
import { drawPdf } from '../io/acceptance/protocol-pdf.ts'
import { createArchive } from '../io/archive.ts'
import { systemClock } from '../io/clock.ts'
import { siteDataFolder } from '../io/data-folder.ts'
import { createLog } from '../io/log.ts'
import { randomId } from '../io/new-id.ts'
import { openSigner } from '../io/signer.ts'
import { whyUnread } from '../io/regular-file.ts'
import { openStore } from '../io/store/open-store.ts'
import { writeWhole } from '../io/write-whole.ts'
import { readSiteFile } from './open-core.ts'
import { tellUnparsed } from './command-line.ts'
import { parseSnapshotOptions, type SnapshotChoice } from './options.ts'
import { programPaths, programVersion } from './program-paths.ts'
import { storedRecord } from './stored-tape.ts'
import { openStoredViews } from './stored-views.ts'

/** What of a snapshot of the running program is not in one without it, by the names of its parts. */
const notStored = (hasRecord: boolean): readonly string[] => [
  'this was made from what the site has stored, without the running program: a snapshot made on its screen has what is named here as missing',
  'lines/* (frames of the lines) are missing: they are in the memory of the running program alone, for ten minutes',
  'health.json and health.ndjson say nothing of lines, devices and store: their state is in the memory of the running program alone',
  'findings.json and overrides.json are empty: what is active is in the memory of the running program alone; events.csv has what was found and done',
  ...(hasRecord
    ? []
    : [
        `${recordFileName} is missing: the record of every turn is on the disk for a quarter of an hour, and none of this time is there`,
      ]),
]

/** Nothing is claimed of now: only what was stored is known here. */
const nothingLive = (atMs: number): Live => ({
  image: { seq: 0, atMs, meters: {}, chargers: {}, circuits: {} },
  control: { mode: 'monitoring', readOnly: null, armed: null, decision: null, overrides: [], writes: {} },
  findings: [],
  notAssessed: [],
})

const rangeOf = ({ minutes, from, to }: SnapshotChoice, nowMs: number): TimeRange =>
  from !== null && to !== null ? { fromMs: from, toMs: to } : { fromMs: nowMs - (minutes ?? 15) * 60_000, toMs: nowMs }

/**
 * `npm run -s snapshot -- --site FILE --out FILE`: a snapshot from what a site has stored, whether the program runs on it or not.
 * Resolves with the exit code. A file that is there is not overwritten; one that is stopped before its end (`stopped` resolves with why)
 * is not there at all.
 */
export const runSnapshot = async (args: readonly string[], stopped?: Promise<string>): Promise<number> => {
  let why: string | null = null
  void stopped?.then((reason) => {
    why = reason
  })
  const tell = (text: string): void => void process.stderr.write(`${text}\n`)
  const parsed = parseSnapshotOptions(args)
  if (!parsed.ok) return tellUnparsed(parsed)
  const { options } = parsed
  const log = createLog({ format: 'text', level: 'warn', nowMs: systemClock.nowMs })
  const read = await readSiteFile({ siteFile: options.site, dataFolder: options.data })
  if (!read.ok) {
    tell(read.message)
    return 2
  }
  if (existsSync(options.out)) {
    tell(`${options.out} is there already: name a file that is not`)
    return 2
  }
  const nowMs = systemClock.nowMs()
  const folder = siteDataFolder(read.base, options.site)
  const recorder = await openStore(folder, { log, workerUrl: programPaths.storeWorker, readOnly: true })
  const signer = openSigner(read.base, log)
  const { meters, chargers, mbus } = read.catalogue
  const profiles = { meterProfiles: meters, chargerProfiles: chargers, mbusProfiles: mbus }
  const live = nothingLive(nowMs)
  const range = rangeOf(options, nowMs)
  const head = tapeHeadOf({
    ...{ site: read.site, profiles, program: programVersion, session: randomId() },
    readOnly: { why: 'made from what the site has stored' },
  })
  const archive = createArchive()
  const hasRecord = storedRecord(folder, head, archive, range).some(({ name }) => name === recordFileName)
  const views = await openStoredViews({ ...read, meterProfiles: meters, folder, recorder, clock: systemClock, log })
  const viewed = { site: read.site, handlers: views.handlers, clock: systemClock, recorder }
  /** As they are in the snapshot, once it is made. */
  let remarks: readonly string[] = []
  const offer = snapshotOffer(
    {
      ...{ recorder, log, live, clock: systemClock, archive, siteText: read.text },
      ...(signer === null ? {} : { signer }),
      drawPdf,
      viewsOf: (wish) => {
        remarks = wish.remarks
        return viewFiles(viewed, wish)
      },
      personsOf: (within) => personsOfViews(viewed, within),
      remarks: [...notStored(hasRecord), ...(views.problem === null ? [] : [views.problem])],
      overview: describeSite(read.site, profiles, [], programVersion),
      health: noHealth(nowMs),
      findings: [],
      filesOf: (within, anonymising) => storedRecord(folder, head, anonymising, within),
    },
    {
      range,
      who: options.who,
      note: options.note,
      comments: false,
      isAnonymous: options.isAnonymous,
    },
  )
  try {
    const size = await writeWhole(
      options.out,
      offer.content(() => undefined),
      () => why,
    )
    for (const remark of remarks) tell(`- ${remark}`)
    tell(`${options.out}: ${String(size)} bytes`)
    return 0
  } catch (error) {
    const reason = whyUnread(error) ?? (error instanceof Error ? error.message : String(error))
    tell(`${options.out}: the snapshot could not be made, and nothing of it was left: ${reason}`)
    return 1
  } finally {
    await recorder.close()
  }
}
