import { type Doubt, type DoubtKind } from '../../../shared/model/doubt.ts'
import type { ChargerReading } from '../../../shared/model/image.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { chargersUnder } from '../detectors/circuit-tree.ts'
import type { Clock } from '../ports.ts'
import type { Memory } from '../site/memory.ts'
import { doubtsOf, type Known } from './doubts.ts'
import { fedChargers, fedCircuit, type Fed } from './drawn-below.ts'
import { emptyMemory } from './memory.ts'
import { untriedProbe } from './probe.ts'
import { trusted } from './stand.ts'
import type { Watched } from './watched.ts'

const unknown: Known = {
  memory: emptyMemory,
  probe: untriedProbe,
  frozen: { stand: trusted, verdict: null },
  ownImage: new Map(),
  below: {},
  direction: {},
  doubts: [],
}

/** Doubts that the wrong model or version would explain. */
const mayBeTheModel: readonly DoubtKind[] = ['probe', 'power-without-current', 'current-without-power', 'total-power']

export interface KnownMetersParts {
  readonly site: Site
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  /** What the meter's model register says, in words once it was asked; `wonder` has it asked, now and then. */
  readonly model: { readonly said: (meterId: string) => string | null; readonly wonder: (meterId: string) => void }
}

/** What the judges remember of every meter, and what is doubted of it by that. */
export const createKnownMeters = ({ site, meterProfiles, clock, model }: KnownMetersParts, memory: Memory) => {
  const known = memory.keep('belief', new Map<string, Known>())
  const of = (meterId: string): Known => known.get(meterId) ?? unknown

  /** A metered circuit, where its meter is believed. */
  const fedOf = (circuit: SiteCircuit, chargers: Readonly<Record<string, ChargerReading>>) => {
    const { memory: read, doubts } = of(circuit.meter ?? '')
    if (doubts.length > 0) return []
    const ids = chargersUnder(site, circuit.id).map(({ id }) => id)
    const fed = fedCircuit(circuit, read, site.grid.nominalVoltage, fedChargers(chargers, ids))
    return fed === null ? [] : [{ fed, ids }]
  }
  return {
    of,
    /** What a circuit feeds: metered circuits where their meters are believed, else the chargers below them, and the chargers between. */
    fedBy: ({ ids, feeders }: Watched, chargers: Readonly<Record<string, ChargerReading>>): readonly Fed[] => {
      const circuits = feeders.flatMap((circuit) => fedOf(circuit, chargers))
      const within = new Set(circuits.flatMap((each) => each.ids))
      const between = ids.filter((id) => !within.has(id))
      return [...circuits.map(({ fed }) => fed), ...fedChargers(chargers, between)]
    },
    commit: (meterId: string, { profile }: Watched, next: Known): readonly Doubt[] => {
      const times = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
      const doubts = doubtsOf(next, profile, meterProfiles, { ...times, identity: model.said(meterId) })
      known.set(meterId, { ...next, doubts })
      if (doubts.some(({ kind }) => mayBeTheModel.includes(kind))) model.wonder(meterId)
      return doubts
    },
  }
}
