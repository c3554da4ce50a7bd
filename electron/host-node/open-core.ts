import { dirname, join } from 'node:path'
import { createCore } from '../core/core.ts'
import type { Core } from '../core/core-ports.ts'
import type { Clock, Log } from '../core/ports.ts'
import type { SiteLock } from '../core/site-lock.ts'
import { readSite } from '../../shared/site/read-site.ts'
import { formatProblem } from '../../shared/yaml/problem.ts'
import type { Site } from '../../shared/site/site.ts'
import { openAcceptanceShelf } from '../io/acceptance/acceptance-shelf.ts'
import { checkProtocol } from '../io/acceptance/check-protocol.ts'
import { drawPdf } from '../io/acceptance/protocol-pdf.ts'
import { createArchive } from '../io/archive.ts'
import { noCheckedProfiles, readCheckedProfiles, type CheckedProfiles } from '../io/checked-profiles.ts'
import { loadCatalogue } from '../io/catalogue.ts'
import { dataFolder, siteDataFolder } from '../io/data-folder.ts'
import { dimmingFileReader } from '../io/dimming-file.ts'
import { openCaptureShelf } from '../io/capture-shelf.ts'
import { openFactShelf } from '../io/fact-shelf.ts'
import { createOpenFeed } from '../io/feeds/open-feed.ts'
import { openJsonShelf } from '../io/json-shelf.ts'
import { createOpenMbusLine } from '../io/mbus/open-mbus-line.ts'
import { createOpenLine } from '../io/modbus/open-modbus-line.ts'
import { openIncidentShelf } from '../io/incident-shelf.ts'
import { randomId } from '../io/new-id.ts'
import { createOpenOcpp } from '../io/ocpp/open-ocpp-server.ts'
import { openSigner, type KeyWrapping } from '../io/signer.ts'
import { listSerialPorts } from '../io/serial-ports.ts'
import { createProfileShelf } from '../io/profile-shelf.ts'
import { createSiteEditor } from '../io/site-editor.ts'
import { startFlightRecorder, type FlightPorts, type FlightRecorder } from '../io/flight/flight-recorder.ts'
import { readSiteText } from '../io/site-file.ts'
import { watchSiteFile } from '../io/site-file-watch.ts'
import { lockSite } from '../io/site-lock.ts'
import { createOpenWaveFiles } from '../io/wave-files/wave-file-shelf.ts'
import { createOpenWaves } from '../io/wave/open-waves.ts'
import { openStore } from '../io/store/open-store.ts'
import { programPaths, programVersion } from './program-paths.ts'

export interface OpenedCore {
  readonly core: Core
  /** Where its data is kept. */
  readonly folder: string
  readonly site: Site
  readonly lock: SiteLock
  readonly warnings: readonly string[]
  /** Chargers to their fallback, rows stored, lock released; resolves when done or after a bound. */
  readonly close: (why: string) => Promise<void>
}
export type OpenCoreOutcome =
  { readonly ok: true; readonly opened: OpenedCore } | { readonly ok: false; readonly message: string }

export interface CoreHost {
  readonly clock: Clock
  readonly log: Log
  /** The site file was changed by the program itself: close this core and open the file anew. */
  readonly reopen: (why: string) => void
  /** Handed from one core to the next when the site is opened anew. */
  readonly kept?: Map<string, unknown>
  /** The system's keychain, where the host has one. */
  readonly keyWrapping?: KeyWrapping | null
}

/** A closing program waits this long for the chargers to confirm their fallback. */
const closeWithinMs = 8000

export interface SitePlace {
  readonly siteFile: string
  readonly dataFolder: string | null
}

/** Read when first needed, once. */
let kept: CheckedProfiles | null = null
const checkedProfiles = (): CheckedProfiles =>
  (kept ??=
    programPaths.checkedProfiles === null ? noCheckedProfiles : readCheckedProfiles(programPaths.checkedProfiles))

/** The site file with the profiles there are, or what is wrong with it; opens nothing. */
export const readSiteFile = async ({ siteFile, dataFolder: chosen }: SitePlace) => {
  const text = await readSiteText(siteFile)
  if (!text.ok) return text
  const base = chosen ?? dataFolder()
  // Own profiles beside the program's: a folder "profiles" in the data folder, if there is one.
  const readCatalogue = () => loadCatalogue(programPaths.profiles, join(base, 'profiles'), checkedProfiles())
  const catalogue = await readCatalogue()
  const read = readSite(text.text, siteFile, catalogue)
  return read.ok
    ? { ok: true as const, text: text.text, base, catalogue, readCatalogue, site: read.site, warnings: read.warnings }
    : { ok: false as const, message: read.message }
}

