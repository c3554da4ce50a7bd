import { lineProblemText } from '../../../shared/said/line-problem.ts'
import type { Clock, Log, Stop } from '../ports.ts'
import type { ExchangeOptions, ExchangeOutcome, ModbusLine, ModbusRequest } from '../lines/modbus-line.ts'
import type { LineEvent } from '../lines/field-line.ts'
import { createBackgroundQueue, type Background } from './background-queue.ts'
import type { PolledDevice } from './polled-device.ts'

/** How long a loop with nothing to do sleeps at most: chargers that may be polled again are noticed within it. */
const longestSleepMs = 250

interface Pick {
  readonly device: PolledDevice
  readonly next: NonNullable<ReturnType<PolledDevice['next']>>
}

/** The due block with the earliest deadline; among equal deadlines whoever comes after the one served last. `wakeMs`: when one is due at the latest. */
const pickBlock = (devices: readonly PolledDevice[], served: number, nowMs: number) => {
  let best: Pick | null = null
  let wakeMs = Infinity
  for (let offset = 1; offset <= devices.length; offset += 1) {
    const device = devices[(served + offset) % devices.length]
    const next = device?.next() ?? null
    if (device === undefined || next === null) continue
    if (next.dueMs > nowMs) {
      wakeMs = Math.min(wakeMs, next.dueMs)
      continue
    }
    if (best === null || next.deadlineMs < best.next.deadlineMs) best = { device, next }
  }
  return { best, wakeMs }
}

/** A sleep that ends early when there is something to do. */
const createSleep = (clock: Clock) => {
  const sleepers = new Set<() => void>()
  return {
    sleep: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const rouse = (): void => {
          stop()
          sleepers.delete(rouse)
          resolve()
        }
        const stop = clock.after(ms, rouse)
        sleepers.add(rouse)
      }),
    wake: (): void => {
      for (const rouse of [...sleepers]) rouse()
    },
  }
}

/** Whether the line is there, for its devices: each change is told them once. */
const createPresence = (devices: readonly PolledDevice[]) => {
  let isDown = false
  return {
    isDown: () => isDown,
    down: (problem: string): void => {
      if (isDown) return
      isDown = true
      for (const device of devices) device.lineDown(problem)
    },
    up: (): void => {
      if (isDown) for (const device of devices) device.lineUp()
      isDown = false
    },
  }
}

/**
 * The one polling loop of one physical line: the due block with the earliest deadline goes next, whoever it belongs to. `ahead`:
 * how many polls may be under way at once; more than one only on Modbus TCP and where the site file asks for it (pipeline).
 */
export const createLineLoop = (
  line: ModbusLine,
  devices: readonly PolledDevice[],
  clock: Clock,
  log: Log,
  ahead = 1,
) => {
  let isRunning = false
  let running: Promise<void> = Promise.resolve()
  let stopListening: Stop = () => undefined
  let served = -1
  const { sleep, wake } = createSleep(clock)
  const presence = createPresence(devices)
  const waiting = createBackgroundQueue(clock)
  const flying = new Set<Promise<void>>()

  const giveUpBackground = (): void => {
    const fault = { kind: 'closed', code: null, message: `line ${line.id} is being closed` } as const
    for (const job of waiting.takeAll()) job.settle({ ok: false, atMs: clock.nowMs(), fault })
  }
  const ask = ({ request, options }: Background): Promise<ExchangeOutcome> =>
    line.transact(request, { ...options, priority: 'read' })

  const poll = async ({ device, next }: Pick): Promise<void> => {
    const silent = devices.filter((each) => each.isSilent()).length
    try {
      await device.poll(next.item, silent, devices.length === 1)
    } catch (error) {
      // A bug in one device's decoding must not take the other devices of the line with it.
      log.error(`polling ${device.id} on line ${line.id} failed; please report this`, {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      await sleep(longestSleepMs)
    }
  }
  const flyAhead = (best: Pick): void => {
    const tracked = poll(best).finally(() => {
      flying.delete(tracked)
      wake()
    })
    flying.add(tracked)
  }

  /** One thing the line does next. */
  const turn = async (): Promise<void> => {
    const { state, problem } = line.status()
    if (state === 'disconnected' || state === 'closed') {
      presence.down(problem === null ? `line ${line.id} is not connected` : lineProblemText(problem))
      // The line itself says at once that it is offline.
      for (const job of waiting.takeAll()) void ask(job).then(job.settle)
      return sleep(longestSleepMs)
    }
    if (flying.size >= ahead) return Promise.race(flying)
    const { best, wakeMs } = pickBlock(devices, served, clock.monotonicMs())
    const job = waiting.take(best !== null, wakeMs)
    if (job !== undefined) return job.settle(await ask(job))
    if (best === null) return sleep(Math.max(0, Math.min(wakeMs - clock.monotonicMs(), longestSleepMs)))
    served = devices.indexOf(best.device)
    if (ahead === 1) return poll(best)
    flyAhead(best)
  }
  const loop = async (): Promise<void> => {
    while (isRunning) await turn()
    await Promise.all(flying)
  }

  const hear = (event: LineEvent): void => {
    if (event.kind === 'disconnected') presence.down(lineProblemText(event.problem))
    else if (event.kind === 'connected') {
      presence.up()
      wake()
    } else if (event.kind === 'late-reply') {
      for (const device of devices) if (device.unit === event.unit) device.noteLateReply(event.afterMs)
    }
  }

  return {
    /** `offsetMs`: this line's place in the beat, so that many lines do not all speak in the same millisecond. */
    start(offsetMs: number): void {
      if (isRunning) return
      isRunning = true
      stopListening = line.onEvent(hear)
      const startMs = clock.monotonicMs() + offsetMs
      for (const device of devices) device.start(startMs)
      running = loop()
    },
    /** Resolves when the exchange in flight is over. */
    async stop(): Promise<void> {
      isRunning = false
      stopListening()
      wake()
      await running
      giveUpBackground()
    },
    /** Reads without disturbing the polling: in its gaps, or after a while between two of its reads. Never rejects. */
    background: (request: ModbusRequest, options: Omit<ExchangeOptions, 'priority'>): Promise<ExchangeOutcome> =>
      new Promise((settle) => {
        waiting.add({ request, options, settle })
        if (isRunning) wake()
        else giveUpBackground()
      }),
    isDown: presence.isDown,
  }
}

export type LineLoop = ReturnType<typeof createLineLoop>
