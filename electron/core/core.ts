import { Refusal } from '../../shared/api/define.ts'
import type { Live } from '../../shared/api/contract.ts'
import type { Decision, Write } from '../../shared/model/decision.ts'
import type { Finding } from '../../shared/model/finding.ts'
import type { Health } from '../../shared/model/health.ts'
import type { Image } from '../../shared/model/image.ts'
import { circuitLimitA } from '../../shared/site/circuit-limit.ts'
import { isMbusLine } from '../../shared/site/site.ts'
import { tellAcknowledged } from './acknowledge-finding.ts'
import { createAcquisition, type Acquisition } from './acquisition/acquisition.ts'
import { createBelief } from './belief/belief.ts'
import { createModelRegister } from './belief/model-register.ts'
import { describeSite, withFound } from './api/describe-site.ts'
import { createHandlers } from './api/handlers.ts'
import { createController } from './control/controller.ts'
import type { Core, CorePorts } from './core-ports.ts'
import { createCycle } from './cycle.ts'
import { createCircuits } from './derive/circuits.ts'
import { createDetectors } from './detectors/detectors.ts'
import { createDoctor } from './doctor/doctor-handlers.ts'
import { lineDevices } from './doctor/line-devices.ts'
import { createExplorer } from './explore/explore-handlers.ts'
import { createFanOut } from './fan-out.ts'
import { createJournal } from './journal.ts'
import { createLastSession } from './last-session.ts'
import { journalLine } from './line-journal.ts'
import { createLockWatch } from './lock-watch.ts'
import { createOverloadWatch } from './overload-watch.ts'
import { createPartWatch, whenSound } from './part-watch.ts'
import type { FieldLine } from './ports.ts'
import { createSiteTime } from './site-time.ts'
import { inSiteTime, mbusInSiteTime } from './site-time-lines.ts'
import { devicesInUtc, imageInUtc, samplesInUtc } from './utc.ts'
import { powerText } from './power-watch.ts'
import { createRecord } from './record/record.ts'
import { exportSnapshot } from './report/export-snapshot.ts'
import { createScanHandlers } from './scan/scan-handlers.ts'
import { createScan } from './scan/scan.ts'
import { createSiteFileHandlers } from './site-file/site-file-handlers.ts'
import { noSiteFile } from './site-file/site-file-port.ts'
import { tellFinding } from './tell-finding.ts'
import { createTimeTeller } from './time-teller.ts'
import { clearedUnacknowledged } from './unacknowledged.ts'

