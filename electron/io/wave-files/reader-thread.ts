import { Worker } from 'node:worker_threads'
import type { Log } from '../../core/ports.ts'
import type { FromReader, ReaderSettings, ToReader } from './messages.ts'

type Question = Extract<ToReader, { id: number }>
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** What grows on the heap of the thread beyond this is a fault; samples live outside of it. */
const heapMb = 1024

/** The thread that reads recordings: started with the first file, started again when it died. */
export const createReaderThread = (options: {
  readonly workerUrl: URL | string
  readonly settings: ReaderSettings
  readonly log: Log
  readonly onDied: (why: string) => void
}) => {
  const waiting = new Map<
    number,
    { readonly resolve: (answer: unknown) => void; readonly reject: (why: Error) => void }
  >()
  let worker: Worker | null = null
  let lastId = 0
  const failAll = (why: string): void => {
    const all = [...waiting.values()]
    waiting.clear()
    for (const each of all) each.reject(new Error(why))
  }
  const started = (): Worker => {
    if (worker !== null) return worker
    const thread = new Worker(options.workerUrl, {
      workerData: options.settings,
      name: 'tripscope-wave-files',
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    })
    let why = 'its thread ended'
    thread.on('message', (message: FromReader) => {
      if (message.kind === 'ready') return
      const asked = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.kind === 'answer') asked?.resolve(message.answer)
      else asked?.reject(new Error(message.why))
    })
    thread.on('error', (error) => {
      why = error instanceof Error ? error.message : String(error)
    })
    thread.on('exit', () => {
      if (worker !== thread) return
      worker = null
      options.log.error('the reading of recordings stopped', { why })
      failAll(`the reading stopped (${why}): send the file again`)
      options.onDied(why)
    })
    worker = thread
    return thread
  }
  return {
    /** Rejects with why, for a person. */
    ask: (question: WithoutId<Question>): Promise<unknown> =>
      new Promise((resolve, reject) => {
        lastId += 1
        waiting.set(lastId, { resolve, reject })
        started().postMessage({ ...question, id: lastId })
      }),
    tell: (message: Extract<ToReader, { kind: 'close' | 'leave' }>): void => {
      worker?.postMessage(message)
    },
    close: async (): Promise<void> => {
      const thread = worker
      worker = null
      failAll('the site is closed')
      await thread?.terminate()
    },
  }
}
export type ReaderThread = ReturnType<typeof createReaderThread>
