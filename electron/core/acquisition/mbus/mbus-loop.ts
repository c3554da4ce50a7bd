import { lineProblemText } from '../../../../shared/said/line-problem.ts'
import type { Clock, Log, Stop } from '../../ports.ts'
import type { MbusLine } from '../../lines/mbus-line.ts'
import type { MbusMeter } from './mbus-meter.ts'

/** A loop with nothing to do looks at its line this often. */
const longestSleepMs = 250

/** Reads the meters of one M-Bus, each in its period, whoever is due longest first. Searches come between by the line's own order. */
export const createMbusLoop = (line: MbusLine, meters: readonly MbusMeter[], clock: Clock, log: Log) => {
  let isRunning = false
  let isDown = false
  let running: Promise<void> = Promise.resolve()
  let wake: (() => void) | null = null
  let stopListening: Stop = () => undefined

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const stop = clock.after(ms, () => {
        wake = null
        resolve()
      })
      wake = () => {
        stop()
        wake = null
        resolve()
      }
    })
  const down = (problem: string): void => {
    if (isDown) return
    isDown = true
    for (const meter of meters) meter.lineDown(problem)
  }

  const loop = async (): Promise<void> => {
    while (isRunning) {
      const { state, problem } = line.status()
      const next = meters.toSorted((left, right) => left.dueMs() - right.dueMs())[0]
      const waitMs = next === undefined ? longestSleepMs : next.dueMs() - clock.monotonicMs()
      if (state !== 'connected' || next === undefined || waitMs > 0) {
        if (state === 'disconnected' || state === 'closed')
          down(problem === null ? `line ${line.id} is not connected` : lineProblemText(problem))
        await sleep(Math.min(longestSleepMs, Math.max(1, state === 'connected' ? waitMs : longestSleepMs)))
        continue
      }
      try {
        await next.poll()
      } catch (error) {
        // A bug in one meter's decoding must not take the other meters of the line with it.
        log.error(`reading ${next.id} on line ${line.id} failed; please report this`, {
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        })
        next.start(clock.monotonicMs() + 60_000)
      }
    }
  }

  return {
    start(offsetMs: number): void {
      if (isRunning) return
      isRunning = true
      stopListening = line.onEvent((event) => {
        if (event.kind === 'disconnected') down(lineProblemText(event.problem))
        else if (event.kind === 'connected') {
          if (isDown) for (const meter of meters) meter.lineUp()
          isDown = false
          wake?.()
        } else if (event.kind === 'late-reply') {
          // 253 is whoever was selected: nobody can tell.
          for (const meter of meters)
            if (meter.target === event.unit && event.unit <= 250) meter.counter.noteLateReply()
        }
      })
      const startMs = clock.monotonicMs() + offsetMs
      for (const meter of meters) meter.start(startMs)
      running = loop()
    },
    /** Resolves when the exchange in flight is over; a reading of many telegrams is left where it is. */
    async stop(): Promise<void> {
      isRunning = false
      for (const meter of meters) meter.stop()
      stopListening()
      wake?.()
      await running
    },
    isDown: () => isDown,
  }
}