/** A flight recorder that can't begin costs nothing but itself. */
const startFlight = (ports: FlightPorts): Promise<FlightRecorder | null> =>
  startFlightRecorder(ports).catch((error: unknown) => {
    ports.log.error('the flight recorder could not be started', { error: String(error) })
    return null
  })

/** What the screen asks a person for, told where there is no screen. */
const unsaid = ({ namesTimezone }: { readonly namesTimezone: boolean }): readonly string[] =>
  namesTimezone
    ? []
    : [
        'the site file names no time zone, so times and days are in UTC: add a line such as "timezone: Europe/Berlin" to it',
      ]

/** Builds the ports and wires the core: the one way all three hosts do it. Bad files are told, never thrown. */
export const openCore = async (options: CoreHost & SitePlace): Promise<OpenCoreOutcome> => {
  const { siteFile, clock, log } = options
  const read = await readSiteFile(options)
  if (!read.ok) return read
  const { base, catalogue, readCatalogue } = read
  for (const problem of catalogue.problems) log.warn(formatProblem(problem))
  const warnings = read.warnings.map(formatProblem)
  const lock = lockSite(siteFile, clock.nowMs())
  if (!lock.held) log.warn('this site is read-only here', { heldBy: lock.holder })
  const recorder = await openStore(siteDataFolder(base, siteFile), { log, workerUrl: programPaths.storeWorker })
  const siteEditor = createSiteEditor(siteFile, readCatalogue)
  const watched = watchSiteFile({ siteFile, openedText: read.text, catalogue: readCatalogue, clock, log })
  const facts = openFactShelf(siteDataFolder(base, siteFile), { log, clock, mayKeep: lock.held })
  const captureShelf = await openCaptureShelf(siteDataFolder(base, siteFile), { log, mayKeep: lock.held })
  const signer = openSigner(base, log, options.keyWrapping ?? null)
  const core = createCore({
    ...(signer === null ? {} : { signer }),
    facts,
    captureShelf,
    alarmRules: openJsonShelf(join(siteDataFolder(base, siteFile), 'alarm-rules.json'), lock.held),
    site: read.site,
    siteText: read.text,
    siteWarnings: warnings,
    meterProfiles: catalogue.meters,
    chargerProfiles: catalogue.chargers,
    clock,
    log,
    newId: randomId,
    openLine: createOpenLine({ clock, log }),
    openMbusLine: createOpenMbusLine({ clock, log }),
    openWaveFiles: createOpenWaveFiles({
      clock,
      log,
      workerUrl: programPaths.waveFileWorker,
      folder: join(siteDataFolder(base, siteFile), 'recordings', String(process.pid)),
    }),
    ...(read.site.dimming?.file === undefined
      ? {}
      : { readDimming: dimmingFileReader(siteFile, read.site.dimming.file.path) }),
    openWaves: createOpenWaves({ clock, log, workerUrl: programPaths.analysisWorker }),
    // Chargers connect to one program: to the one that controls the site.
    ...(lock.held ? { openOcpp: createOpenOcpp({ clock, log, folder: dirname(siteFile) }) } : {}),
    openFeed: createOpenFeed({ clock, log, folder: dirname(siteFile) }),
    mbusProfiles: catalogue.mbus,
    recorder,
    archive: createArchive(),
    lock,
    version: programVersion,
    siteEditor,
    siteFile: { ...watched, setTimezone: siteEditor.setTimezone },
    acceptance: openAcceptanceShelf(siteDataFolder(base, siteFile), { log, mayKeep: lock.held }),
    acceptanceHost: { drawPdf, checkProtocol },
    incidents: openIncidentShelf(siteDataFolder(base, siteFile), { log, mayKeep: lock.held }),
    profileShelf: createProfileShelf(programPaths.profiles, join(base, 'profiles')),
    listSerialPorts: () => listSerialPorts(log),
    reopen: options.reopen,
    ...(options.kept === undefined ? {} : { kept: options.kept }),
  })
  const folder = siteDataFolder(base, siteFile)
  const flight = lock.held ? await startFlight({ folder, core, clock, log }) : null
  const close = async (why: string) => {
    watched.stop()
    const done = (async () => {
      await flight?.stop()
      await core.stop(why)
      await facts.close()
      await captureShelf.close()
      await recorder.close()
    })()
    let cancel = () => {}
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(closeWithinMs, () => {
        log.error(`the core did not stop within ${closeWithinMs / 1000} s; going on without it`)
        resolve()
      })
    })
    await Promise.race([done.catch((error: unknown) => log.error('stopping failed', { error: String(error) })), late])
    cancel()
    await lock.release()
  }
  return {
    ok: true,
    opened: { core, folder, site: read.site, lock, warnings: [...warnings, ...unsaid(watched)], close },
  }
}
