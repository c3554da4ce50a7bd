import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { ChangedRules } from '../../../shared/alarms/alarm-rules.ts'
import type { Finding, NotAssessed } from '../../../shared/model/finding.ts'
import type { Image, MeterReading } from '../../../shared/model/image.ts'
import type { SampledVoltageObservation } from '../../../shared/model/observation.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { ChargerAbilities } from '../../../shared/charger/abilities.ts'
import type { Site } from '../../../shared/site/site.ts'
import { nothingDecided, type ControlFacts } from '../control-facts.ts'
import { evidenceSetup } from '../derive/evidence-input.ts'
import type { NewId } from '../ports.ts'
import { forgetful, type Memory } from '../site/memory.ts'
import { createAlarmRules } from './alarm-rules.ts'
import { breakerOpen } from './breaker-open.ts'
import { chargerDisobeys, chargerOwnLimit } from './charger-control.ts'
import { chargerFault } from './charger-fault.ts'
import { chargerPhaseLoss } from './charger-phase-loss.ts'
import { currentImbalance } from './current-imbalance.ts'
import { neutralCurrent } from './neutral-current.ts'
import {
  startable,
  type Outcome,
  type RunningDetector,
  type Setup,
  type DetectorInput,
  type StartDetector,
} from './detector.ts'
import { dimmingFile } from './dimming-file.ts'
import { failedParts, partDetector, reasonOf, type FailingPart } from './failed-parts.ts'
import { createHeldFindings, type FindingChange, type HeldFindings } from './held-findings.ts'
import { meterAlarms, meterClock } from './meter-told.ts'
import { notBelieved } from './not-believed.ts'
import { overcurrent } from './overcurrent.ts'
import { ownFallback } from './own-fallback.ts'
import { phaseLoss } from './phase-loss.ts'
import { phaseMap } from './phase-map.ts'
import { powerSpike } from './power-spike.ts'
import { sampledVoltage } from './sampled-voltage.ts'
import { staleMeter } from './stale-meter.ts'
import { thermalMargin } from './thermal-margin.ts'
import { noReports, type WiringReports } from '../derive/wiring/wiring.ts'
import { tripUnit } from './trip-unit.ts'
import { undeclaredPhase } from './undeclared-phase.ts'
import { own } from '../../../shared/own.ts'
import { wiringDetector } from './wiring.ts'
import { overvoltage, undervoltage } from './voltage-excursion.ts'

/** Every detector, in the order its findings are told. To add one: its file, its test, one line here. */
const detectors: readonly StartDetector[] = [
  startable(notBelieved),
  startable(staleMeter),
  startable(phaseMap),
  startable(phaseLoss),
  startable(chargerPhaseLoss),
  startable(chargerFault),
  startable(chargerDisobeys),
  startable(chargerOwnLimit),
  startable(ownFallback),
  startable(dimmingFile),
  startable(undervoltage),
  startable(overvoltage),
  startable(sampledVoltage),
  startable(breakerOpen),
  startable(overcurrent),
  startable(undeclaredPhase),
  startable(thermalMargin),
  startable(tripUnit),
  startable(powerSpike),
  startable(currentImbalance),
  startable(neutralCurrent),
  startable(wiringDetector),
  startable(meterAlarms),
  startable(meterClock),
]

export interface Assessment {
  readonly changes: readonly FindingChange[]
  readonly active: readonly Finding[]
  /** Those that cleared and nobody has acknowledged, newest first. */
  readonly cleared: readonly Finding[]
  readonly notAssessed: readonly NotAssessed[]
}

export interface Detectors {
  /** Optional: every reply of a meter as it arrives, so that extremes between two images are not lost. */
  readonly observe: (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>) => void
  /** What samples showed of a voltage, as it is told. */
  readonly observeSampled: (observation: SampledVoltageObservation) => void
  /** `failing`: parts of the program beside the detectors that fail, e.g. the record; each becomes a finding. */
  readonly step: (
    image: Image,
    failing?: readonly FailingPart[],
    control?: ControlFacts,
    /** Stamp of what is found now, UTC; the image's own time where left out. */
    utcMs?: number,
    wiring?: WiringReports,
  ) => Assessment
  /** Marks a finding as seen by a person; null when it is not on the list. An active one stays until its cause is gone. */
  readonly acknowledge: HeldFindings['acknowledge']
  /** Findings of an earlier run that cleared and nobody acknowledged. */
  readonly restore: HeldFindings['restore']
  readonly shelve: HeldFindings['shelve']
  /** Those whose time aside ended with the last image. */
  readonly backFromShelf: () => readonly Finding[]
  /** The rules as persons have changed them, from the next image on. */
  readonly setRules: (rules: ChangedRules) => void
  /** Detectors that threw on the last image. */
  readonly failing: () => readonly FailingPart[]
}

