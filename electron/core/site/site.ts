import type { TellEvent } from '../../../shared/said/event.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { ControlState, Decision, Write } from '../../../shared/model/decision.ts'
import type { OverridePreview } from '../../../shared/model/override-preview.ts'
import type { OverrideScope } from '../../../shared/model/override.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Observation } from '../../../shared/model/observation.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import type { DemandState } from '../../../shared/planning/demand-state.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import { createBelief } from '../belief/belief.ts'
import { createModelWords } from '../belief/model-words.ts'
import { createController } from '../control/controller.ts'
import { createCircuits } from '../derive/circuits.ts'
import { createWiring, type WiringReports } from '../derive/wiring/wiring.ts'
import { createDetectors } from '../detectors/detectors.ts'
import type { FailingPart } from '../detectors/failed-parts.ts'
import type { FindingChange } from '../detectors/held-findings.ts'
import { createOverloadWatch } from '../overload-watch.ts'
import { createPartWatch, whenSound } from '../part-watch.ts'
import type { Backing } from '../may-ask.ts'
import type { ChargerLink, Log } from '../ports.ts'
import { imageInUtc, samplesInUtc } from '../utc.ts'
import { createErrands, errandLink } from './errands.ts'
import { createImages } from './images.ts'
import { createKnown, type KnownSetup } from './known.ts'
import { createMemory, type Saved } from './memory.ts'
import { countedIds } from './new-ids.ts'
import { createSiteClock } from './site-clock.ts'
import type { Errand, Moment, SiteInput, SiteIntent, SiteIntents, Turn } from './site-input.ts'

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
  /** The frozen picture of a tick, after what was found on it. */
  readonly image: (image: Image) => void
  readonly finding: (change: FindingChange) => void
  readonly decision: (decision: Decision) => void
  readonly write: (write: Write) => void
  readonly event: TellEvent
  /** To be done at once; its answer comes back as an input. */
  readonly errand: (errandId: number, errand: Errand) => void
}

export interface SiteStep {
  /** Of an intent: what it comes to. */
  readonly answer: Promise<unknown> | null
  /** Something waits on a promise: the next input may only come when all has settled. */
  readonly isUnsettled: boolean
}

export interface SiteFold {
  readonly step: (turn: Turn) => SiteStep
  /** The turn is over: all that it set going has settled. */
  readonly rest: () => void
  /** When a turn of kind `due` is wanted, monotonic ms; null: not. */
  readonly nextDueMs: () => number | null
  readonly controlState: () => ControlState
  readonly demandState: () => DemandState
  /** The newest image with what control and the detectors say of it; null before the first. */
  readonly live: () => Live | null
  /** What an override would come to now: a look that changes nothing. null before the first decision. */
  readonly previewOverride: (input: {
    readonly scope: OverrideScope
    readonly limitA: number
  }) => OverridePreview | null
  /** What the passive checks say of how every meter is connected. */
  readonly wiring: () => WiringReports
  /** What stands behind the limit a charger holds (core/may-ask.ts). */
  readonly backing: (chargerId: string) => Backing
  /**
   * All it remembers, as JSON carries it: a new site made with it goes on exactly as this one would. null while something is under
   * way that can't be saved (within a turn, an errand out, something due later).
   */
  readonly save: () => Saved | null
}

/**
 * The site: a fold over what was observed, wanted and due. It sees no clock, no line and no disk; the moment comes with each input, and
 * what it wants done outside leaves as an errand whose answer is an input again. So the same inputs, in the same order, give the same
 * findings, decisions and writes, and a recorded stretch can be played again (core/record/replay.ts).
 */
