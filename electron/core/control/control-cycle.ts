import { decisionNoteText } from '../../../shared/said/decision-note.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import { own } from '../../../shared/own.ts'
import type { Known } from './decide.ts'
import { newestImageMs } from './timing.ts'
import type { ControllerParts, Works } from './works.ts'

/** What the cycle asks of arming. */
export interface Armed {
  readonly isArmed: () => boolean
  readonly isClosed: () => boolean
}

/** One image after the other: decide, write where control is armed, tell what is new. */
export const createCycle = (
  { site, clock, newId, record, links }: ControllerParts,
  works: Works,
  { isArmed, isClosed }: Armed,
) => {
  const { chargers, byId, imageTime, memory, auditLater, telling } = works
  const { trials, phaseSwitching, decider, overrides, feeding, ownLimits, writers } = works
  const kept = memory.keep('controller', {
    decision: null as Decision | null,
    decidedAtMs: -Infinity,
    latestImage: null as Image | null,
    /** When it was first decided on (monotonic). */
    imageSeenMs: -Infinity,
    seq: 0,
  })

  const knownFor = (image: Image): ((id: string) => Known) => {
    const caps = overrides.caps()
    const armed = isArmed()
    return (id) => ({
      trouble: armed ? writers.trouble(id) : null,
      override: caps.get(id) ?? null,
      feeding: armed ? (trials.why(id) ?? feeding.why(id)) : null,
      ownLimit: armed ? ownLimits.capOf(id, byId.get(id)?.minimumA ?? 0) : null,
      heldA: armed ? writers.held(id, own(image.chargers, id)?.samples['limit']?.value ?? null) : null,
    })
  }

  const write = (next: Decision, image: Image): void => {
    for (const charger of chargers) {
      const limit = own(image.chargers, charger.id)?.samples['limit']
      if (limit?.value == null || limit.atMs === null || trials.isWithheld(charger.id)) continue
      writers.observe(charger.id, limit.value, limit.atMs)
      ownLimits.holds(charger.id, limit.value)
    }
    for (const [id, charger] of Object.entries(next.chargers)) {
      const reason = charger.state === 'override' || charger.state === 'fallback' ? charger.state : 'decision'
      const binding = charger.boundBy[0]?.kind
      const mayWait = binding === 'override' || binding === 'step'
      writers.offer(
        id,
        { limitA: charger.targetA, reason, decisionId: next.id, mayWait },
        feeding.isQuiet(id) || trials.isWithheld(id),
      )
    }
    overrides.decided(next, writers.of)
    for (const { id } of chargers) overrides.follow(writers.of(id))
  }

  /** Told once; what comes of it is what the charger says of itself. A link that throws is one that refused. */
  const switchPhases = (): void => {
    for (const { id, to } of phaseSwitching.orders()) {
      auditLater('tripscope', 'switch-phases', id, { to })
      const told = links.get(id)?.switchPhases?.(to) ?? Promise.reject(new Error('there is no way to switch it'))
      told.then(
        (outcome) => phaseSwitching.answered(id, outcome.ok ? null : outcome.why),
        (error: unknown) => phaseSwitching.answered(id, String(error)),
      )
    }
  }

  const tell = (next: Decision, notes: Parameters<typeof telling.fallback>[1]): void => {
    record.decision(next)
    telling.fallback(next, notes)
    telling.dimming(decider.outer.wants.dimming(), (action, detail) => auditLater('tripscope', action, site.id, detail))
    telling.unwired(decider.unwired())
  }

  const step = (image: Image, trigger: Decision['trigger']): Decision => {
    if (image !== kept.latestImage) kept.imageSeenMs = clock.monotonicMs()
    kept.latestImage = image
    overrides.expire(image)
    const outcome = decider.decide(image, isArmed(), knownFor(image), overrides.circuitCaps())
    kept.seq += 1
    const next: Decision = {
      id: newId(),
      seq: kept.seq,
      atMs: clock.nowMs(),
      trigger,
      mode: isArmed() ? 'armed' : 'monitoring',
      imageAtMs: imageTime.utcOf(image.atMs),
      ...outcome,
      notes: outcome.notes.map(decisionNoteText),
    }
    kept.decision = next
    kept.decidedAtMs = clock.monotonicMs()
    if (isArmed() && !isClosed()) {
      trials.step(image, decider.standings())
      feeding.step(image, decider.standings())
      ownLimits.step(decider.standings().map(({ view }) => view))
      write(next, image)
      switchPhases()
    }
    tell(next, outcome.notes)
    return next
  }

  /** A person's act is decided on at once when the last image is still fresh; else with the next cycle. */
  const stepNow = (trigger: Decision['trigger']): void => {
    const { latestImage, imageSeenMs } = kept
    if (latestImage !== null && clock.monotonicMs() - imageSeenMs <= newestImageMs) step(latestImage, trigger)
  }

  return {
    step,
    stepNow,
    decision: (): Decision | null => kept.decision,
    image: (): Image | null => kept.latestImage,
    decidedAgoMs: (): number => clock.monotonicMs() - kept.decidedAtMs,
  }
}
export type Cycle = ReturnType<typeof createCycle>
