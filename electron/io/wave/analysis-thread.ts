import { Worker } from 'node:worker_threads'
import {
  bytesOf,
  type AnalysisSettings,
  type FromAnalysis,
  type QuestionName,
  type Questions,
  type ToAnalysis,
} from '../../analysis/messages.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { WaveAnalysisHealth, WaveAnswer, WaveNotice } from '../../core/waves/wave-ports.ts'
import type { WaveBlock } from '../../../shared/wave/wave-block.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'

export interface AnalysisThreadOptions {
  readonly settings: AnalysisSettings
  readonly workerUrl: URL | string
  readonly clock: Clock
  readonly log: Log
  readonly onObservations: (observations: readonly WaveObservation[]) => void
  /** Blocks of this source were done. */
  readonly onTaken: (source: string, bytes: number) => void
  readonly onNotice: (notice: WaveNotice) => void
}

/** A thread that died is started again after this, doubled each time; one that ran for a minute has earned the first wait again. */
const firstAgainMs = 250
const longestAgainMs = 30_000
const soundAfterMs = 60_000
/** Work that makes no progress for this long hangs: the thread is ended and started again. */
const hangsAfterMs = 20_000
const lookMs = 5_000
/** Samples live outside of this heap; what grows in it is a fault, and must end the thread rather than the program. */
const heapMb = 256

/** Questions under way, by number. */
const createAsked = () => {
  const asked = new Map<number, (answer: WaveAnswer<unknown>) => void>()
  let lastId = 0
  return {
    add: (take: (answer: WaveAnswer<unknown>) => void): number => {
      lastId += 1
      asked.set(lastId, take)
      return lastId
    },
    answer: (id: number, answer: WaveAnswer<unknown>): void => {
      const take = asked.get(id)
      asked.delete(id)
      take?.(answer)
    },
    failAll: (why: string): void => {
      const all = [...asked.values()]
      asked.clear()
      for (const take of all) take({ ok: false, why })
    },
  }
}

/** What the thread has been given and not done, by which one that hangs is told from one that rests. */
const createWork = (clock: Clock) => {
  let bytes = 0
  let progressMs = 0
  return {
    begin: (): void => {
      progressMs = clock.monotonicMs()
    },
    add: (more: number): void => {
      if (bytes === 0) progressMs = clock.monotonicMs()
      bytes += more
    },
    done: (less: number): void => {
      bytes = Math.max(0, bytes - less)
      progressMs = clock.monotonicMs()
    },
    drop: (): void => {
      bytes = 0
    },
    /** Since when nothing was done although there is work, ms; 0 where there is none. */
    stuckMs: (): number => (bytes === 0 ? 0 : clock.monotonicMs() - progressMs),
  }
}

const answerOf = (message: Extract<FromAnalysis, { readonly kind: 'answer' | 'failed' }>): WaveAnswer<unknown> =>
  message.kind === 'answer' ? { ok: true, value: message.answer } : { ok: false, why: message.why }

const startWorker = ({ workerUrl, settings }: AnalysisThreadOptions): Worker =>
  new Worker(workerUrl, {
    workerData: settings,
    name: 'tripscope-analysis',
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  })

/** How often the thread was started, and how long to wait before it is started again. */
const createLives = (clock: Clock) => {
  let starts = 0
  let deaths = 0
  let startedMs = 0
  return {
    begin: (): void => {
      starts += 1
      startedMs = clock.monotonicMs()
    },
    /** It died: how long until it may begin again, ms. */
    endedAgainInMs: (): number => {
      deaths = clock.monotonicMs() - startedMs > soundAfterMs ? 1 : deaths + 1
      return Math.min(longestAgainMs, firstAgainMs * 2 ** (deaths - 1))
    },
    restarts: (): number => Math.max(0, starts - 1),
  }
}

