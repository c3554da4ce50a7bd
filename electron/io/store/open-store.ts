import { Worker } from 'node:worker_threads'
import type { Log, Recorder } from '../../core/ports.ts'
import { createDecisionThinner } from '../../core/record/decision-thinner.ts'
import type { EngineOptions, EngineStatus, Operations } from './engine.ts'
import type { FromWorker, ToWorker } from './messages.ts'

export interface StoreDependencies {
  readonly log: Log
  /** Where the worker's code is: in a build the bundled file; by default the source beside this one. */
  readonly workerUrl?: URL | string
  readonly ring?: EngineOptions['ring']
  readonly engine?: EngineOptions['engine']
  readonly maxPages?: EngineOptions['maxPages']
}

/** A worker that dies is started again this often; then the store is off until the next start of the program. */
const restarts = 3

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * The site's memory in `folder` (site.db and ring.db, made when missing), behind one worker thread. Never rejects: a folder that
 * cannot be used gives a store that is off, says why, and rejects every append with the same words.
 */
export const openStore = async (folder: string, dependencies: StoreDependencies): Promise<Recorder> => {
  const { log } = dependencies
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
    for (const { reject } of lost) reject(new Error(problem))
  }
  const note = (next: EngineStatus) => {
    if (next.problem !== status.problem && next.problem !== null)
      log.warn('the store is degraded', { problem: next.problem })
    status = next
  }

  const start = (): Promise<void> =>
    new Promise((resolve) => {
      started += 1
      const options: EngineOptions = {
        folder,
        ...(dependencies.ring === undefined ? {} : { ring: dependencies.ring }),
        ...(dependencies.engine === undefined ? {} : { engine: dependencies.engine }),
        ...(dependencies.maxPages === undefined ? {} : { maxPages: dependencies.maxPages }),
      }
      const thread = new Worker(dependencies.workerUrl ?? new URL('./store-worker.ts', import.meta.url), {
        workerData: options,
        name: 'tripscope-store',
      })
      let ready = false
      let why = 'its thread ended'
      worker = thread
      thread.on('message', (message: FromWorker) => {
        switch (message.kind) {
          case 'ready':
            ready = true
            note(message.status)
            return resolve()
          case 'failed':
            closed = closed || started > restarts
            off(message.message)
            return resolve()
          case 'closed':
            return onClosed?.()
          case 'result':
          case 'error': {
            const call = waiting.get(message.id)
            waiting.delete(message.id)
            note(message.status)
            if (message.kind === 'result') call?.resolve(message.value)
            else call?.reject(new Error(message.message))
          }
        }
      })
      thread.on('error', (error) => {
        why = error instanceof Error ? error.message : String(error)
      })
      thread.on('exit', () => {
        if (worker !== thread) return resolve()
        off(closed ? 'the store is closed' : `the store stopped: ${why}`)
        onClosed?.()
        resolve()
        if (!closed && ready && started <= restarts)
          void start().then(() => log.info('the store was started again', { folder }))
      })
    })

  const call = <N extends keyof Operations>(
    name: N,
    ...input: Parameters<Operations[N]>
  ): Promise<ReturnType<Operations[N]>> =>
    new Promise((resolve, reject) => {
      if (worker === null || closed) return reject(new Error(status.problem ?? 'the store is closed'))
      lastId += 1
      waiting.set(lastId, { resolve: resolve as (value: unknown) => void, reject })
      const message: ToWorker = { kind: 'call', id: lastId, name, input }
      worker.postMessage(message)
    })

  await start()
  return {
    appendReadings: (rows) => call('appendReadings', rows),
    appendIntervals: (rows) => call('appendIntervals', rows),
    appendEvents: (rows) => call('appendEvents', rows),
    appendDecision: createDecisionThinner((decision) => call('appendDecision', decision)),
    appendWrite: (write) => call('appendWrite', write),
    appendAudit: (row) => call('appendAudit', row),
    readings: (meterId, range) => call('readings', meterId, range),
    history: (meterId, quantities, range, maxBuckets) => call('history', meterId, quantities, range, maxBuckets),
    intervals: (meterId, lengthS, range) => call('intervals', meterId, lengthS, range),
    events: (range, limit) => call('events', range, limit),
    decisions: (range, limit) => call('decisions', range, limit),
    writes: (range, limit) => call('writes', range, limit),
    audit: (range, limit) => call('audit', range, limit),
    status: () => status,
    close: async () => {
      if (worker === null || closed) return
      closed = true
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
