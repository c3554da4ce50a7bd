import { lineProblemText } from '../../../shared/said/line-problem.ts'
import type { Clock, ExchangeOptions, ExchangeOutcome, Log, ModbusLine, ModbusRequest, Stop } from '../ports.ts'
import type { PolledDevice } from './polled-device.ts'

/** How long a loop with nothing to do sleeps at most: chargers that may be polled again are noticed within it. */
const longestSleepMs = 250

/**
 * Longest wait of background work for a gap in the polling. After it one request goes between two reads all the same, so that a
 * busy line can be searched at all; at this rate the others notice no more than one dead device.
 */
const patienceMs = 2000
/** What an exchange may take beyond its deadline: the quiet time after a fault (io/modbus/line-timing.ts), roughly. */
const settleMs = 100

/** A read that must not disturb the polling: a search, a look at registers. */
interface Background {
  readonly request: ModbusRequest
  readonly options: Omit<ExchangeOptions, 'priority'>
  readonly settle: (outcome: ExchangeOutcome) => void
  readonly sinceMs: number
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
  const sleepers = new Set<() => void>()
  const wake = (): void => {
    for (const rouse of [...sleepers]) rouse()
  }
  let isDown = false

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const rouse = (): void => {
        stop()
        sleepers.delete(rouse)
        resolve()
      }
      const stop = clock.after(ms, rouse)
      sleepers.add(rouse)
    })

  let served = -1
  const pick = () => {
    const nowMs = clock.monotonicMs()
    let best: { device: PolledDevice; next: NonNullable<ReturnType<PolledDevice['next']>> } | null = null
    let wakeMs = Infinity
    // Among equal deadlines whoever comes after the one served last.
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

  const waiting: Background[] = []
  /** When background work last ran although a read was due. */
  let pressedMs = -Infinity
  const takeBackground = (isPollDue: boolean, nextPollMs: number): Background | undefined => {
    const job = waiting[0]
    if (job === undefined) return undefined
    const nowMs = clock.monotonicMs()
    if (!isPollDue && nextPollMs - nowMs >= job.options.deadlineMs + settleMs) return waiting.shift()
    if (nowMs - Math.max(job.sinceMs, pressedMs) < patienceMs) return undefined
    pressedMs = nowMs
    return waiting.shift()
  }
  const giveUpBackground = (): void => {
    for (const job of waiting.splice(0)) {
      job.settle({
        ok: false,
        atMs: clock.nowMs(),
        fault: { kind: 'closed', code: null, message: `line ${line.id} is being closed` },
      })
    }
  }

  const down = (problem: string): void => {
    if (isDown) return
    isDown = true
    for (const device of devices) device.lineDown(problem)
  }

  const flying = new Set<Promise<void>>()
  const poll = async (device: PolledDevice, item: Parameters<PolledDevice['poll']>[0]): Promise<void> => {
    const silent = devices.filter((each) => each.isSilent()).length
    try {
      await device.poll(item, silent, devices.length === 1)
    } catch (error) {
      // A bug in one device's decoding must not take the other devices of the line with it.
      log.error(`polling ${device.id} on line ${line.id} failed; please report this`, {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      })
      await sleep(longestSleepMs)
    }
  }

  const loop = async (): Promise<void> => {
    while (isRunning) {
      const { state, problem } = line.status()
      if (state === 'disconnected' || state === 'closed') {
        down(problem === null ? `line ${line.id} is not connected` : lineProblemText(problem))
        // The line itself says at once that it is offline.
        for (const job of waiting.splice(0))
          void line.transact(job.request, { ...job.options, priority: 'read' }).then(job.settle)
        await sleep(longestSleepMs)
        continue
      }
      if (flying.size >= ahead) {
        await Promise.race(flying)
        continue
      }
      const { best, wakeMs } = pick()
      const job = takeBackground(best !== null, wakeMs)
      if (job !== undefined) {
        job.settle(await line.transact(job.request, { ...job.options, priority: 'read' }))
        continue
      }
      if (best === null) {
        await sleep(Math.max(0, Math.min(wakeMs - clock.monotonicMs(), longestSleepMs)))
        continue
      }
      served = devices.indexOf(best.device)
      const polled = poll(best.device, best.next.item)
      if (ahead === 1) {
        await polled
        continue
      }
      const tracked = polled.finally(() => {
        flying.delete(tracked)
        wake()
      })
      flying.add(tracked)
    }
    await Promise.all(flying)
  }

  let stopListening: Stop = () => undefined
  return {
    /** `offsetMs`: this line's place in the beat, so that many lines do not all speak in the same millisecond. */
    start(offsetMs: number): void {
      if (isRunning) return
      isRunning = true
      stopListening = line.onEvent((event) => {
        if (event.kind === 'disconnected') down(lineProblemText(event.problem))
        else if (event.kind === 'connected') {
          if (isDown) for (const device of devices) device.lineUp()
          isDown = false
          wake()
        } else if (event.kind === 'late-reply') {
          for (const device of devices) if (device.unit === event.unit) device.noteLateReply(event.afterMs)
        }
      })
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
    /** Reads without disturbing the polling: in its gaps, or after `patienceMs` between two of its reads. Never rejects. */
    background: (request: ModbusRequest, options: Omit<ExchangeOptions, 'priority'>): Promise<ExchangeOutcome> =>
      new Promise((settle) => {
        waiting.push({ request, options, settle, sinceMs: clock.monotonicMs() })
        if (isRunning) wake()
        else giveUpBackground()
      }),
    isDown: () => isDown,
  }
}

export type LineLoop = ReturnType<typeof createLineLoop>