/** A thread that is started, and started again when it has died or hangs. `receive` gets its messages, `onDied` hears why it is gone. */
const createLivingWorker = (
  options: AnalysisThreadOptions,
  { receive, onDied }: { readonly receive: (message: FromAnalysis) => void; readonly onDied: (why: string) => void },
) => {
  const { clock, log } = options
  const work = createWork(clock)
  const lives = createLives(clock)
  let worker: Worker | null = null
  let isClosed = false
  const timers: { again: Stop; look: Stop } = { again: () => undefined, look: () => undefined }

  const died = (why: string): void => {
    worker = null
    work.drop()
    onDied(why)
    if (isClosed) return
    const againInMs = lives.endedAgainInMs()
    log.error('the analysis of the waveforms stopped', { why, againInMs })
    options.onNotice({ kind: 'analysis-down', why, againInMs })
    timers.again = clock.after(againInMs, start)
  }
  const start = (): void => {
    lives.begin()
    work.begin()
    const thread = startWorker(options)
    let why = 'its thread ended'
    worker = thread
    thread.on('message', receive)
    thread.on('error', (error) => {
      why = error instanceof Error ? error.message : String(error)
    })
    thread.on('exit', () => {
      if (worker === thread) died(why)
    })
  }
  const look = (): void => {
    const stuckMs = work.stuckMs()
    if (worker !== null && stuckMs > hangsAfterMs) {
      log.error('the analysis of the waveforms hangs and is ended', { stuckMs })
      void worker.terminate()
    }
    timers.look = clock.after(lookMs, look)
  }
  return {
    work,
    restarts: lives.restarts,
    start: (): void => {
      start()
      timers.look = clock.after(lookMs, look)
    },
    /** false: there is none just now, and nothing was handed over. */
    post: (message: ToAnalysis, transfer: readonly ArrayBuffer[]): boolean => {
      worker?.postMessage(message, [...transfer])
      return worker !== null
    },
    close: async (): Promise<void> => {
      isClosed = true
      timers.again()
      timers.look()
      const thread = worker
      worker = null
      await thread?.terminate()
    },
  }
}

/** The thread in which samples are analysed: kept alive, never waited for. What is sent while there is none is refused. */
export const createAnalysisThread = (options: AnalysisThreadOptions) => {
  const asked = createAsked()
  let isReady = false
  let isClosed = false
  let problem: string | null = null

  const receive = (message: FromAnalysis): void => {
    switch (message.kind) {
      case 'ready':
        isReady = true
        problem = null
        if (living.restarts() > 0) options.onNotice({ kind: 'analysis-back', restarts: living.restarts() })
        return
      case 'taken':
        living.work.done(message.bytes)
        return options.onTaken(message.source, message.bytes)
      case 'observations':
        return options.onObservations(message.observations)
      case 'answer':
      case 'failed':
        return asked.answer(message.id, answerOf(message))
    }
  }
  const onDied = (why: string): void => {
    isReady = false
    asked.failAll('the analysis of the waveforms was interrupted; ask again in a moment')
    if (!isClosed) problem = why
  }
  const living = createLivingWorker(options, { receive, onDied })
  const post = (message: ToAnalysis, transfer: readonly ArrayBuffer[] = []): boolean =>
    isReady && living.post(message, transfer)
  const health = (): WaveAnalysisHealth => ({
    state: isClosed ? 'closed' : isReady ? 'running' : living.restarts() > 0 || problem !== null ? 'down' : 'starting',
    problem,
    restarts: living.restarts(),
  })

  return {
    start: living.start,
    /** Hands the block's arrays over; false: there is no analysis just now, and the block is still the caller's. */
    send: (block: WaveBlock): boolean => {
      const bytes = bytesOf(block)
      const buffers = block.channels.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []))
      if (!post({ kind: 'block', block }, buffers)) return false
      living.work.add(bytes)
      return true
    },
    ended: (source: string): void => {
      post({ kind: 'ended', source })
    },
    ask: <N extends QuestionName>(
      source: string,
      name: N,
      input: Questions[N]['input'],
    ): Promise<WaveAnswer<Questions[N]['answer']>> =>
      new Promise((resolve) => {
        const id = asked.add((answer) => resolve(answer as WaveAnswer<Questions[N]['answer']>))
        if (post({ kind: 'ask', id, source, name, input })) return
        asked.answer(id, {
          ok: false,
          why: problem ?? 'the analysis of the waveforms is starting; ask again in a moment',
        })
      }),
    health,
    close: async (): Promise<void> => {
      isClosed = true
      asked.failAll('the site is closed')
      await living.close()
    },
  }
}
export type AnalysisThread = ReturnType<typeof createAnalysisThread>
