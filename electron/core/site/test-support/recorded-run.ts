import { modbusOf } from '../../../../shared/site/charger-connection.ts'
import type { OverrideCondition, OverrideScope } from '../../../../shared/model/override.ts'
import type { Live } from '../../../../shared/api/live-contract.ts'
import type { Finding } from '../../../../shared/model/finding.ts'
import type { ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { createModbusChargerLink } from '../../chargers/modbus/modbus-charger-link.ts'
import { dice as diceOf, type Dice } from '../../control/test-support/field/random.ts'
import { mayAsk } from '../../may-ask.ts'
import { meterProfile } from '../../test-support/fake-site.ts'
import type { Saved } from '../memory.ts'
import { createSite, type SiteFold } from '../site.ts'
import type { Errand, Moment, SiteInput, SiteIntent, Turn } from '../site-input.ts'
import { createDrawnField } from './drawn-field.ts'
import { chargerProfiles, drawnSite } from './drawn-site.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** All that came out of the site, in order: what left it, what intents were answered, what it says of itself between turns. */
export type Came = readonly [what: string, ...data: readonly unknown[]]
export interface Take {
  readonly turn: Turn
  readonly came: readonly Came[]
}
export interface Run {
  readonly site: Site
  readonly takes: readonly Take[]
  /** What was saved as text, by the number of the take before which it was. */
  readonly saves: ReadonlyMap<number, string>
  /** How often it could not be saved. */
  readonly unsaved: number
}

/** A site that takes turns one after the other, with all that comes of each. */
export const createTaker = (site: Site, saved?: Saved) => {
  let now: Moment = { siteMs: 0, monotonicMs: 0, utcMs: 0, aheadMs: 0 }
  let came: Came[] = []
  const say =
    (what: string) =>
    (...data: readonly unknown[]): void => {
      came.push([what, ...data])
    }
  const errands: [number, Errand][] = []
  const links = new Map(
    site.chargers.flatMap((charger) => {
      const { id } = charger
      const modbus = modbusOf(charger)
      if (modbus === null) return []
      const link = createModbusChargerLink({
        chargerId: id,
        unit: modbus.unit,
        profile: chargerProfiles.get(modbus.profile) as ChargerProfile,
        nowMs: () => 0,
        transact: () => Promise.reject(new Error('only errands go out')),
      })
      return [[id, link] as const]
    }),
  )
  const fold: SiteFold = createSite(
    {
      site,
      meterProfiles: new Map([[meterProfile.id, meterProfile]]),
      mbusProfiles: new Map(),
      descriptions: [],
      session: uuid(0),
      links,
      readOnly: null,
      log: quiet,
      world: () => now,
      ...(saved === undefined ? {} : { saved }),
    },
    {
      samples: say('samples'),
      image: say('image'),
      finding: say('finding'),
      decision: say('decision'),
      write: say('write'),
      event: say('event'),
      sampled: () => undefined,
      errand: (errandId, errand) => {
        say('errand')(errandId, errand)
        errands.push([errandId, errand])
      },
    },
  )
  const mayPoll = (id: string): boolean => mayAsk(links.get(id)?.abilities, fold.backing(id), false)
  return {
    fold,
    mayPoll,
    /** Errands that went out since this was last asked. */
    errands: () => errands.splice(0),
    take: async (turn: Turn): Promise<Take> => {
      now = turn.at
      const { answer, isUnsettled } = fold.step(turn)
      answer?.then(say('answer'), say('refusal'))
      if (isUnsettled) for (let step = 0; step < 100; step += 1) await Promise.resolve()
      fold.rest()
      say('next due')(fold.nextDueMs())
      say('may poll')(site.chargers.map(({ id }) => mayPoll(id)))
      if (turn.input.kind !== 'observation') say('live')(fold.live())
      const take = { turn, came }
      came = []
      return take
    },
  }
}

const intents = (dice: Dice, site: Site, live: Live | null, made: SiteIntent[]): SiteIntent => {
  const person = () => ({ intentId: uuid(900 + made.length), who: dice.pick(['Ann', 'Ben']), reason: 'a test' })
  const chargerId = dice.pick(site.chargers).id
  const findingId = dice.pick(live?.findings.map(({ id }) => id) ?? []) ?? 'none'
  const overrideId = dice.pick(live?.control.overrides.map(({ id }) => id) ?? []) ?? 'none'
  return dice.pick<() => SiteIntent>([
    () => ({ method: 'control.arm', input: person() }),
    () => ({ method: 'control.arm', input: person() }),
    () => ({ method: 'control.disarm', input: person() }),
    () => ({
      method: 'override.set',
      input: { ...person(), chargerId, limitA: dice.pick([0, 4, 6, 10, 16, 40]), ttlS: dice.pick([10, 60]) },
    }),
    () => ({
      method: 'override.set',
      input: { ...person(), chargerId, limitA: dice.pick([6, 10, 16]), ttlS: dice.pick([30, 300]) },
    }),
    () => ({
      method: 'override.set',
      input: {
        ...person(),
        scope: dice.pick<OverrideScope>([
          { kind: 'circuit', id: dice.pick(site.circuits).id },
          { kind: 'group', name: 'Some', ids: [chargerId, dice.pick(site.chargers).id] },
        ]),
        limitA: dice.pick([0, 8, 16, 25]),
        ttlS: dice.pick([30, 300]),
        conditions: dice.pick<OverrideCondition[]>([
          [],
          [{ kind: 'window-open' }],
          [{ kind: 'charger-below', chargerId, amperes: 10 }],
          [{ kind: 'circuit-below', circuitId: dice.pick(site.circuits).id, amperes: 40 }],
        ]),
      },
    }),
    () => ({ method: 'override.renew', input: { who: 'Ann', overrideIds: [overrideId] } }),
    () => ({ method: 'override.cancel', input: { ...person(), overrideId } }),
    () => ({ method: 'control.writeFallback', input: { ...person(), chargerId } }),
    () => ({ method: 'finding.acknowledge', input: { findingId, who: 'Ann', note: 'seen' } }),
    // Sent twice: answered twice, done once.
    () => made[made.length - 1] ?? { method: 'control.arm', input: person() },
  ])()
}

const earlier = (atMs: number): Finding => ({
  id: uuid(800),
  detector: 'overcurrent',
  subject: { kind: 'circuit', id: 'f1' },
  phase: 'L1',
  severity: 'warning',
  state: 'cleared',
  title: 'Overcurrent on f1',
  message: 'of an earlier run',
  numbers: [],
  evidence: 'test',
  blindMs: null,
  raisedAtMs: atMs - 5000,
  updatedAtMs: atMs - 4000,
  clearedAtMs: atMs - 4000,
  acknowledged: null,
})

const stepMs = 100

/** A drawn site for `seconds`, with everything that can befall it, and its state saved at about `saveEvery` seconds. */
export const recordRun = async (seed: number, seconds: number, saveEvery: number): Promise<Run> => {
  const dice = diceOf(seed)
  const site = drawnSite(dice)
  const field = createDrawnField(site, dice)
  const taker = createTaker(site)
  const takes: Take[] = []
  const saves = new Map<number, string>()
  const made: SiteIntent[] = []
  const answers: { atMs: number; errandId: number; errand: Errand }[] = []
  let unsaved = 0
  let ms = 5000
  let aheadMs = 0
  const at = (): Moment => {
    const siteMs = Date.UTC(2026, 10, 23, 10) + ms
    return { siteMs, monotonicMs: ms, utcMs: siteMs + aheadMs, aheadMs }
  }
  const failing = () => (dice.chance(0.01) ? [{ part: 'the record', why: 'the disk is full' }] : [])
  const feed = async (input: SiteInput): Promise<void> => {
    takes.push(await taker.take({ at: at(), input }))
    for (const [errandId, errand] of taker.errands())
      answers.push({ atMs: ms + Math.round(dice.between(5, 150)), errandId, errand })
  }
  let saveAtS = dice.between(0, saveEvery)
  const save = (nowS: number): void => {
    if (nowS < saveAtS) return
    const saved = taker.fold.save()
    if (saved === null) {
      unsaved += 1
      return
    }
    saves.set(takes.length, JSON.stringify(saved))
    if (nowS < Infinity) saveAtS = nowS + dice.between(0.5, 1.5) * saveEvery
  }

  await feed({ kind: 'restored', findings: [earlier(at().utcMs)] })
  for (let tick = 0; tick * stepMs < seconds * 1000; tick += 1) {
    ms += stepMs
    const nowS = ms / 1000
    for (const seen of field.step(stepMs / 1000, nowS, at().siteMs, taker.mayPoll))
      await feed({ kind: 'observation', observation: seen })
    for (const due of answers.filter(({ atMs }) => atMs <= ms)) {
      answers.splice(answers.indexOf(due), 1)
      await feed({ kind: 'answer', errandId: due.errandId, answer: field.answer(due.errand, at().siteMs) })
    }
    while ((taker.fold.nextDueMs() ?? Infinity) <= ms) await feed({ kind: 'due' })
    if (tick % 10 === 3) await feed({ kind: 'tick', failing: failing() })
    if (tick % 10 === 5 && dice.chance(0.2)) field.befall(nowS)
    if (tick % 10 === 7 && (tick === 27 || dice.chance(0.12))) {
      const intent: SiteIntent =
        tick === 27
          ? { method: 'control.arm', input: { intentId: uuid(899), who: 'Ann', reason: 'a test' } }
          : intents(dice, site, taker.fold.live(), made)
      made.push(intent)
      // What is only remembered until the next tick matters most just before a person acts.
      if (dice.chance(0.2)) save(Infinity)
      await feed({ kind: 'intent', intent, failing: [] })
    }
    if (dice.chance(0.0005)) aheadMs += dice.pick([-3_600_000, 1000, 3_600_000])
    if (dice.chance(0.0005)) ms += 20_000
    save(nowS)
  }
  return { site, takes, saves, unsaved }
}
