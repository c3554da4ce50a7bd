import type { ReadDimmingText } from './demand/dimming-watch.ts'
import type { Handlers } from '../../shared/api/define.ts'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import type { ControlState, Decision, Write } from '../../shared/model/decision.ts'
import type { Finding } from '../../shared/model/finding.ts'
import type { Health } from '../../shared/model/health.ts'
import type { Image } from '../../shared/model/image.ts'
import type { ChargerProfile } from '../../shared/profile/charger-profile.ts'
import type { MbusProfile } from '../../shared/mbus/profile.ts'
import type { MeterProfile } from '../../shared/profile/meter-profile.ts'
import type { Site } from '../../shared/site/site.ts'
import type { AcceptanceHost } from './acceptance/acceptance-ports.ts'
import type { AcceptanceShelf } from './acceptance/acceptance-shelf.ts'
import type { Archive, Signer } from './archive-port.ts'
import type { Clock, Log, NewId, Stop } from './ports.ts'
import type { FactShelf } from './field/fact-shelf.ts'
import type { OpenLine } from './lines/modbus-line.ts'
import type { OpenMbusLine } from './lines/mbus-line.ts'
import type { Recorder } from './record/recorder.ts'
import type { SiteLock } from './site-lock.ts'
import type { ProfileShelf, SerialPortInfo, SiteEditor } from './site-ports.ts'
import type { TapeLimits } from './record/tape/tape-recorder.ts'
import type { RuleShelf } from './alarms/rule-shelf.ts'
import type { OpenOcpp } from './chargers/ocpp/ocpp-ports.ts'
import type { PowerEvent } from './power-watch.ts'
import type { OpenFeed } from './feeds/feed-ports.ts'
import type { OpenWaveFiles } from './wave-files/wave-file-ports.ts'
import type { IncidentShelf } from './forensics/incident-shelf.ts'
import type { CaptureShelf } from './waves/capture-shelf.ts'
import type { OpenWaves } from './waves/wave-ports.ts'
import type { SiteFile } from './site-file/site-file-port.ts'

/** What a core is made of: the site, its profiles, and the world around it. */
export interface CorePorts {
  readonly site: Site
  /** The site file as it was read, for the snapshot (secrets are taken out there). */
  readonly siteText: string
  readonly siteWarnings: readonly string[]
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly mbusProfiles: ReadonlyMap<string, MbusProfile>
  readonly clock: Clock
  readonly log: Log
  readonly newId: NewId
  readonly openLine: OpenLine
  readonly openMbusLine: OpenMbusLine
  /** Missing: no port is opened for chargers over OCPP, as in a test. */
  readonly openOcpp?: OpenOcpp
  /** Missing: no front end is asked for samples, as in a test. */
  readonly openWaves?: OpenWaves
  /** Missing: no recordings are taken, as in a test. */
  readonly openWaveFiles?: OpenWaveFiles
  /** Missing: no other system is fed, as in a test. */
  readonly openFeed?: OpenFeed
  /** The file of the grid operator (`dimming.file`); missing: the site file names none. */
  readonly readDimming?: ReadDimmingText
  readonly recorder: Recorder
  /** Left out, each start learns its devices again. */
  readonly facts?: FactShelf
  /** Left out, captured waveforms live as long as the program. */
  readonly captureShelf?: CaptureShelf
  /** Left out, alarm rules that persons change live as long as the program. */
  readonly alarmRules?: RuleShelf
  readonly archive: Archive
  /** Signs snapshots; missing: they say that nobody did. */
  readonly signer?: Signer
  readonly lock: SiteLock
  readonly siteEditor: SiteEditor
  /** How much of the record is kept; left out: as usual. */
  readonly tape?: TapeLimits
  /** Missing: this site has no file, as in a test. */
  readonly siteFile?: SiteFile
  /** Left out, incidents are kept for as long as the program runs. */
  readonly incidents?: IncidentShelf
  /** Left out, acceptance tests are kept for as long as the program runs. */
  readonly acceptance?: AcceptanceShelf
  /** Draws and checks their protocols; left out, none can be made. */
  readonly acceptanceHost?: AcceptanceHost
  readonly profileShelf: ProfileShelf
  readonly listSerialPorts: () => Promise<readonly SerialPortInfo[]>
  /** Asks the host to close this core and open the same site file anew; screens reconnect by themselves. */
  readonly reopen: (why: string) => void
  /** What a core leaves to the one that follows it when the site is opened anew, e.g. the finds of a scan. */
  readonly kept?: Map<string, unknown>
  readonly version: string
}

/** What a host has of the core. */
export interface Core {
  readonly handlers: Handlers<TripscopeContract>
  readonly start: () => void
  /** Chargers to their fallback when armed, intervals closed, lines closed; in this order. The recorder stays open for its owner to close. */
  readonly stop: (why: string) => Promise<void>
  readonly controlState: () => ControlState
  /** The computer goes to sleep or woke up, as its system says; the journal tells it. */
  readonly power: (event: PowerEvent) => void
  readonly onFrame: (listener: (image: Image) => void) => Stop
  readonly onFinding: (listener: (finding: Finding) => void) => Stop
  readonly onDecision: (listener: (decision: Decision) => void) => Stop
  readonly onWrite: (listener: (write: Write) => void) => Stop
  readonly onHealth: (listener: (health: Health) => void) => Stop
  /** The record of this session, line by line from its beginning (record/tape). */
  readonly onTapeLine: (listener: (line: string) => void) => Stop
}
