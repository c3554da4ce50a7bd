import { isDoubted, type Doubt } from '../../../shared/model/doubt.ts'
import type { ChargerReading, MeterReading } from '../../../shared/model/image.ts'
import { missingSample, type Sample } from '../../../shared/model/sample.ts'
import { own } from '../../../shared/own.ts'
import type { ProbeReading } from '../../../shared/profile/probe.ts'
import { forgetful, type Memory } from '../site/memory.ts'
import { stepBelow } from './below.ts'
import { stepDirection } from './direction.ts'
import type { Known } from './doubts.ts'
import { fedChargers } from './drawn-below.ts'
import { hasMoved, judgeFrozen } from './frozen.ts'
import { createKnownMeters, type KnownMetersParts } from './known-meters.ts'
import { take } from './memory.ts'
import { stepOwnImage } from './own-image.ts'
import { stepProbe } from './probe.ts'
import { settle } from './stand.ts'
import { createUnjudged } from './unjudged.ts'
import { watchedMeters, type Watched } from './watched.ts'

type Samples = Readonly<Partial<Record<string, Sample>>>

export interface BeliefParts extends KnownMetersParts {
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

const believed = (samples: Samples, doubts: readonly Doubt[]): Samples => {
  if (doubts.every(({ keys }) => keys.length === 0)) return samples
  const taken: Record<string, Sample> = {}
  for (const key of Object.keys(samples)) {
    const sample = own(samples, key)
    if (sample?.quality === 'good' && isDoubted(doubts, key)) taken[key] = missingSample('implausible', sample.atMs)
  }
  return { ...samples, ...taken }
}

/** Whether the meter stands still: with the reply just taken into `memory`. */
const stepFrozen = ({ frozen }: Known, memory: Known['memory'], { facts }: Watched, nowMs: number): Known['frozen'] => {
  const verdict = judgeFrozen(memory, facts, nowMs)
  const held = verdict ?? frozen.verdict
  const isMoving = held !== null && hasMoved(memory, held.keys)
  const sign = verdict !== null ? 'bad' : isMoving ? 'good' : 'none'
  const stand = settle(frozen.stand, sign, nowMs, frozenPatience)
  return { stand, verdict: stand.doubted ? held : null }
}

/** One reply: what it says by itself. */
const judgeReply = (
  before: Known,
  watched: Watched,
  samples: Samples,
  probe: ProbeReading | undefined,
  nowMs: number,
): Known => {
  const memory = take(before.memory, samples, nowMs)
  return {
    ...before,
    memory,
    probe: probe === undefined ? before.probe : stepProbe(before.probe, probe, nowMs),
    frozen: stepFrozen(before, memory, watched, nowMs),
    ownImage: stepOwnImage(before.ownImage, memory, new Set(Object.keys(samples)), watched.facts, nowMs),
  }
}

export const createBelief = (parts: BeliefParts, memory: Memory = forgetful): Belief => {
  const { site, meterProfiles, clock, onFailure = () => undefined } = parts
  const watched = watchedMeters(site, meterProfiles)
  const meters = createKnownMeters(parts, memory)
  const tried = createUnjudged(clock, memory, onFailure)

  /** One moment: what it says beside the chargers and the meters below. */
  const judgeImage = (meterId: string, its: Watched, chargers: Readonly<Record<string, ChargerReading>>): Known => {
    const before = meters.of(meterId)
    const { facts, phases, ids, feedsIn, limitA } = its
    if (ids.length === 0) return before
    const fed = meters.fedBy(its, chargers)
    const input = { feedsIn, limitA, nominalVoltage: facts.nominalVoltage, nowMs: clock.monotonicMs() }
    const charging = { ...input, fed: fedChargers(chargers, ids) }
    return {
      ...before,
      below: stepBelow(before.below, phases, before.memory, facts, { ...input, fed }),
      direction: stepDirection(before.direction, phases, before.memory, charging),
    }
  }
  const believedReading = (id: string, reading: MeterReading, chargers: Readonly<Record<string, ChargerReading>>) => {
    const its = watched.get(id)
    if (its === undefined) return reading
    const doubts = tried('image', id, () => meters.commit(id, its, judgeImage(id, its, chargers)))
    if (doubts.length === 0) return reading
    return { ...reading, samples: believed(reading.samples, doubts), doubts: [...doubts] } as MeterReading
  }

  return {
    observe: (meterId, samples, probe) => {
      const its = watched.get(meterId)
      if (its === undefined) return samples
      const judge = () => judgeReply(meters.of(meterId), its, samples, probe, clock.monotonicMs())
      return believed(
        samples,
        tried('reply', meterId, () => meters.commit(meterId, its, judge())),
      )
    },
    step: (readings, chargers) =>
      Object.fromEntries(Object.entries(readings).map(([id, reading]) => [id, believedReading(id, reading, chargers)])),
  }
}
