import { everyKey, isDoubted, type Doubt, type DoubtKind } from '../../../shared/model/doubt.ts'
import type { ChargerReading, MeterReading } from '../../../shared/model/image.ts'
import { missingSample, type Sample } from '../../../shared/model/sample.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { ProbeReading } from '../../../shared/profile/probe.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import { chargersUnder, meteredAbove } from '../detectors/circuit-tree.ts'
import type { Clock } from '../ports.ts'
import { forgetful, type Memory as SiteMemory } from '../site/memory.ts'
import { stepBelow } from './below.ts'
import { doubtsOf, type Known } from './doubts.ts'
import { fedChargers, fedCircuit, type Fed } from './drawn-below.ts'
import { stepDirection } from './direction.ts'
import { hasMoved, judgeFrozen } from './frozen.ts'
import { emptyMemory, take } from './memory.ts'
import { meterFacts } from './meter-facts.ts'
import { stepOwnImage } from './own-image.ts'
import { stepProbe, untriedProbe } from './probe.ts'
import { settle, trusted } from './stand.ts'
import { own } from '../../../shared/own.ts'

type Samples = Readonly<Partial<Record<string, Sample>>>

export interface BeliefParts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly clock: Clock
  /** What the meter's model register says, in words once it was asked; `wonder` has it asked, now and then. */
  readonly model: { readonly said: (meterId: string) => string | null; readonly wonder: (meterId: string) => void }
  /** A judge threw. The meter is not believed until it is judged again; whoever tells of failing parts is told here. */
  readonly onFailure?: (error: unknown) => void
}

/**
 * Stands between acquisition and everything that uses a meter: what can't be right is taken away here, once, so that circuits,
 * detectors, control, record and screen see the same. A value not believed is `implausible` and has no number; why stands in the
 * meter's `doubts`. The judges are pure; this only keeps their state and tells them the time (monotonic).
 */
export interface Belief {
  /** One reply of a meter as it came; answers it as it is believed. */
  readonly observe: (meterId: string, samples: Samples, probe?: ProbeReading) => Samples
  /** All meters at one moment as they came, and the chargers; answers the meters as they are believed, with the doubts. */
  readonly step: (
    meters: Readonly<Record<string, MeterReading>>,
    chargers: Readonly<Record<string, ChargerReading>>,
  ) => Record<string, MeterReading>
}

// Once it stands still for long enough there is no doubt left; the meter must move three times to be believed again.
const frozenPatience = { bad: 1, badMs: 0, good: 3 }

/** Doubts that the wrong model or version would explain. */
const mayBeTheModel: readonly DoubtKind[] = ['probe', 'power-without-current', 'current-without-power', 'total-power']

const believed = (samples: Samples, doubts: readonly Doubt[]): Samples => {
  if (doubts.every(({ keys }) => keys.length === 0)) return samples
  const taken: Record<string, Sample> = {}
  for (const key of Object.keys(samples)) {
    const sample = own(samples, key)
    if (sample?.quality === 'good' && isDoubted(doubts, key)) taken[key] = missingSample('implausible', sample.atMs)
  }
  return { ...samples, ...taken }
}

