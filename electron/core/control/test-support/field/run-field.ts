import { perPhase, type Phase } from '../../../../../shared/model/phase.ts'
import type { ChargerReading, Image, MeterReading } from '../../../../../shared/model/image.ts'
import { goodSample, missingSample, waitingSample } from '../../../../../shared/model/sample.ts'
import type { ChargerProfile } from '../../../../../shared/profile/charger-profile.ts'
import { createBelief } from '../../../belief/belief.ts'
import type { EvidenceState } from '../../../derive/phase-evidence.ts'
import type { Clock } from '../../../ports.ts'
import { createDecider, type Outcome } from '../../decide.ts'
import { controlledChargers } from '../../controlled-charger.ts'
import { createEye } from './eyes.ts'
import type { Dice } from './random.ts'
import type { Field } from './random-field.ts'
import { createTellingSteps } from './telling-steps.ts'
import { conductors, createPhysics, createRises, isBelow, type Outlet, type Physics } from './wires.ts'
import { siteAbilities } from '../../../../../shared/charger/abilities-of.ts'

/** The worst that happened: how long a conductor was above its limit while a charger below was still told more than its fallback. */
export interface Excess {
  readonly board: string
  readonly phase: Phase
  readonly untilS: number
  readonly lastedS: number
  readonly amperes: number
}
export interface Run {
  readonly excess: Excess | null
  /** Mean current of all cars over the run, A: it would also be safe if nobody charged. */
  readonly drawnA: number
  /** Enough happened for a wrong ratio to be seen (telling-steps.ts); true of every other lie. */
  readonly isTold: boolean
}

const stepS = 0.2
const startMs = Date.UTC(2026, 10, 23, 10)
/** A meter's class and its noise: what is above by less nobody can see. */
const slackA = (limitA: number): number => 0.5 + 0.02 * limitA

/**
 * One field for `seconds` on a clock of its own: copper and cars every 200 ms, meters and chargers each at their own pace, belief and the
 * decider once a second as the cycle runs them, and limits that arrive a moment after they were decided.
 */