/** Replies kept between two images; beyond it the oldest go (a meter at 10 Hz gives 10 a second). */
const mostReplies = 200
/** A begin and an end each: a voltage that flutters this often within a second is told by its last. */
const mostSampled = 100

/** A detector that throws costs the others nothing, and is a critical finding itself. */
const runAll = (running: readonly RunningDetector[], input: DetectorInput) => {
  const outcomes: { readonly detector: string; readonly outcome: Outcome }[] = []
  const failing: FailingPart[] = []
  for (const detector of running) {
    try {
      outcomes.push(...detector.step(input).map((outcome) => ({ detector: detector.id, outcome })))
    } catch (error) {
      failing.push({ part: `the detector "${detector.id}"`, why: reasonOf(error) })
    }
  }
  return { outcomes, failing }
}

export const createDetectors = (options: {
  readonly site: Site
  readonly descriptions?: readonly MeterDescription[]
  readonly abilities?: ReadonlyMap<string, ChargerAbilities>
  readonly newId: NewId
  /** For tests: other detectors than those of the product. */
  readonly detectors?: readonly StartDetector[]
  readonly memory?: Memory
}): Detectors => {
  const memory = (options.memory ?? forgetful).within('detectors')
  const rules = createAlarmRules(options.site, memory)
  const setup: Setup = {
    get site() {
      return rules.site()
    },
    descriptions: new Map((options.descriptions ?? []).map((description) => [description.id, description])),
    abilities: options.abilities ?? new Map(),
    evidence: evidenceSetup(options.site),
  }
  const running = (options.detectors ?? detectors).map((start) => start(setup, memory))
  const held = createHeldFindings(options.newId, memory)
  const state = memory.keep('between-images', {
    replies: new Map<string, MeterReading['samples'][]>(),
    sampled: [] as SampledVoltageObservation[],
    failing: [] as readonly FailingPart[],
    back: [] as readonly Finding[],
  })

  const inputOf = (image: Image, control: ControlFacts, wiring: WiringReports): DetectorInput => {
    const seen = state.replies
    const { sampled } = state
    state.replies = new Map()
    state.sampled = []
    return {
      image,
      sampled,
      control,
      wiring,
      repliesOf: (meterId) => {
        const latest = own(image.meters, meterId)?.samples
        return [...(seen.get(meterId) ?? []), ...(latest === undefined ? [] : [latest])]
      },
    }
  }

  return {
    observe: (meterId, samples) => {
      const kept = state.replies.get(meterId) ?? []
      if (kept.length >= mostReplies) kept.shift()
      kept.push(samples as MeterReading['samples'])
      state.replies.set(meterId, kept)
    },
    observeSampled: (observation) => {
      if (state.sampled.length >= mostSampled) state.sampled.shift()
      state.sampled.push(observation)
    },
    step: (image, otherFailing = [], control = nothingDecided(), utcMs = image.atMs, wiring = noReports) => {
      const ran = runAll(running, inputOf(image, control, wiring))
      const told = [
        ...ran.outcomes,
        ...failedParts(options.site.id, [...otherFailing, ...ran.failing], held.activeKeys(partDetector)),
      ]
      state.failing = ran.failing
      state.back = held.endShelves(utcMs)
      const ruled = told.flatMap(({ detector, outcome }) => {
        const isTold = held.isActive(detector, outcome)
        return rules.apply(detector, outcome, isTold, utcMs).map((each) => ({ detector, outcome: each }))
      })
      const changes = ruled.flatMap(({ detector, outcome }) => held.judge(detector, outcome, utcMs) ?? [])
      const notAssessed = ruled.flatMap(({ detector, outcome: { subject, verdict } }): readonly NotAssessed[] =>
        verdict.kind === 'unknown' ? [{ detector, subject, why: verdict.why }] : [],
      )
      return { changes, active: held.active(), cleared: held.cleared(), notAssessed }
    },
    acknowledge: held.acknowledge,
    restore: held.restore,
    shelve: held.shelve,
    backFromShelf: () => state.back,
    setRules: (changed) => {
      for (const detector of rules.set(changed)) held.forgetSeverity(detector)
    },
    failing: () => state.failing,
  }
}
