import type { AuditRow } from '../../shared/model/event.ts'
import type { Handlers } from '../../shared/api/define.ts'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import { createAcceptancePart } from './acceptance/acceptance-part.ts'
import { forgetfulAcceptance } from './acceptance/acceptance-shelf.ts'
import { createIdentityReader } from './acceptance/identity.ts'
import { tellAcknowledged } from './acknowledge-finding.ts'
import { createAlarmsPart } from './alarms/alarms-part.ts'
import { forgetfulRules } from './alarms/rule-shelf.ts'
import { createControlPart } from './api/control-part.ts'
import { withFound } from './api/describe-site.ts'
import { createEventsPart } from './api/events-part.ts'
import { createFanOut } from './fan-out.ts'
import { createFindingsPart, type AcknowledgeFinding } from './api/findings-part.ts'
import { createHistoryPart } from './api/history-part.ts'
import { createLivePart } from './api/live-part.ts'
import { createCommissioningPart } from './commissioning/commissioning-part.ts'
import { createStoryPart } from './control/story/story-part.ts'
import { createWhatIfPart } from './control/what-if/what-if-part.ts'
import { createNoDeckPart } from './deck/no-deck-part.ts'
import { createDemandPart } from './demand/demand-part.ts'
import { createDoctor } from './doctor/doctor-handlers.ts'
import { lineDevices } from './doctor/line-devices.ts'
import { createEnergyPart } from './energy-report/energy-part.ts'
import { createExplorer } from './explore/explore-handlers.ts'
import { createFeedsPart } from './feeds/feeds-part.ts'
import { forgetfulIncidents } from './forensics/incident-shelf.ts'
import { createTripsPart } from './forensics/trips-part.ts'
import type { Ground } from './live-site/ground.ts'
import type { LiveSite } from './live-site/live-site.ts'
import { createMeterRecordsPart } from './meter-records/meter-records-part.ts'
import { createQualityPart } from './power-quality/quality-part.ts'
import { recordFiles } from './record/tape/record-file.ts'
import { createSnapshotPart } from './report/snapshot-part.ts'
import { personsOfViews, viewFiles } from './report/views/view-files.ts'
import { createScanPart } from './scan/scan-part.ts'
import { createSiteEditorPart } from './site-file/site-editor-part.ts'
import { createSiteFilePart } from './site-file/site-file-part.ts'
import { noSiteFile } from './site-file/site-file-port.ts'
import { createNoSitesPart } from './sites/no-sites-part.ts'
import type { Transfers } from './transfer/file-offer.ts'
import type { FileReceiver } from './transfer/file-receiver.ts'
import { createTransferPart } from './transfer/transfer-part.ts'
import { createWaveFilesPart } from './wave-files/wave-files-part.ts'
import { createWaveTold } from './waves/wave-told.ts'
import { createWavesPart, type NoticedIncident } from './waves/waves-part.ts'

/** What many parts are given: the ports, the site that runs, and where an act of a person is written down. */
const commonOf = ({ ports, recorder, journal, abilities, clock }: Ground, { fold, runner, guard, told }: LiveSite) => ({
  ...ports,
  journal,
  abilities,
  runner,
  guard,
  control: fold.controlState,
  audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => recorder.appendAudit(row),
  images: told.images.listen,
  listen: told.frames.listen,
  now: clock.nowMs,
})
type Common = ReturnType<typeof commonOf>

const acknowledging =
  ({ clock, recorder, journal, stored }: Ground, { runner }: LiveSite): AcknowledgeFinding =>
  async (input) => {
    const finding = await runner.intend('finding.acknowledge', input)
    if (finding === null) return null
    const { who, note } = input
    stored('an acknowledgement', tellAcknowledged({ who, note, atMs: clock.nowMs() }, finding, recorder, journal))
    return finding
  }

const openDoctor = ({ ports, site, clock, lines }: Ground, { field, deviceHealth }: LiveSite, transfers: Transfers) =>
  createDoctor({
    transfers,
    site,
    clock,
    archive: ports.archive,
    lines: new Map(lines.all.map((line) => [line.id, line])),
    devicesOf: (lineId) =>
      lineDevices(ports)(lineId).map((device) => ({
        ...device,
        profile: field.sunSpecFound.get(device.id)?.profile ?? device.profile,
      })),
    deviceHealth,
  })

/** What one part gives and others take: made before all of them. */
const sharedOf = (ground: Ground, live: LiveSite, common: Common) => {
  /** By purpose: a part that takes files of people adds its own. */
  const receivers = new Map<string, FileReceiver>()
  const transfers = createTransferPart({ ...ground.ports, receivers })
  return {
    receivers,
    transfers,
    doctor: openDoctor(ground, live, transfers),
    acknowledge: acknowledging(ground, live),
    waves: createWaveTold(ground.log),
    incidents: createFanOut<NoticedIncident>('incidents', ground.log),
    alarms: createAlarmsPart({ ...common, shelf: common.alarmRules ?? forgetfulRules() }),
    commissioning: createCommissioningPart({ ...common, ...live.fold }),
    meterRecords: createMeterRecordsPart({ ...common, background: live.beside.background }),
  }
}
type Shared = ReturnType<typeof sharedOf>

