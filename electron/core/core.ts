import type { AuditRow } from '../../shared/model/event.ts'
import type { Health } from '../../shared/model/health.ts'
import { siteAbilities } from '../../shared/charger/abilities-of.ts'
import { isMbusLine } from '../../shared/site/site.ts'
import { createAcceptancePart } from './acceptance/acceptance-part.ts'
import { forgetfulAcceptance } from './acceptance/acceptance-shelf.ts'
import { createIdentityReader } from './acceptance/identity.ts'
import { tellAcknowledged } from './acknowledge-finding.ts'
import { createAlarmsPart } from './alarms/alarms-part.ts'
import { forgetfulRules } from './alarms/rule-shelf.ts'
import { createField, type Field } from './field/field.ts'
import { createModelRegister } from './belief/model-register.ts'
import { describeSite, withFound } from './api/describe-site.ts'
import { createCommissioningPart } from './commissioning/commissioning-part.ts'
import { createControlPart } from './api/control-part.ts'
import { createDemandPart } from './demand/demand-part.ts'
import { createWhatIfPart } from './control/what-if/what-if-part.ts'
import { createStoryPart } from './control/story/story-part.ts'
import { createEventsPart } from './api/events-part.ts'
import { createFindingsPart, type AcknowledgeFinding } from './api/findings-part.ts'
import { createHistoryPart } from './api/history-part.ts'
import { createLivePart } from './api/live-part.ts'
import type { Core, CorePorts } from './core-ports.ts'
import type { FailingPart } from './detectors/failed-parts.ts'
import { createNoDeckPart } from './deck/no-deck-part.ts'
import { createDoctor } from './doctor/doctor-handlers.ts'
import { lineDevices } from './doctor/line-devices.ts'
import { createExplorer } from './explore/explore-handlers.ts'
import { createBeat } from './beat.ts'
import { foldParts } from './fold-parts.ts'
import { forgetfulIncidents } from './forensics/incident-shelf.ts'
import { createTripsPart } from './forensics/trips-part.ts'
import { createMeterRecordsPart } from './meter-records/meter-records-part.ts'
import { createJournal } from './journal.ts'
import { createLastSession } from './last-session.ts'
import { journalLine } from './line-journal.ts'
import { createLockWatch } from './lock-watch.ts'
import { createAskGuard } from './may-ask.ts'
import { createPartWatch } from './part-watch.ts'
import type { FieldLine } from './ports.ts'
import { createSiteTime } from './site-time.ts'
import { inSiteTime, mbusInSiteTime } from './site-time-lines.ts'
import { devicesInUtc } from './utc.ts'
import { recordFiles } from './record/tape/record-file.ts'
import { tapeHeadOf } from './record/tape/tape-head.ts'
import { createTapeRecorder } from './record/tape/tape-recorder.ts'
import { createRecord } from './record/record.ts'
import { createSnapshotPart } from './report/snapshot-part.ts'
import { viewFiles } from './report/views/view-files.ts'
import { createScanPart } from './scan/scan-part.ts'
import { createErrandDoer } from './site/do-errand.ts'
import { createSiteRunner } from './site/site-runner.ts'
import { createSite } from './site/site.ts'
import type { Moment } from './site/site-input.ts'
import { createSiteEditorPart } from './site-file/site-editor-part.ts'
import { oneSite } from './sites/sites-port.ts'
import { createSitesPart } from './sites/sites-part.ts'
import { createSiteFilePart } from './site-file/site-file-part.ts'
import { noSiteFile } from './site-file/site-file-port.ts'
import { createTimeTeller } from './time-teller.ts'
import { createTold } from './told.ts'
import type { FileReceiver } from './transfer/file-receiver.ts'
import { createTransferPart } from './transfer/transfer-part.ts'
import { clearedUnacknowledged } from './unacknowledged.ts'
import { createWaveFilesPart } from './wave-files/wave-files-part.ts'
import { createWaveTold } from './waves/wave-told.ts'
import { createWavesPart } from './waves/waves-part.ts'
import { createQualityPart } from './power-quality/quality-part.ts'

