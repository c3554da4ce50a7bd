import { Worker } from 'node:worker_threads'
import type { Log } from '../../core/ports.ts'
import type { EngineOptions, EngineStatus, Operations, StoreNotice } from './engine.ts'
import type { FromWorker, ToWorker } from './messages.ts'

export interface StoreThread {
  call<N extends keyof Operations>(name: N, ...input: Parameters<Operations[N]>): Promise<ReturnType<Operations[N]>>
  status(): EngineStatus
  close(): Promise<void>
}

export interface StoreThreadOptions {
  readonly engine: EngineOptions
  readonly workerUrl: URL | string
  readonly log: Log
  readonly onNotice: (notice: StoreNotice) => void
}

/** What the worker answered a call with when it could not do it. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  /** Another try gives the same. */
  readonly isFinal: boolean
  constructor(message: string, isFinal: boolean) {
    super(message)
    this.isFinal = isFinal
  }
}

/** A worker that dies is started again at once this often; after that, and where it can't begin, it is tried again after a while. */
const restartsAtOnce = 3
const tryAgainMs = 30_000

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The worker thread that owns the files: started, and started again, for as long as it is not closed. Never rejects at the start. */
export const startStoreThread = async (options: StoreThreadOptions): Promise<StoreThread> => {
  const { log } = options
  let status: EngineStatus = { state: 'off', problem: 'the store is starting', readingsSinceMs: null, bytes: 0 }
  let worker: Worker | null = null
  let started = 0
  let lastId = 0
  let closed = false
  let onClosed: (() => void) | null = null
  const waiting = new Map<number, Waiting>()

  const off = (problem: string) => {
    if (status.problem !== problem && !closed) log.error('the store is off', { problem })
    worker = null
    status = { ...status, state: 'off', problem }
    const lost = [...waiting.values()]
    waiting.clear()
    for (const { reject } of lost) reject(new StoreError(problem, false))
  }
  const note = (next: EngineStatus, notices: readonly StoreNotice[]) => {
    if (next.problem !== status.problem && next.problem !== null)
      log.warn('the store is degraded', { problem: next.problem })
    status = next
    for (const notice of notices) options.onNotice(notice)
  }
  const again = () => {
    if (closed) return
    const restart = () => {
      if (!closed)
        void start().then(() => worker !== null && log.info('the store was started again', { ...options.engine }))
    }
    if (started <= restartsAtOnce) restart()
    else setTimeout(restart, tryAgainMs).unref()
  }
  const receive = (message: FromWorker, onReady: () => void) => {
    switch (message.kind) {
      case 'ready':
        note(message.status, message.notices)
        return onReady()
      case 'failed':
        off(message.message)
        setTimeout(() => {
          started = Math.max(started, restartsAtOnce)
          if (worker === null && !closed) void start()
        }, tryAgainMs).unref()
        return onReady()
      case 'closed':
        return onClosed?.()
      case 'result':
      case 'error': {
        const call = waiting.get(message.id)
        waiting.delete(message.id)
        note(message.status, message.notices)
        if (message.kind === 'result') call?.resolve(message.value)
        else call?.reject(new StoreError(message.message, message.isFinal))
      }
    }
  }

  const start = (): Promise<void> =>
    new Promise((resolve) => {
      started += 1
      const thread = new Worker(options.workerUrl, { workerData: options.engine, name: 'tripscope-store' })
      let why = 'its thread ended'
      let isReady = false
      worker = thread
      thread.on('message', (message: FromWorker) =>
        receive(message, () => {
          isReady = message.kind === 'ready'
          resolve()
        }),
      )
      thread.on('error', (error) => {
        why = error instanceof Error ? error.message : String(error)
      })
      thread.on('exit', () => {
        if (worker !== thread) return resolve()
        off(closed ? 'the store is closed' : `the store stopped: ${why}`)
        onClosed?.()
        resolve()
        if (isReady) again()
      })
    })

  await start()
  return {
    call: (name, ...input) =>
      new Promise((resolve, reject) => {
        if (worker === null || closed) return reject(new StoreError(status.problem ?? 'the store is closed', false))
        lastId += 1
        const message: ToWorker = { kind: 'call', id: lastId, name, input }
        try {
          worker.postMessage(message)
          waiting.set(lastId, { resolve: resolve as (value: unknown) => void, reject })
        } catch (error) {
          // What can't be handed to another thread can't be written either: a function, say, in an event's data.
          reject(new StoreError(error instanceof Error ? error.message : String(error), true))
        }
      }),
    status: () => status,
    close: async () => {
      if (closed) return
      closed = true
      if (worker === null) return
      const thread = worker
      // Messages are handled in order: everything asked before is stored before the files are closed.
      await new Promise<void>((resolve) => {
        onClosed = resolve
        const message: ToWorker = { kind: 'close' }
        thread.postMessage(message)
      })
      await thread.terminate()
    },
  }
}
