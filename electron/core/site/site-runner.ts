import type { Clock, Log, Stop } from '../ports.ts'
import type { SiteFold } from './site.ts'
import type { ErrandAnswer, Errand, Moment, SiteInput, SiteIntents, SiteMethod, Turn } from './site-input.ts'
import type { FailingPart } from '../detectors/failed-parts.ts'

/**
 * Promise chains inside the site are shorter than this many steps. An input that came while a chain was under way waits until it
 * has settled, so that the order of what happens does not depend on what else the computer does. Longer costs microseconds.
 */
const stepsUntilSettled = 100

export interface RunnerParts {
  readonly fold: SiteFold
  readonly clock: Clock
  readonly log: Log
  readonly moment: () => Moment
  /** Parts of the program outside the site that fail now. */
  readonly failing: () => readonly FailingPart[]
  /** Every turn before it is taken, for the record. */
  readonly onTurn: (turn: Turn) => void
  /** Between two turns, when nothing waits: the site may be saved here. */
  readonly onRest?: (moment: Moment) => void
}

export interface SiteRunner {
  readonly feed: (input: SiteInput) => void
  readonly intend: <M extends SiteMethod>(
    method: M,
    input: SiteIntents[M]['input'],
  ) => Promise<SiteIntents[M]['answer']>
  /** For the site's outputs: has an errand done, and feeds its answer. */
  readonly perform: (errandId: number, errand: Errand, act: (errand: Errand) => Promise<ErrandAnswer>) => void
  /** Takes nothing more; what is due is forgotten. */
  readonly stop: () => void
}

interface Waiting {
  readonly input: SiteInput
  readonly settle: ((answer: Promise<unknown>) => void) | null
}

/** Resolves when every promise chain of the site has come to its end. */
export const settled = async (): Promise<void> => {
  for (let step = 0; step < stepsUntilSettled; step += 1) await Promise.resolve()
}

/** Gives the site its inputs one at a time, each with its moment; wakes it when something is due. */
export const createSiteRunner = ({ fold, clock, log, moment, failing, onTurn, onRest }: RunnerParts): SiteRunner => {
  const queue: Waiting[] = []
  let isRunning = false
  let isStopped = false
  let stopTimer: Stop = () => undefined
  let timerMs: number | null = null

  const take = ({ input, settle }: Waiting): boolean => {
    const turn: Turn = { at: moment(), input }
    onTurn(turn)
    const { answer, isUnsettled } = fold.step(turn)
    if (answer !== null) settle?.(answer)
    return isUnsettled
  }

  const guarded = (waiting: Waiting): boolean => {
    try {
      return take(waiting)
    } catch (error) {
      log.error('a turn of the site failed', {
        input: waiting.input.kind,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      return true
    }
  }

  const run = async (): Promise<void> => {
    isRunning = true
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (guarded(next)) await settled()
      fold.rest()
      wake()
    }
    isRunning = false
    onRest?.(moment())
  }

  const put = (waiting: Waiting): void => {
    if (isStopped) return
    queue.push(waiting)
    if (!isRunning) void run()
  }
  const feed = (input: SiteInput): void => put({ input, settle: null })

  const wake = (): void => {
    const dueMs = isStopped ? null : fold.nextDueMs()
    if (dueMs === timerMs) return
    stopTimer()
    timerMs = dueMs
    stopTimer = () => undefined
    if (dueMs === null) return
    stopTimer = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => {
      timerMs = null
      feed({ kind: 'due' })
    })
  }

  return {
    feed,
    intend: <M extends SiteMethod>(method: M, input: SiteIntents[M]['input']) =>
      new Promise<SiteIntents[M]['answer']>((resolve, reject) => {
        // The site answers each method with its own type (SiteIntents).
        const intent = { method, input } as Extract<SiteInput, { kind: 'intent' }>['intent']
        put({
          input: { kind: 'intent', intent, failing: failing() },
          settle: (answer) => {
            answer.then((value) => resolve(value as SiteIntents[M]['answer']), reject)
          },
        })
      }),
    perform: (errandId, errand, act) => {
      act(errand).then(
        (answer) => feed({ kind: 'answer', errandId, answer }),
        (error: unknown) => log.error('an errand of the site failed', { errand: errand.kind, error: String(error) }),
      )
    },
    stop: () => {
      isStopped = true
      stopTimer()
    },
  }
}