const openLive = ({ overview, record }: Ground, { fold, field, told, health }: LiveSite) =>
  createLivePart({
    overview,
    describe: () => withFound(overview, field.sunSpecFound),
    live: { current: fold.live, listen: told.frames.listen },
    health: { current: health, listen: told.healths.listen },
    trace: record.trace,
  })

/** `answering`: all of the program's answers, as a screen gets them: a snapshot keeps some. */
const openSnapshots = (
  { ports, site, clock, recorder, overview }: Ground,
  { fold, field, tape, told, health }: LiveSite,
  { transfers, doctor }: Shared,
  answering: () => Handlers<TripscopeContract>,
) =>
  createSnapshotPart({
    ...ports,
    ...(ports.acceptanceHost === undefined ? {} : { drawPdf: ports.acceptanceHost.drawPdf }),
    transfers,
    filesOf: (range, archive) => [
      ...recordFiles(tape, archive, range),
      ...doctor.filesOf(range.fromMs, range.toMs, archive),
    ],
    viewsOf: (wish) => viewFiles({ site, clock, recorder, handlers: answering() }, wish),
    personsOf: (range) => personsOfViews({ site, clock, recorder, handlers: answering() }, range),
    healths: told.healths.listen,
    now: () => {
      const live = fold.live()
      if (live === null) return null
      return { overview: withFound(overview, field.sunSpecFound), health: health(), live, findings: live.findings }
    },
  })

const openWaveParts = (
  common: Common,
  { told, fold, runner }: LiveSite,
  { waves, meterRecords, incidents, ...shared }: Shared,
) =>
  [
    createWavesPart({
      ...common,
      told: waves,
      feed: (observation) => runner.feed({ kind: 'observation', observation }),
      onFinding: told.findings.listen,
      onIncident: incidents.listen,
      meterCaptures: meterRecords.captures,
    }),
    createQualityPart({ ...common, ...waves, findings: () => fold.live()?.findings ?? [] }),
    createNoDeckPart(),
    createWaveFilesPart({ ...common, ...shared }),
  ] as const

const openAcceptance = (common: Common, { fold, beside, health }: LiveSite, shared: Shared) =>
  createAcceptancePart({
    ...common,
    ...fold,
    ...shared,
    alarmRules: shared.alarms.rules,
    sockets: shared.commissioning.sockets,
    health,
    identities: createIdentityReader({ ...common, background: beside.background, health }),
    shelf: common.acceptance ?? forgetfulAcceptance(),
    host: common.acceptanceHost ?? null,
  })

/** The parts of the program, in the order in which they start; they stop in the opposite one. A new part is one line here. */
export const openParts = (ground: Ground, live: LiveSite, answering: () => Handlers<TripscopeContract>) => {
  const { site, recorder, journal, overview, clock, abilities, lines } = ground
  const { runner, fold, told, beside } = live
  const common = commonOf(ground, live)
  const shared = sharedOf(ground, live, common)
  return [
    openLive(ground, live),
    createEventsPart({ journal, recorder }),
    createHistoryPart({ overview, recorder }),
    createControlPart(runner, fold.previewOverride),
    createDemandPart({ ...common, state: fold.demandState, want: (input) => runner.intend('control.want', input) }),
    createEnergyPart({ ...common, overview, rest: () => new Promise((done) => clock.after(0, done)) }),
    createStoryPart(common),
    createWhatIfPart({ site, abilities, recorder, rest: () => new Promise((done) => clock.after(0, done)) }),
    createFindingsPart(shared.acknowledge),
    shared.alarms,
    shared.transfers,
    shared.doctor,
    openSnapshots(ground, live, shared, answering),
    createSiteFilePart({ ...common, siteFile: common.siteFile ?? noSiteFile }),
    createSiteEditorPart(common),
    createNoSitesPart(),
    createExplorer({ ...common, acquisition: beside, shelf: common.profileShelf }),
    createScanPart({
      ...common,
      lines: lines.modbus,
      mbusLines: lines.mbus,
      acquisition: beside,
      kept: common.kept ?? new Map(),
    }),
    ...openWaveParts(common, live, shared),
    shared.commissioning,
    openAcceptance(common, live, shared),
    shared.meterRecords,
    createFeedsPart(common),
    createTripsPart({
      ...common,
      ...shared,
      told,
      onIncident: shared.incidents.tell,
      shelf: common.incidents ?? forgetfulIncidents(),
    }),
  ] as const
}