/** The only wiring file: makes every part, and says who hears of what. */
export const createCore = (ports: CorePorts): Core => {
  const { site, log, newId, recorder } = ports
  const time = createSiteTime(ports.clock)
  /** For stamps; ages are of site time. */
  const clock = time.wall
  const { aheadMs } = time
  const journal = createJournal(ports)
  const abilities = siteAbilities(site, ports.chargerProfiles)
  const overview = describeSite(site, ports, ports.siteWarnings, ports.version)

  const watch = createPartWatch(clock, log)
  const record = createRecord({ site, recorder, clock, log })
  const lines = new Map(
    site.lines.flatMap((line) => (isMbusLine(line) ? [] : [[line.id, ports.openLine(line)] as const])),
  )
  const mbusLines = new Map(
    site.lines.flatMap((line) => (isMbusLine(line) ? [[line.id, ports.openMbusLine(line)] as const] : [])),
  )
  const allLines: readonly FieldLine[] = [...lines.values(), ...mbusLines.values()]

  const stored = (what: string, appended: Promise<unknown>): void => {
    appended.catch((error: unknown) => log.error(`${what} could not be stored`, { error: String(error) }))
  }

  const field = createField({
    site,
    meterProfiles: ports.meterProfiles,
    chargerProfiles: ports.chargerProfiles,
    lines: new Map([...lines].map(([id, line]) => [id, inSiteTime(line, time)])),
    clock: time.clock,
    aheadMs,
    log,
    mbus: {
      profiles: ports.mbusProfiles,
      lines: new Map([...mbusLines].map(([id, line]) => [id, mbusInSiteTime(line, time)])),
    },
    ...(ports.facts === undefined ? {} : { facts: ports.facts }),
    ...(ports.openOcpp === undefined ? {} : { openOcpp: ports.openOcpp }),
    mayAsk: (deviceId) => guard.mayAsk(deviceId),
    onNotice: (kind, severity, subject, facts) => {
      journal.write(kind, severity, subject, facts)
    },
    onObservation: (observation) => runner.feed({ kind: 'observation', observation }),
  })

  /** For searches and looks at registers, which stamp by the calendar. */
  const beside: Field = {
    ...field,
    background: (...request) =>
      field.background(...request)?.then((outcome) => ({ ...outcome, atMs: outcome.atMs + aheadMs() })) ?? null,
  }

  const lastSession = createLastSession({
    site,
    abilities,
    clock,
    log,
    journal,
    recorder,
    readOnly: !ports.lock.held,
  })
  const moment = (): Moment => ({
    siteMs: time.clock.nowMs(),
    monotonicMs: clock.monotonicMs(),
    utcMs: clock.nowMs(),
    aheadMs: aheadMs(),
  })
  const errandDoer = createErrandDoer({
    links: field.chargerLinks,
    recorder,
    askModel: createModelRegister({ ...ports, background: field.background }),
    clock: time.clock,
    wall: clock,
  })
  const session = newId()
  const readOnly = ports.lock.held
    ? null
    : { why: `another instance controls this site: ${ports.lock.holder ?? 'unknown holder'}` }
  const tape = createTapeRecorder(
    tapeHeadOf({ site, profiles: ports, session, readOnly, program: ports.version }),
    ports.tape,
  )
  const told = createTold({ log, journal, recorder, tape, stored })
  const fold = createSite(
    {
      ...ports,
      descriptions: overview.meters,
      session,
      links: field.chargerLinks,
      readOnly,
      world: moment,
    },
    {
      samples: (meterId, samples, utcMs) => {
        watch.run('the record of measurements', () => record.observe(meterId, samples, utcMs))
      },
      image: (image) => {
        timeTeller.look()
        watch.run('the record of measurements', () => record.step(image))
        disarmWhenLockIsLost()
        told.images.tell(image)
        const live = fold.live()
        if (live !== null) told.frames.tell(live)
        told.healths.tell(health())
      },
      ...told.outputs,
      errand: (errandId, errand) => runner.perform(errandId, errand, errandDoer),
    },
  )
  const failing = (): readonly FailingPart[] => [...watch.failing(), ...parts.failing()]
  const runner = createSiteRunner({
    fold,
    clock,
    log,
    moment,
    failing,
    onTurn: tape.turn,
    onRest: ({ utcMs }) => tape.mayCut(utcMs, fold.save),
  })
  const beat = createBeat(clock, () => runner.feed({ kind: 'tick', failing: failing() }))
  const { controlState } = fold
  const guard = createAskGuard({
    site,
    abilities,
    backing: fold.backing,
    isOfEarlier: lastSession.isOfEarlier,
  })

  const deviceHealth = (): Health['devices'] => devicesInUtc(field.deviceHealth(), aheadMs())
  const health = (): Health => ({
    atMs: clock.nowMs(),
    lines: field.lineHealth(),
    devices: deviceHealth(),
    store: recorder.status(),
    cycle: beat.timing(),
  })

  const lockIsLost = createLockWatch(ports.lock)

  const timeTeller = createTimeTeller(ports.clock, ({ kind, ...facts }) => {
    if (kind === 'clock-set' || kind === 'clock-set-or-asleep')
      watch.run('the record of measurements', () => record.clockSet(ports.clock.nowMs()))
    journal.write(kind, 'warning', { kind: 'site', id: site.id }, facts)
  })

  const disarmWhenLockIsLost = (): void => {
    if (!lockIsLost(controlState().mode === 'armed')) return
    const why = 'the lock beside the site file is no longer ours: another program may control this site'
    journal.write('lock-lost', 'critical', { kind: 'site', id: site.id }, { why })
    stored('the end of control', runner.intend('control.disarm', { who: 'tripscope', reason: why }))
  }

  /** By purpose: a part that takes files of people adds its own. */
  const receivers = new Map<string, FileReceiver>()
  const transfers = createTransferPart({ ...ports, receivers })
  const doctor = createDoctor({
    transfers,
    site,
    clock,
    archive: ports.archive,
    lines: new Map(allLines.map((line) => [line.id, line])),
    devicesOf: (lineId) =>
      lineDevices(ports)(lineId).map((device) => ({
        ...device,
        profile: field.sunSpecFound.get(device.id)?.profile ?? device.profile,
      })),
    deviceHealth,
  })

  const acknowledge: AcknowledgeFinding = async (input) => {
    const finding = await runner.intend('finding.acknowledge', input)
    if (finding === null) return null
    const { who, note } = input
    stored('an acknowledgement', tellAcknowledged({ who, note, atMs: clock.nowMs() }, finding, recorder, journal))
    return finding
  }

  /** All of the program's answers, as a screen gets them: a snapshot keeps some. */
  const answering: () => Core['handlers'] = () => parts.handlers
  const described = () => withFound(overview, field.sunSpecFound)
  /** What every part may need that changes the site for a person. */
  const about = {
    ...ports,
    control: controlState,
    audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => recorder.appendAudit(row),
    journal,
    images: told.images.listen,
    now: clock.nowMs,
  }
  /** Started in this order, stopped in the opposite one. */
  const waves = createWaveTold(log)
  const incidents = ports.incidents ?? forgetfulIncidents()
  const alarms = createAlarmsPart({ ...about, runner, shelf: ports.alarmRules ?? forgetfulRules() })
  const commissioning = createCommissioningPart({ ...about, ...fold, runner, listen: told.frames.listen })
  const meterRecords = createMeterRecordsPart({ ...about, runner, guard, background: beside.background })
  const parts = foldParts(
    [
      createLivePart({
        overview,
        describe: described,
        live: { current: fold.live, listen: told.frames.listen },
        health: { current: health, listen: told.healths.listen },
        trace: record.trace,
      }),
      createEventsPart({ journal, recorder }),
      createHistoryPart({ overview, recorder }),
      createControlPart(runner, fold.previewOverride),
      createDemandPart({ ...about, state: fold.demandState, want: (input) => runner.intend('control.want', input) }),
      createStoryPart(about),
      createWhatIfPart({ site, abilities, recorder, rest: () => new Promise((done) => clock.after(0, done)) }),
      createFindingsPart(acknowledge),
      alarms,
      transfers,
      doctor,
      createSnapshotPart({
        ...ports,
        transfers,
        filesOf: (range, archive) => [
          ...recordFiles(tape, archive, range),
          ...doctor.filesOf(range.fromMs, range.toMs, archive),
          ...meterRecords.filesOf(range),
        ],
        viewsOf: (wish) => viewFiles({ site, clock, recorder, handlers: answering() }, wish),
        healths: told.healths.listen,
        now: () => {
          const live = fold.live()
          return live === null ? null : { overview: described(), health: health(), live, findings: live.findings }
        },
      }),
      createSiteFilePart({ ...about, siteFile: ports.siteFile ?? noSiteFile }),
      createSiteEditorPart(about),
      createSitesPart({ ...about, sites: ports.sites ?? oneSite }),
      createExplorer({ ...about, acquisition: beside, guard, shelf: ports.profileShelf }),
      createScanPart({ ...about, lines, mbusLines, acquisition: beside, guard, kept: ports.kept ?? new Map() }),
      createWavesPart({
        ...about,
        told: waves,
        onFinding: told.findings.listen,
        meterCaptures: meterRecords.captures,
      }),
      createQualityPart({ ...ports, ...waves, findings: () => fold.live()?.findings ?? [] }),
      createNoDeckPart(),
      createWaveFilesPart({ ...ports, transfers, receivers }),
      commissioning,
      createAcceptancePart({
        ...about,
        ...fold,
        runner,
        abilities,
        acknowledge,
        alarmRules: alarms.rules,
        sockets: commissioning.sockets,
        listen: told.frames.listen,
        health,
        identities: createIdentityReader({ ...ports, background: beside.background, guard, health }),
        shelf: ports.acceptance ?? forgetfulAcceptance(),
        host: ports.acceptanceHost ?? null,
        transfers,
        receivers,
      }),
      meterRecords,
      createTripsPart({ ...about, runner, told, waves, transfers, receivers, shelf: incidents }),
    ],
    log,
  )

  return {
    handlers: parts.handlers,
    start: () => {
      const counted = { meters: site.meters.length, chargers: site.chargers.length }
      journal.write('started', 'info', { kind: 'site', id: site.id }, { site: site.name, ...counted })
      for (const line of allLines) journalLine(line, journal)
      lastSession.start()
      stored(
        'what an earlier run left unacknowledged',
        clearedUnacknowledged(recorder, clock.nowMs()).then((cleared) =>
          runner.feed({ kind: 'restored', findings: [...cleared] }),
        ),
      )
      field.start()
      timeTeller.begin()
      beat.start()
      parts.start()
    },
    stop: async (why) => {
      beat.stop()
      lastSession.stop()
      await runner.intend('shutdown', { reason: why })
      await parts.stop(why)
      await field.stop()
      runner.stop()
      await record.close()
      journal.write('stopped', 'info', { kind: 'site', id: site.id }, { why })
      await Promise.all(allLines.map((line) => line.close()))
    },
    controlState,
    power: (event) => {
      timeTeller.power(event)
      const isArmed = controlState().mode === 'armed'
      journal.write(`computer-${event}`, 'warning', { kind: 'site', id: site.id }, { isArmed })
    },
    onFrame: told.images.listen,
    onFinding: told.findings.listen,
    onDecision: told.decisions.listen,
    onWrite: told.writes.listen,
    onHealth: told.healths.listen,
    onTapeLine: tape.listen,
  }
}