export const runField = (
  field: Field,
  profile: ChargerProfile,
  dice: Dice,
  seconds: number,
  each?: (nowS: number, decided: Outcome, physics: Physics, steps: EvidenceState, image: Image) => void,
): Run => {
  const { site, wires, meters, ownMeters, declared } = field
  const physics = createPhysics(wires, dice)
  const telling = createTellingSteps(field, physics)
  const ms = (): number => Math.round(physics.nowS() * 1000)
  const clock: Clock = {
    nowMs: () => startMs + ms(),
    monotonicMs: () => 5000 + ms(),
    after: () => {
      throw new Error('nothing here runs on timers')
    },
  }
  const chargers = controlledChargers(site, siteAbilities(site, new Map([[profile.id, profile]])))
  const decider = createDecider(site, chargers, clock)
  const belief = createBelief({
    site,
    meterProfiles: new Map(),
    clock,
    model: { said: () => null, wonder: () => undefined },
  })
  const eyes = [...meters].map(([id, { board, kind }]) => ({
    id,
    board,
    kind,
    eye: createEye(kind, dice),
    nextS: dice.next() * kind.periodS,
    reading: {
      samples: Object.fromEntries(conductors.map((phase) => [`i_${phase.toLowerCase()}`, waitingSample])),
    } as MeterReading,
  }))
  const posts = wires.outlets.map((outlet) => ({
    outlet,
    nextS: dice.next(),
    reading: silent(),
    told: [] as { atS: number; limitA: number }[],
    fallbackA: chargers.find((charger) => charger.id === outlet.id)?.fallbackA ?? 0,
  }))
  let cycleS = 1 + dice.next()
  let drawnSum = 0
  const since = new Map<string, number>()
  const rises = createRises(wires)
  let worst: Excess | null = null

  const readCharger = (outlet: Outlet): ChargerReading => {
    const nowMs = clock.nowMs()
    const terminals = physics.terminals(outlet)
    const own = ownMeters.get(outlet.id) ?? 'all'
    const phases = declared.get(outlet.id) ?? []
    const has = physics.hasCar(outlet)
    return {
      status: {
        value: has ? 'charging' : 'available',
        code: 'x',
        quality: 'good',
        atMs: nowMs,
      },
      samples: { limit: goodSample(physics.limit(outlet.id), nowMs) },
      siteCurrentA: perPhase((phase) => {
        const index = phases.indexOf(phase)
        if (index === -1 || (own === 'first-absent' && index > 0)) return missingSample('absent', nowMs)
        if (own === 'first-zero' && index > 0) return goodSample(0, nowMs)
        const amperes = terminals[index] ?? 0
        return goodSample(amperes === 0 ? 0 : amperes * dice.between(0.98, 1.02), nowMs)
      }),
    }
  }

  /** Whether control could do something about this conductor: a car on it is told more than its fallback. */
  const couldFall = (boardId: string, phase: Phase): boolean =>
    posts.some(
      ({ outlet, fallbackA }) =>
        isBelow(wires, outlet.board, boardId) &&
        physics.limit(outlet.id) > fallbackA + 0.01 &&
        physics.share(outlet, phase) > 0.5,
    )

  const watch = (nowS: number): void => {
    for (const { id, limitA } of wires.boards) {
      for (const phase of conductors) {
        const key = `${id} ${phase}`
        const amperes = physics.asTold(id)[phase]
        if (amperes <= limitA + slackA(limitA) || !couldFall(id, phase) || !telling.isTold(nowS)) {
          since.delete(key)
          continue
        }
        // Other load that rises again asks anew: what was in hand was measured for what flowed before.
        const fromS = Math.max(since.get(key) ?? nowS, rises.lastS(id, phase, nowS))
        since.set(key, fromS)
        if (worst === null || nowS - fromS > worst.lastedS)
          worst = {
            board: id,
            phase,
            untilS: nowS,
            lastedS: nowS - fromS,
            amperes,
          }
      }
    }
  }

  while (physics.nowS() < seconds) {
    physics.step(stepS)
    const nowS = physics.nowS()
    for (const item of eyes) {
      item.eye.feel(nowS, physics.current(item.board))
      if (nowS < item.nextS) continue
      item.nextS += item.kind.periodS
      const samples = item.eye.read(nowS, clock.nowMs())
      item.reading = {
        samples: {
          ...item.reading.samples,
          ...belief.observe(item.id, samples),
        },
      } as MeterReading
    }
    for (const post of posts) {
      for (const { atS, limitA } of post.told) if (atS <= nowS) physics.tell(post.outlet.id, limitA)
      post.told = post.told.filter(({ atS }) => atS > nowS)
      if (nowS >= post.nextS) {
        post.nextS += 1
        post.reading = readCharger(post.outlet)
      }
    }
    if (nowS >= cycleS) {
      cycleS += 1
      const readings = Object.fromEntries(posts.map(({ outlet, reading }) => [outlet.id, reading]))
      const image: Image = {
        seq: Math.round(nowS),
        atMs: clock.nowMs(),
        circuits: {},
        chargers: readings,
        meters: belief.step(Object.fromEntries(eyes.map(({ id, reading }) => [id, reading])), readings),
      }
      const decided = decider.decide(image, true, () => ({
        trouble: null,
        override: null,
        feeding: null,
        ownLimit: null,
        heldA: null,
      }))
      for (const post of posts)
        post.told.push({
          atS: nowS + dice.between(0.05, 0.4),
          limitA: decided.chargers[post.outlet.id]?.targetA ?? 0,
        })
      each?.(nowS, decided, physics, decider.steps(), image)
    }
    for (const { outlet } of posts) drawnSum += Math.max(0, ...physics.terminals(outlet)) * stepS
    telling.look(nowS)
    watch(nowS)
  }
  return { excess: worst, drawnA: drawnSum / seconds, isTold: telling.isTold(seconds) }
}

const silent = (): ChargerReading => ({
  status: { value: null, code: null, quality: 'waiting', atMs: null },
  samples: {},
  siteCurrentA: perPhase(() => waitingSample),
})