export const createBelief = (
  { site, meterProfiles, clock, model, onFailure = () => undefined }: BeliefParts,
  siteMemory: SiteMemory = forgetful,
): Belief => {
  const feedsIn = (circuitId: string): boolean =>
    site.circuits.some(
      (circuit) => circuit.generation && [circuit.id, ...ancestors(site, circuit.id)].includes(circuitId),
    )
  const known = siteMemory.keep('belief', new Map<string, Known>())
  const watched = new Map(
    site.meters.map((meter) => {
      const circuit = site.circuits.find((each) => each.meter === meter.id)
      return [
        meter.id,
        {
          facts: meterFacts(site, meter, meterProfiles.get(meter.profile)),
          profile: meterProfiles.get(meter.profile),
          phases: circuit?.phases ?? [],
          ids: circuit === undefined ? [] : chargersUnder(site, circuit.id).map(({ id }) => id),
          feeders: site.circuits.filter(
            (each) => circuit !== undefined && meteredAbove(site, each) === circuit && each.meter !== undefined,
          ),
          feedsIn: circuit !== undefined && feedsIn(circuit.id),
          limitA: circuit === undefined ? Infinity : circuitLimitA(site, circuit),
        },
      ]
    }),
  )
  /** What a circuit feeds: metered circuits where their meters are believed, else the chargers below them, and the chargers between. */
  const fedBy = (
    ids: readonly string[],
    feeders: readonly SiteCircuit[],
    chargers: Readonly<Record<string, ChargerReading>>,
  ): readonly Fed[] => {
    const circuits = feeders.flatMap((circuit) => {
      const { memory, doubts } = known.get(circuit.meter ?? '') ?? unknown
      const below = chargersUnder(site, circuit.id).map(({ id }) => id)
      const fed =
        doubts.length > 0 ? null : fedCircuit(circuit, memory, site.grid.nominalVoltage, fedChargers(chargers, below))
      return fed === null ? [] : [{ fed, ids: below }]
    })
    const within = new Set(circuits.flatMap((each) => each.ids))
    return [
      ...circuits.map(({ fed }) => fed),
      ...fedChargers(
        chargers,
        ids.filter((id) => !within.has(id)),
      ),
    ]
  }

  const unknown: Known = {
    memory: emptyMemory,
    probe: untriedProbe,
    frozen: { stand: trusted, verdict: null },
    ownImage: new Map(),
    below: {},
    direction: {},
    doubts: [],
  }

  const commit = (meterId: string, next: Known): readonly Doubt[] => {
    const own = watched.get(meterId)
    const doubts =
      own === undefined
        ? []
        : doubtsOf(next, own.profile, meterProfiles, {
            nowMs: clock.nowMs(),
            monotonicMs: clock.monotonicMs(),
            identity: model.said(meterId),
          })
    known.set(meterId, { ...next, doubts })
    if (doubts.some(({ kind }) => mayBeTheModel.includes(kind))) model.wonder(meterId)
    return doubts
  }

  /** Since when a meter could not be judged, UTC ms, by where it failed: each is over once it went well there. */
  const unjudged = siteMemory.keep('belief-unjudged', new Map<string, number>())
  const notJudged = (meterId: string): Doubt | null => {
    const since = (['reply', 'image'] as const).flatMap((at) => unjudged.get(`${at} ${meterId}`) ?? [])
    if (since.length === 0) return null
    return { kind: 'not-judged', keys: [everyKey], phase: null, sinceMs: Math.min(...since), numbers: [], hint: null }
  }
  /** What a judge says; null where it threw: then nothing of the meter is believed. */
  const tried = <T>(at: 'reply' | 'image', meterId: string, judge: () => T): T | null => {
    const place = `${at} ${meterId}`
    try {
      const said = judge()
      unjudged.delete(place)
      return said
    } catch (error) {
      if (!unjudged.has(place)) unjudged.set(place, clock.nowMs())
      onFailure(error)
      return null
    }
  }
  const withUnjudged = (meterId: string, doubts: readonly Doubt[]): readonly Doubt[] => {
    const failed = notJudged(meterId)
    return failed === null ? doubts : [...doubts, failed]
  }

  type Watched = NonNullable<ReturnType<typeof watched.get>>
  const judgeReply = (
    own: Watched,
    meterId: string,
    samples: Samples,
    probe: ProbeReading | undefined,
  ): readonly Doubt[] => {
    const nowMs = clock.monotonicMs()
    const before = known.get(meterId) ?? unknown
    const memory = take(before.memory, samples, nowMs)
    const verdict = judgeFrozen(memory, own.facts, nowMs)
    const held = verdict ?? before.frozen.verdict
    const moved = held !== null && hasMoved(memory, held.keys)
    const stand = settle(before.frozen.stand, verdict !== null ? 'bad' : moved ? 'good' : 'none', nowMs, frozenPatience)
    return commit(meterId, {
      memory,
      probe: probe === undefined ? before.probe : stepProbe(before.probe, probe, nowMs),
      frozen: { stand, verdict: stand.doubted ? held : null },
      ownImage: stepOwnImage(before.ownImage, memory, new Set(Object.keys(samples)), own.facts, nowMs),
      below: before.below,
      direction: before.direction,
      doubts: before.doubts,
    })
  }

  const judgeImage = (
    own: Watched,
    id: string,
    chargers: Readonly<Record<string, ChargerReading>>,
  ): readonly Doubt[] => {
    const before = known.get(id) ?? unknown
    const { feedsIn, limitA, feeders } = own
    const fed = fedBy(own.ids, feeders, chargers)
    const input = { feedsIn, limitA, nominalVoltage: own.facts.nominalVoltage, nowMs: clock.monotonicMs() }
    const charging = { ...input, fed: fedChargers(chargers, own.ids) }
    const isAbove = own.ids.length > 0
    return commit(id, {
      ...before,
      below: isAbove ? stepBelow(before.below, own.phases, before.memory, own.facts, { ...input, fed }) : before.below,
      direction: isAbove ? stepDirection(before.direction, own.phases, before.memory, charging) : before.direction,
    })
  }

  return {
    observe: (meterId, samples, probe) => {
      const own = watched.get(meterId)
      if (own === undefined) return samples
      const doubts = tried('reply', meterId, () => judgeReply(own, meterId, samples, probe)) ?? []
      return believed(samples, withUnjudged(meterId, doubts))
    },
    step: (meters, chargers) =>
      Object.fromEntries(
        Object.entries(meters).map(([id, reading]) => {
          const own = watched.get(id)
          if (own === undefined) return [id, reading]
          const doubts = withUnjudged(id, tried('image', id, () => judgeImage(own, id, chargers)) ?? [])
          return doubts.length === 0
            ? [id, reading]
            : [id, { ...reading, samples: believed(reading.samples, doubts), doubts: [...doubts] } as MeterReading]
        }),
      ),
  }
}

const ancestors = (site: Site, circuitId: string): readonly string[] => {
  const parent = site.circuits.find(({ id }) => id === circuitId)?.parent
  return parent === undefined ? [] : [parent, ...ancestors(site, parent)]
}
