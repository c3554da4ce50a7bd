import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { Decision, Write } from '../../../shared/model/decision.ts'
import type { SampledObservation } from '../../../shared/model/observation.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { TellEvent } from '../../../shared/said/event.ts'
import type { FindingChange } from '../detectors/held-findings.ts'
import type { ChargerLink } from '../chargers/charger-link.ts'
import type { Log } from '../ports.ts'
import type { KnownSetup } from './known.ts'
import type { Saved } from './memory.ts'
import type { Errand, Moment } from './site-input.ts'

export interface SiteSetup extends Omit<KnownSetup, 'abilities'> {
  readonly descriptions: readonly MeterDescription[]
  /** A random UUID of this run: the ids of findings, decisions and writes follow from it. */
  readonly session: string
  /** Says what each charger can do; the site itself never calls it (see errands.ts). */
  readonly links: ReadonlyMap<string, ChargerLink>
  /** Control may not be armed here, and why. */
  readonly readOnly: { readonly why: string } | null
  readonly log: Log
  /** The time between turns. */
  readonly world: () => Moment
  /** What an earlier site of this setup saved, to go on from there; both must be of one version of the program. */
  readonly saved?: Saved
}

/** All that ever leaves the site. Times in it are the calendar's. */
export interface SiteOutputs {
  /** A reply of a meter as it is believed. */
  readonly samples: (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>, utcMs: number) => void
  /** What samples of voltages and currents show, as it came: it is in no image. */
  readonly sampled: (observation: SampledObservation) => void
  /** The frozen picture of a tick, after what was found on it. */
  readonly image: (image: Image) => void
  readonly finding: (change: FindingChange) => void
  readonly decision: (decision: Decision) => void
  readonly write: (write: Write) => void
  readonly event: TellEvent
  /** To be done at once; its answer comes back as an input. */
  readonly errand: (errandId: number, errand: Errand) => void
}
