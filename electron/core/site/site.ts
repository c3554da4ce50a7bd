import type { Live } from '../../../shared/api/live-contract.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import { isSampled, type Observation } from '../../../shared/model/observation.ts'
import type { OverridePreview } from '../../../shared/model/override-preview.ts'
import type { OverrideScope } from '../../../shared/model/override.ts'
import type { DemandState } from '../../../shared/planning/demand-state.ts'
import type { WiringReports } from '../derive/wiring/wiring.ts'
import type { FailingPart } from '../detectors/failed-parts.ts'
import type { Backing } from '../may-ask.ts'
import { whenSound } from '../part-watch.ts'
import { samplesInUtc } from '../utc.ts'
import { carryOut } from './carry-out.ts'
import { createMachines } from './machines.ts'
import type { Saved } from './memory.ts'
import { createSiteImages } from './site-images.ts'
import type { SiteInput, Turn } from './site-input.ts'
import type { SiteOutputs, SiteSetup } from './site-setup.ts'

export type { SiteOutputs, SiteSetup } from './site-setup.ts'

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
  const machines = createMachines(setup, out)
  const { clock, memory, watch, errands, known, circuits, detectors, wiring, belief, shown, controller } = machines
  const failing = (): readonly FailingPart[] => [...shown.failingOutside(), ...watch.failing()]
  const arm = whenSound(controller.arm, () => [...failing(), ...detectors.failing()])
  const images = createSiteImages(setup, machines, failing, out)
  const carrying = { controller, arm, detectors, show: shown.finding, nowMs: clock.wall.nowMs }

  const observe = (observation: Observation): void => {
    known.note(observation)
    if (isSampled(observation)) out.sampled(observation)
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
    const aheadMs = clock.aheadMs()
    out.samples(meterId, samplesInUtc(samples, aheadMs), atMs + aheadMs)
    if (machines.showsOverload(meterId, samples)) images.overload()
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
        shown.noteFailing(input.failing)
        return carryOut(carrying, input.intent)
      case 'tick':
        shown.noteFailing(input.failing)
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
    live: () => shown.live(controller.state),
    previewOverride: (input) => controller.previewOverride(input, circuits.tripIn),
    wiring: wiring.reports,
    backing: controller.backing,
    save: () => (clock.isInTurn() || errands.open() > 0 || clock.nextDueMs() !== null ? null : memory.save()),
  }
}