/** The only wiring file: makes every part, and says who hears of what. */
export const createCore = (ports: CorePorts): Core => {
  const { site, log, newId, recorder } = ports
  const time = createSiteTime(ports.clock)
  /** For stamps; ages are of site time. */
  const clock = time.wall
  const { aheadMs } = time
  const journal = createJournal(ports)
  const overview = describeSite(site, ports, ports.siteWarnings, ports.version)
  const frames = createFanOut<Live>('live frames', log)
  const images = createFanOut<Image>('images', log)
  const findings = createFanOut<Finding>('findings', log)
  const decisions = createFanOut<Decision>('decisions', log)
  const writes = createFanOut<Write>('writes', log)
  const healths = createFanOut<Health>('health', log)

  const watch = createPartWatch(clock, log)
  const circuits = createCircuits(site)
  const detectors = createDetectors({ ...ports, descriptions: overview.meters })
  const record = createRecord({ site, recorder, clock, log })
  const lines = new Map(
    site.lines.flatMap((line) => (isMbusLine(line) ? [] : [[line.id, ports.openLine(line)] as const])),
  )
  const mbusLines = new Map(
    site.lines.flatMap((line) => (isMbusLine(line) ? [[line.id, ports.openMbusLine(line)] as const] : [])),
  )
  const allLines: readonly FieldLine[] = [...lines.values(), ...mbusLines.values()]
  const limits = new Map(site.circuits.map((circuit) => [circuit.id, circuitLimitA(site, circuit)]))
  const showsOverload = createOverloadWatch(site, (circuitId) => limits.get(circuitId) ?? Infinity)

  const stored = (what: string, appended: Promise<unknown>): void => {
    appended.catch((error: unknown) => log.error(`${what} could not be stored`, { error: String(error) }))
  }

  const acquisition = createAcquisition({
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
    mayPollCharger: (chargerId) => controller.mayPoll(chargerId),
    onNotice: ({ kind, severity, subject, message, data }) => {
      journal.write(kind, severity, subject, message, data)
    },
    onMeterSamples: (meterId, asRead, atMs, probe) => {
      let samples = asRead
      watch.run('the judging of meters', () => {
        samples = belief.observe(meterId, asRead, probe)
      })
      watch.run('the thermal images', () => {
        circuits.observe(meterId, samples)
      })
      detectors.observe(meterId, samples)
      watch.run('the record of measurements', () => {
        record.observe(meterId, samplesInUtc(samples, aheadMs()), atMs + aheadMs())
      })
      if (showsOverload(meterId, samples)) cycle.overload()
    },
  })

  const model = createModelRegister({ ...ports, background: acquisition.background })
  const belief = createBelief({ ...ports, clock: time.clock, model })

  /** For searches and looks at registers, which stamp by the calendar. */
  const beside: Acquisition = {
    ...acquisition,
    background: (...request) =>
      acquisition.background(...request)?.then((outcome) => ({ ...outcome, atMs: outcome.atMs + aheadMs() })) ?? null,
  }

  const lastSession = createLastSession({
    site,
    chargerProfiles: ports.chargerProfiles,
    clock,
    log,
    journal,
    recorder,
    readOnly: !ports.lock.held,
  })
  const controller = createController({
    site,
    chargerProfiles: ports.chargerProfiles,
    clock,
    imageTime: { clock: time.clock, utcOf: (atMs) => atMs + aheadMs() },
    log,
    newId,
    links: acquisition.chargerLinks,
    mayWatch: lastSession.mayWatch,
    readOnly: ports.lock.held
      ? null
      : { why: `another instance controls this site: ${ports.lock.holder ?? 'unknown holder'}` },
    record: {
      decision: (decision) => {
        stored('a decision', recorder.appendDecision(decision))
        decisions.tell(decision)
      },
      write: (write) => {
        stored('a write', recorder.appendWrite(write))
        writes.tell(write)
      },
      event: (kind, severity, subject, message, data) => {
        journal.write(kind, severity, subject, message, data)
      },
      audit: (row) => recorder.appendAudit({ atMs: clock.nowMs(), ...row }).then(() => undefined),
    },
  })

  let assessment: Pick<Live, 'findings' | 'notAssessed'> = { findings: [], notAssessed: [] }
  const live = (image: Image): Live => ({ image, control: controller.state(), ...assessment })

  const deviceHealth = (): Health['devices'] => devicesInUtc(acquisition.deviceHealth(), aheadMs())
  const health = (): Health => ({
    atMs: clock.nowMs(),
    lines: acquisition.lineHealth(),
    devices: deviceHealth(),
    store: recorder.status(),
    cycle: cycle.timing(),
  })

  const scan = createScan({ ...ports, lines, mbusLines, acquisition: beside, kept: ports.kept ?? new Map() })
  const lockIsLost = createLockWatch(ports.lock)

  const timeTeller = createTimeTeller(ports.clock, (news, message) => {
    if (news.kind === 'clock-set' || news.kind === 'clock-set-or-asleep')
      watch.run('the record of measurements', () => record.clockSet(ports.clock.nowMs()))
    journal.write(news.kind, 'warning', { kind: 'site', id: site.id }, message, { ...news })
  })

  /** The newest image as people read it. */
  let shown: Image | null = null
  const cycle = createCycle({
    clock: time.clock,
    log,
    meters: (nowMs, chargers) => belief.step(acquisition.meterReadings(nowMs), chargers),
    chargers: acquisition.chargerReadings,
    circuits: circuits.step,
    decide: controller.step,
    observe: (image) => {
      timeTeller.look()
      shown = imageInUtc(image, aheadMs())
      const inUtc = shown
      const { changes, active, cleared, notAssessed } = detectors.step(
        image,
        watch.failing(),
        controller.facts(),
        inUtc.atMs,
      )
      assessment = { findings: [...active, ...cleared], notAssessed: [...notAssessed] }
      for (const change of changes) {
        tellFinding(journal, change)
        findings.tell(change.finding)
      }
      watch.run('the record of measurements', () => {
        record.step(inUtc)
      })
      if (lockIsLost(controller.state().mode === 'armed')) {
        const why = 'the lock beside the site file is no longer ours: another program may control this site'
        journal.write(
          'lock-lost',
          'critical',
          { kind: 'site', id: site.id },
          `${why}. Control is disarmed here; see that only one program is open on this site, then arm again`,
        )
        stored('the end of control', controller.disarm({ who: 'tripscope', reason: why }))
      }
    },
    publish: () => {
      if (shown === null) return
      images.tell(shown)
      frames.tell(live(shown))
      healths.tell(health())
    },
    failSafe: (why) => {
      journal.write(
        'cycle-failed',
        'critical',
        { kind: 'site', id: site.id },
        `${why}; chargers go to their fallback and control is disarmed. Restart the app and send a snapshot to its makers`,
      )
      stored('the fallback', controller.shutdown(why))
    },
  })

  const doctor = createDoctor({
    site,
    clock,
    archive: ports.archive,
    lines: new Map(allLines.map((line) => [line.id, line])),
    devicesOf: (lineId) =>
      lineDevices(ports)(lineId).map((device) => ({
        ...device,
        profile: acquisition.sunSpecFound.get(device.id)?.profile ?? device.profile,
      })),
    deviceHealth,
  })

  const explorer = createExplorer({
    ...ports,
    acquisition: beside,
    mayPollCharger: controller.mayPoll,
    shelf: ports.profileShelf,
    control: controller.state,
    audit: (row) => recorder.appendAudit(row),
    journal,
  })

  const handlers = createHandlers({
    overview,
    recorder,
    journal,
    describe: () => withFound(overview, acquisition.sunSpecFound),
    live: {
      current: () => (shown === null ? null : live(shown)),
      listen: frames.listen,
    },
    health: { current: health, listen: healths.listen },
    trace: record.trace,
    control: {
      ...controller,
      arm: whenSound(controller.arm, () => [...watch.failing(), ...detectors.failing()]),
    },
    acknowledge: ({ findingId, who, note }) => {
      const atMs = clock.nowMs()
      const finding = detectors.acknowledge(findingId, who, note, atMs)
      if (finding === null) return null
      assessment = {
        ...assessment,
        findings: assessment.findings.flatMap((held) =>
          held.id !== findingId ? [held] : finding.state === 'cleared' ? [] : [finding],
        ),
      }
      stored('an acknowledgement', tellAcknowledged({ who, note, atMs }, finding, recorder, journal))
      return finding
    },
    exportSnapshot: async (input) => {
      const image = shown
      if (image === null) throw new Refusal('nothing has been measured yet; try again in a second')
      return exportSnapshot(
        {
          ...ports,
          overview: withFound(overview, acquisition.sunSpecFound),
          health: health(),
          live: live(image),
          findings: assessment.findings,
          framesOf: doctor.filesOf,
        },
        input,
      )
    },
    scan: createScanHandlers({
      ...ports,
      scan,
      control: controller.state,
      audit: (row) => recorder.appendAudit(row),
      journal,
    }),
    explore: explorer.handlers,
    doctor: doctor.handlers,
    siteFile: createSiteFileHandlers({
      ...ports,
      siteFile: ports.siteFile ?? noSiteFile,
      control: controller.state,
      audit: (row) => recorder.appendAudit(row),
      journal,
    }),
  })

  return {
    handlers,
    start: () => {
      journal.write(
        'started',
        'info',
        { kind: 'site', id: site.id },
        `${site.name}: watching ${site.meters.length} meters and ${site.chargers.length} chargers; control is not armed`,
      )
      for (const line of allLines) journalLine(line, journal)
      lastSession.start()
      stored(
        'what an earlier run left unacknowledged',
        clearedUnacknowledged(recorder, clock.nowMs()).then(detectors.restore),
      )
      acquisition.start()
      timeTeller.begin()
      cycle.start()
    },
    stop: async (why) => {
      cycle.stop()
      lastSession.stop()
      await controller.shutdown(why)
      await scan.stop()
      await explorer.stop()
      await acquisition.stop()
      await record.close()
      journal.write('stopped', 'info', { kind: 'site', id: site.id }, why)
      doctor.stop()
      await Promise.all(allLines.map((line) => line.close()))
    },
    controlState: controller.state,
    power: (event) => {
      timeTeller.power(event)
      const isArmed = controller.state().mode === 'armed'
      journal.write(`computer-${event}`, 'warning', { kind: 'site', id: site.id }, powerText(event, isArmed))
    },
    onFrame: images.listen,
    onFinding: findings.listen,
    onDecision: decisions.listen,
    onWrite: writes.listen,
    onHealth: healths.listen,
  }
}
