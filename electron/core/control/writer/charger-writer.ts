import type { ChargerProblem } from '../../../../shared/said/charger-events.ts'
import type { Write } from '../../../../shared/model/decision.ts'
import type { ChargerLink, ChargerOutcome } from '../../chargers/charger-link.ts'
import type { Clock, NewId, Stop } from '../../ports.ts'
import { forgetful, type Memory } from '../../site/memory.ts'
import { stepWriter } from './writer-step.ts'
import {
  newWriter,
  troubleOf,
  unconfirmedOf,
  type Offer,
  type Trouble,
  type WriterEffect,
  type WriterEvent,
  type WriterState,
} from './writer-state.ts'

export interface ChargerWriter {
  /**
   * The limit of a fresh and valid decision: written when it is news, when the watchdog needs it, or when the last try failed.
   * `isQuiet`: the watchdog is to fire, so whatever feeds one of its kind is left out.
   */
  readonly offer: (offer: Offer, isQuiet?: boolean) => void
  /** What the charger was read to hold (regular polling): a limit lost by a restart or another master is written again. */
  readonly observe: (limitA: number, atMs: number) => void
  /** The last word before control ends, tried again until `untilMs` (monotonic); resolves when it is settled. Offers are ignored until `reopen`. */
  readonly farewell: (offer: Offer, untilMs: number) => Promise<void>
  readonly reopen: () => void
  readonly latest: () => Write | null
  readonly trouble: () => Trouble | null
  /** The charger acknowledged the last write, whatever it then did with it. */
  readonly isAcknowledged: () => boolean
  /** Of a charger that cannot be read back: the higher limit it may still hold, until it has had its time to take the lower one, A. */
  readonly unconfirmedA: () => number | null
  /** Everything it remembers, as plain data. */
  readonly state: () => WriterState
}

export interface WriterParts {
  readonly link: ChargerLink
  readonly clock: Clock
  readonly newId: NewId
  /** Every state a write goes through. */
  readonly onWrite: (write: Write) => void
  readonly onProblem: (problem: ChargerProblem) => void
  /** It holds less than was written although its time to take it is over: a limit of its own, A. */
  readonly onHoldsLess?: (heldA: number, wantedA: number) => void
  /** Trouble began or ended without a write. */
  readonly onTrouble: () => void
  readonly memory?: Memory
}

/** A link that throws is a bug, but must not stop the other chargers: it becomes an outcome. */
const guarded = async <T>(clock: Clock, attempt: () => Promise<ChargerOutcome<T>>): Promise<ChargerOutcome<T>> => {
  try {
    return await attempt()
  } catch (error) {
    return { ok: false, why: `the charger link failed: ${String(error)}`, atMs: clock.nowMs() }
  }
}

/**
 * One charger's limit on its way, at most one write in flight, the newest waiting behind it: pending, written, then verified by
 * read back within the settle time, or failed with a reason, or superseded. No timer ever writes but the retry of a farewell: without
 * offers from decisions nothing is sent, so the charger's own watchdog fires when decisions stop. What is done when is writer-step.ts;
 * here are only the link, the clock and the promise of a farewell.
 */
export const createChargerWriter = (parts: WriterParts): ChargerWriter => {
  const { link, clock, newId } = parts
  const kept = (parts.memory ?? forgetful).keep('writer', {
    state: newWriter(link.chargerId),
    /** For the next write; taken when it is first needed, so that a writer that goes on takes none. */
    freeId: null as string | null,
  })
  // Not kept: while a read back or a farewell is due, nothing is saved.
  let stopReadBack: Stop = () => undefined
  const farewellsOver: (() => void)[] = []

  const take = (event: WriterEvent): void => {
    const freeId = (kept.freeId ??= newId())
    const moment = { nowMs: clock.monotonicMs(), atMs: clock.nowMs(), freeId }
    const step = stepWriter(kept.state, link.abilities, event, moment)
    kept.state = step.state
    if (step.state.latest?.id === freeId) kept.freeId = null
    if (step.state.stage !== 'settling') stopReadBack()
    for (const effect of step.effects) run(effect)
    if (kept.state.farewell !== null) return
    for (const over of farewellsOver.splice(0)) over()
  }

  const run = (effect: WriterEffect): void => {
    switch (effect.kind) {
      case 'write': {
        const { id, limitA } = effect.write
        void guarded(clock, () => link.writeLimit(limitA)).then((outcome) => {
          take({ kind: 'sent', writeId: id, outcome })
        })
        break
      }
      case 'read-back': {
        const { writeId } = effect
        void guarded(clock, () => link.readBackLimit()).then((outcome) => {
          take({ kind: 'read-back', writeId, outcome })
        })
        break
      }
      case 'read-back-later': {
        const { writeId } = effect
        stopReadBack = clock.after(effect.afterMs, () => take({ kind: 'read-back-due', writeId }))
        break
      }
      case 'feed':
        void guarded(clock, () => link.feedWatchdog()).then((outcome) => {
          take({ kind: 'fed', outcome })
        })
        break
      case 'farewell-later': {
        const { session } = effect
        clock.after(effect.afterMs, () => take({ kind: 'farewell-due', session }))
        break
      }
      case 'tell':
        parts.onWrite(effect.write)
        break
      case 'problem':
        parts.onProblem(effect.problem)
        break
      case 'trouble-news':
        parts.onTrouble()
        break
      case 'holds-less':
        parts.onHoldsLess?.(effect.heldA, effect.wantedA)
        break
    }
  }

  return {
    offer: (offer, isQuiet = false) => take({ kind: 'offer', offer, isQuiet }),
    observe: (limitA, atMs) => take({ kind: 'observed', limitA, atMs }),
    farewell: (offer, untilMs) =>
      new Promise<void>((resolve) => {
        farewellsOver.push(resolve)
        take({ kind: 'farewell', offer, untilMs })
      }),
    reopen: () => take({ kind: 'reopen' }),
    latest: () => kept.state.latest,
    trouble: () => troubleOf(kept.state),
    isAcknowledged: () => kept.state.isAcknowledged,
    unconfirmedA: () => unconfirmedOf(kept.state, clock.monotonicMs()),
    state: () => kept.state,
  }
}
