import type { Health } from '../../../shared/model/health.ts'
import { createBeat } from '../beat.ts'
import { createModelRegister } from '../belief/model-register.ts'
import type { CorePorts } from '../core-ports.ts'
import type { FailingPart } from '../detectors/failed-parts.ts'
import type { Field } from '../field/field.ts'
import { createLastSession } from '../last-session.ts'
import { createAskGuard, type AskGuard } from '../may-ask.ts'
import type { PowerEvent } from '../power-watch.ts'
import { tapeHeadOf } from '../record/tape/tape-head.ts'
import { createTapeRecorder, type TapeRecorder } from '../record/tape/tape-recorder.ts'
import { createErrandDoer } from '../site/do-errand.ts'
import type { Moment } from '../site/site-input.ts'
import { createSiteRunner, type SiteRunner } from '../site/site-runner.ts'
import { createSite, type SiteFold, type SiteOutputs } from '../site/site.ts'
import type { SiteTime } from '../site-time.ts'
import { createTold } from '../told.ts'
import { devicesInUtc } from '../utc.ts'
import type { Ground } from './ground.ts'
import { besideField, openField } from './open-field.ts'
import { createSiteLife, type SiteLife } from './site-life.ts'
import { createWorldWatch } from './world-watch.ts'

/** A site that runs: its fold, fed by its field and its beat, and who hears of it. */
export interface LiveSite {
  readonly fold: SiteFold
  readonly runner: SiteRunner
  readonly field: Field
  /** The same field for searches and looks at registers, in time of the calendar. */
  readonly beside: Field
  readonly guard: AskGuard
  readonly tape: TapeRecorder
  readonly told: ReturnType<typeof createTold>
  readonly health: () => Health
  readonly deviceHealth: () => Health['devices']
  readonly power: (event: PowerEvent) => void
  readonly life: SiteLife
}

const momentOf = ({ clock, wall, aheadMs }: SiteTime): Moment => ({
  siteMs: clock.nowMs(),
  monotonicMs: wall.monotonicMs(),
  utcMs: wall.nowMs(),
  aheadMs: aheadMs(),
})

const beginSession = (ports: CorePorts) => {
  const session = ports.newId()
  const { held, holder } = ports.lock
  const readOnly = held ? null : { why: `another instance controls this site: ${holder ?? 'unknown holder'}` }
  const head = tapeHeadOf({ site: ports.site, profiles: ports, session, readOnly, program: ports.version })
  return { session, readOnly, tape: createTapeRecorder(head, ports.tape) }
}

/** `failingParts`: of the parts that answer screens; a site is not armed while one of them fails. */
export const createLiveSite = (ground: Ground, failingParts: () => readonly FailingPart[]): LiveSite => {
  const { ports, site, log, recorder, time, clock, journal, abilities, watch, record, stored } = ground
  const field = openField(ground, {
    mayAsk: (deviceId) => guard.mayAsk(deviceId),
    onObservation: (observation) => runner.feed({ kind: 'observation', observation }),
  })
  const beside = besideField(field, time.aheadMs)
  const lastSession = createLastSession({ site, abilities, clock, log, journal, recorder, readOnly: !ports.lock.held })
  const moment = (): Moment => momentOf(time)
  const doErrand = createErrandDoer({
    links: field.chargerLinks,
    recorder,
    askModel: createModelRegister({ ...ports, background: field.background }),
    clock: time.clock,
    wall: clock,
  })
  const { session, readOnly, tape } = beginSession(ports)
  const told = createTold({ log, journal, recorder, tape, stored })

  const outputs: SiteOutputs = {
    ...told.outputs,
    samples: (meterId, samples, utcMs) => {
      watch.run('the record of measurements', () => record.observe(meterId, samples, utcMs))
    },
    image: (image) => {
      world.lookAtTime()
      watch.run('the record of measurements', () => record.step(image))
      world.lookAtLock()
      told.images.tell(image)
      const live = fold.live()
      if (live !== null) told.frames.tell(live)
      told.healths.tell(health())
    },
    errand: (errandId, errand) => runner.perform(errandId, errand, doErrand),
  }
  const fold = createSite(
    { ...ports, descriptions: ground.overview.meters, session, links: field.chargerLinks, readOnly, world: moment },
    outputs,
  )
  const failing = (): readonly FailingPart[] => [...watch.failing(), ...failingParts()]
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
  const guard = createAskGuard({ site, abilities, backing: fold.backing, isOfEarlier: lastSession.isOfEarlier })
  const world = createWorldWatch(ground, {
    isArmed: () => fold.controlState().mode === 'armed',
    disarm: (input) => runner.intend('control.disarm', input),
  })
  const deviceHealth = (): Health['devices'] => devicesInUtc(field.deviceHealth(), time.aheadMs())
  const health = (): Health => ({
    atMs: clock.nowMs(),
    lines: field.lineHealth(),
    devices: deviceHealth(),
    store: recorder.status(),
    cycle: beat.timing(),
  })
  const life = createSiteLife(ground, { field, runner, beat, lastSession, world })
  return { fold, runner, field, beside, guard, tape, told, health, deviceHealth, power: world.power, life }
}
