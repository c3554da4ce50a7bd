import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Live } from '../../shared/api/live-contract.ts'
import type { ArchiveFile } from '../core/archive-port.ts'
import type { TimeRange } from '../core/record/recorder.ts'
import { describeSite } from '../core/api/describe-site.ts'
import { noHealth } from '../core/deck/deck-health.ts'
import { recordFileName } from '../core/record/tape/record-file.ts'
import { snapshotOffer } from '../core/report/export-snapshot.ts'
import { drawPdf } from '../io/acceptance/protocol-pdf.ts'
import { createArchive } from '../io/archive.ts'
import { systemClock } from '../io/clock.ts'
import { siteDataFolder } from '../io/data-folder.ts'
import { flightFolders } from '../io/flight/recover.ts'
import { segmentsIn } from '../io/flight/spool.ts'
import { createLog } from '../io/log.ts'
import { openIncidentShelf } from '../io/incident-shelf.ts'
import { openSigner } from '../io/signer.ts'
import { openStore } from '../io/store/open-store.ts'
import { readSiteFile } from './open-core.ts'
import { tellUnparsed } from './command-line.ts'
import { parseSnapshotOptions, type SnapshotChoice } from './options.ts'
import { programPaths, programVersion } from './program-paths.ts'
import { storedViews } from './stored-views.ts'

const utf8 = new TextEncoder()

/** The record as the flight recorder has it on the disk: of a program that runs, was stopped or was killed. */
const spooledRecord = (folder: string): readonly ArchiveFile[] => {
  const spool = flightFolders(folder).spool
  const paths = existsSync(spool) && readdirSync(spool).length > 0 ? segmentsIn(spool) : []
  if (paths.length === 0) return []
  const content = async function* (): AsyncGenerator<Uint8Array> {
    let head: string | null = null
    for (const path of paths) {
      let isFirst = true
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        if (isFirst && head !== null && line !== head) return
        if (!isFirst || head === null) yield utf8.encode(`${line}\n`)
        if (isFirst) head = line
        isFirst = false
      }
    }
  }
  return [{ name: recordFileName, content }]
}

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
 * Resolves with the exit code. A file that is there is not overwritten.
 */
export const runSnapshot = async (args: readonly string[]): Promise<number> => {
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
  const offer = snapshotOffer(
    {
      ...{ recorder, log, live, clock: systemClock, archive: createArchive(), siteText: read.text },
      ...(signer === null ? {} : { signer }),
      drawPdf,
      viewsOf: (wish) => storedViews({ shelf: openIncidentShelf(folder, { log, mayKeep: false }), recorder }, wish),
      remarks: [
        'made without the running program: findings, limits, line health and frames of that moment, and captures of waveforms, are not in it',
      ],
      overview: describeSite(read.site, profiles, [], programVersion),
      health: noHealth(nowMs),
      findings: [],
      filesOf: () => spooledRecord(folder),
    },
    {
      range: rangeOf(options, nowMs),
      who: options.who,
      note: options.note,
      comments: false,
      isAnonymous: options.isAnonymous,
    },
  )
  const part = `${options.out}.part`
  const out = createWriteStream(part, { mode: 0o600 })
  try {
    let size = 0
    for await (const bytes of offer.content(() => undefined)) {
      size += bytes.length
      if (!out.write(bytes)) await once(out, 'drain')
    }
    out.end()
    await once(out, 'close')
    renameSync(part, options.out)
    tell(`${options.out}: ${String(size)} bytes`)
    return 0
  } catch (error) {
    rmSync(part, { force: true })
    tell(`the snapshot could not be made: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  } finally {
    await recorder.close()
  }
}
