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

/** The thread in which samples are analysed: kept alive, never waited for. What is sent while there is none is refused. */
export const createAnalysisThread = (options: AnalysisThreadOptions) => {
  const { clock, log } = options
  const asked = new Map<number, (answer: WaveAnswer<unknown>) => void>()
  let worker: Worker | null = null
  let isReady = false
  let isClosed = false
  let problem: string | null = null
  let lastId = 0
  let starts = 0
  let deaths = 0
  let startedMs = 0
  let workBytes = 0
  let progressMs = 0
  const timers: { again: Stop; look: Stop } = { again: () => undefined, look: () => undefined }

  const failAsked = (why: string): void => {
    const all = [...asked.values()]
    asked.clear()
    for (const answer of all) answer({ ok: false, why })
  }
  const receive = (message: FromAnalysis): void => {
    switch (message.kind) {
      case 'ready':
        isReady = true
        problem = null
        if (starts > 1) options.onNotice({ kind: 'analysis-back', restarts: starts - 1 })
        return
      case 'taken':
        workBytes = Math.max(0, workBytes - message.bytes)
        progressMs = clock.monotonicMs()
        return options.onTaken(message.source, message.bytes)
      case 'observations':
        return options.onObservations(message.observations)
      case 'answer':
      case 'failed': {
        const answer = asked.get(message.id)
        asked.delete(message.id)
        return answer?.(
          message.kind === 'answer' ? { ok: true, value: message.answer } : { ok: false, why: message.why },
        )
      }
    }
  }
  const died = (why: string): void => {
    worker = null
    isReady = false
    workBytes = 0
    failAsked('the analysis of the waveforms was interrupted; ask again in a moment')
    if (isClosed) return
    deaths = clock.monotonicMs() - startedMs > soundAfterMs ? 1 : deaths + 1
    const againInMs = Math.min(longestAgainMs, firstAgainMs * 2 ** (deaths - 1))
    problem = why
    log.error('the analysis of the waveforms stopped', { why, againInMs })
    options.onNotice({ kind: 'analysis-down', why, againInMs })
    timers.again = clock.after(againInMs, start)
  }
  const start = (): void => {
    starts += 1
    startedMs = clock.monotonicMs()
    progressMs = startedMs
    const thread = new Worker(options.workerUrl, {
      workerData: options.settings,
      name: 'tripscope-analysis',
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    })
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
    const stuckMs = clock.monotonicMs() - progressMs
    if (worker !== null && workBytes > 0 && stuckMs > hangsAfterMs) {
      log.error('the analysis of the waveforms hangs and is ended', { stuckMs })
      void worker.terminate()
    }
    timers.look = clock.after(lookMs, look)
  }
  const post = (message: ToAnalysis, transfer: readonly ArrayBuffer[] = []): boolean => {
    if (worker === null || !isReady) return false
    worker.postMessage(message, [...transfer])
    return true
  }
  const health = (): WaveAnalysisHealth => ({
    state: isClosed ? 'closed' : isReady ? 'running' : starts > 1 || problem !== null ? 'down' : 'starting',
    problem,
    restarts: Math.max(0, starts - 1),
  })

  return {
    start: (): void => {
      start()
      timers.look = clock.after(lookMs, look)
    },
    /** Hands the block's arrays over; false: there is no analysis just now, and the block is still the caller's. */
    send: (block: WaveBlock): boolean => {
      const bytes = bytesOf(block)
      const buffers = block.channels.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []))
      if (!post({ kind: 'block', block }, buffers)) return false
      if (workBytes === 0) progressMs = clock.monotonicMs()
      workBytes += bytes
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
        lastId += 1
        const id = lastId
        asked.set(id, (answer) => resolve(answer as WaveAnswer<Questions[N]['answer']>))
        if (post({ kind: 'ask', id, source, name, input })) return
        asked.delete(id)
        resolve({ ok: false, why: problem ?? 'the analysis of the waveforms is starting; ask again in a moment' })
      }),
    health,
    close: async (): Promise<void> => {
      isClosed = true
      timers.again()
      timers.look()
      const thread = worker
      worker = null
      failAsked('the site is closed')
      await thread?.terminate()
    },
  }
}
export type AnalysisThread = ReturnType<typeof createAnalysisThread>