export const createSite = (setup: SiteSetup, out: SiteOutputs): SiteFold => {
  const { site, log } = setup
  const clock = createSiteClock(setup.world)
  const { aheadMs } = clock
  const memory = createMemory(setup.saved)
  const newId = countedIds(setup.session, memory)
  const watch = createPartWatch(clock.site, log, memory)
  const errands = createErrands(out.errand, memory)
  const abilities = new Map([...setup.links].map(([id, link]) => [id, link.abilities]))
  const known = createKnown({ ...setup, abilities }, memory)
  const circuits = createCircuits(site, memory, setup.meterProfiles)
  const detectors = createDetectors({ ...setup, abilities, newId, memory })
  const wiring = createWiring(site, setup.meterProfiles, memory)
  const limits = new Map(site.circuits.map((circuit) => [circuit.id, circuitLimitA(site, circuit)]))
  const showsOverload = createOverloadWatch(site, (circuitId) => limits.get(circuitId) ?? Infinity)
  const model = createModelWords(clock.site, (meterId) => errands.ask({ kind: 'ask-model', meterId }), memory)
  const judging = 'the judging of meters'
  const onFailure = (error: unknown): void => {
    watch.run(judging, () => {
      throw error
    })
  }
  const belief = createBelief({ ...setup, clock: clock.site, model, onFailure }, memory)
  const state = memory.keep('site', {
    failingOutside: [] as readonly FailingPart[],
    shown: null as Image | null,
    assessment: { findings: [], notAssessed: [] } as Pick<Live, 'findings' | 'notAssessed'>,
  })

  const controller = createController({
    site,
    clock: clock.wall,
    imageTime: { clock: clock.site, utcOf: (atMs) => atMs + aheadMs() },
    log,
    newId,
    links: new Map([...setup.links].map(([id, link]) => [id, errandLink(link, errands)])),
    readOnly: setup.readOnly,
    memory,
    record: {
      decision: out.decision,
      write: out.write,
      event: out.event,
      audit: async (row) => {
        const stored = await errands.ask({ kind: 'audit', row })
        if (!stored.ok) throw new Error(stored.why)
      },
    },
  })
  const failing = (): readonly FailingPart[] => [...state.failingOutside, ...watch.failing()]
  const arm = whenSound(controller.arm, () => [...failing(), ...detectors.failing()])

  const images = createImages({
    clock: clock.site,
    log,
    chargers: known.chargers,
    meters: (nowMs, chargers) => {
      const asRead = known.meters(nowMs)
      wiring.read(asRead)
      return belief.step(asRead, chargers)
    },
    circuits: circuits.step,
    decide: controller.step,
    observe: (image) => {
      const inUtc = imageInUtc(image, aheadMs())
      watch.run('the checks of the wiring', () => wiring.step(image))
      const { changes, active, cleared, notAssessed } = detectors.step(
        image,
        failing(),
        controller.facts(),
        inUtc.atMs,
        wiring.reports(),
      )
      state.shown = inUtc
      state.assessment = { findings: [...active, ...cleared], notAssessed: [...notAssessed] }
      for (const change of changes) out.finding(change)
      for (const finding of detectors.backFromShelf()) out.event('alarm-back', 'info', finding.subject, finding)
      out.image(inUtc)
    },
    failSafe: (why) => {
      out.event('cycle-failed', 'critical', { kind: 'site', id: site.id }, { why })
      controller.shutdown(why).catch((error: unknown) => {
        log.error('the fallback could not be brought to its end', { error: String(error) })
      })
    },
    memory,
  })

  const observe = (observation: Observation): void => {
    known.note(observation)
    if (observation.kind === 'sampled-voltage') {
      detectors.observeSampled(observation)
      // Its end can wait for the tick.
      if (observation.event.toMs === null) images.soon()
      return
    }
    if (observation.kind !== 'meter-samples') return
    const { meterId, atMs, probe } = observation
    const samples = belief.observe(meterId, observation.samples, probe)
    watch.run('the thermal images', () => {
      circuits.observe(meterId, samples)
    })
    detectors.observe(meterId, samples)
    out.samples(meterId, samplesInUtc(samples, aheadMs()), atMs + aheadMs())
    if (showsOverload(meterId, samples)) images.overload()
  }

  /** What is shown until the next image: the finding as it is now, null: not on the list any more. */
  const show = (findingId: string, finding: Finding | null): void => {
    state.assessment = {
      ...state.assessment,
      findings: state.assessment.findings.flatMap((held) =>
        held.id !== findingId ? [held] : finding === null ? [] : [finding],
      ),
    }
  }

  const acknowledge = ({ findingId, who, note }: { findingId: string; who: string; note: string }) => {
    const finding = detectors.acknowledge(findingId, who, note, clock.wall.nowMs())
    if (finding === null) return null
    show(findingId, finding.state === 'cleared' ? null : finding)
    return finding
  }

  const shelve = ({ findingId, forS, who, reason }: SiteIntents['alarms.shelve']['input']): Finding | null => {
    const atMs = clock.wall.nowMs()
    const shelved = forS === 0 ? null : { who, atMs, untilMs: atMs + forS * 1000, reason }
    const finding = detectors.shelve(findingId, shelved)
    if (finding !== null) show(findingId, finding)
    return finding
  }

  const carryOut = (intent: SiteIntent): Promise<unknown> => {
    switch (intent.method) {
      case 'control.arm':
        return arm(intent.input)
      case 'control.disarm':
        return controller.disarm(intent.input)
      case 'control.writeFallback':
        return controller.writeFallback(intent.input)
      case 'override.set':
        return controller.setOverride(intent.input)
      case 'override.renew':
        return controller.renewOverrides(intent.input)
      case 'override.cancel':
        return controller.cancelOverride(intent.input)
      case 'control.trial':
        return controller.trial(intent.input)
      case 'control.want':
        return Promise.resolve(controller.want(intent.input))
      case 'finding.acknowledge':
        return Promise.resolve(acknowledge(intent.input))
      case 'alarms.shelve':
        return Promise.resolve(shelve(intent.input))
      case 'alarms.setRules':
        detectors.setRules(intent.input.rules)
        return Promise.resolve()
      case 'trip.report':
        return Promise.resolve()
      case 'shutdown':
        return controller.shutdown(intent.input.reason)
    }
  }

  const take = (input: SiteInput): Promise<unknown> | null => {
    switch (input.kind) {
      case 'observation':
        observe(input.observation)
        return null
      case 'answer':
        errands.answer(input.errandId, input.answer)
        return null
      case 'intent':
        state.failingOutside = input.failing
        return carryOut(input.intent)
      case 'tick':
        state.failingOutside = input.failing
        images.make('cycle')
        return null
      case 'due':
        clock.runDue()
        return null
      case 'restored':
        detectors.restore(input.findings)
        return null
    }
  }

  memory.finish()

  return {
    step: ({ at, input }) => {
      clock.begin(at)
      const asked = errands.count()
      const answer = take(input)
      const isQuiet = input.kind === 'observation' || input.kind === 'tick' || input.kind === 'restored'
      return { answer, isUnsettled: !isQuiet || errands.count() !== asked }
    },
    rest: clock.end,
    nextDueMs: clock.nextDueMs,
    controlState: controller.state,
    demandState: controller.demand,
    live: () =>
      state.shown === null ? null : { image: state.shown, control: controller.state(), ...state.assessment },
    previewOverride: (input) => controller.previewOverride(input, circuits.tripIn),
    wiring: wiring.reports,
    backing: controller.backing,
    save: () => (clock.isInTurn() || errands.open() > 0 || clock.nextDueMs() !== null ? null : memory.save()),
  }
}
