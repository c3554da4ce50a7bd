/** The thread that owns the database files: SQLite blocks, and the main process must not. */
import { parentPort, workerData } from 'node:worker_threads'
import { createEngine } from './engine.ts'
import type { FromWorker, ToWorker, WorkerOptions } from './messages.ts'

if (parentPort === null) throw new Error('store-worker runs as a worker thread only')
const port = parentPort
const send = (message: FromWorker) => port.postMessage(message)
/** A row that breaks a rule of its table, or is none: the disk has no part in it. */
const isFinal = (error: unknown) =>
  error instanceof TypeError ||
  /constraint failed|cannot store|datatype mismatch|too big|not JSON/i.test(messageOf(error))
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

try {
  const engine = await createEngine(workerData as WorkerOptions)
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'close') {
      engine.close()
      send({ kind: 'closed' })
      port.close()
      return
    }
    const operation = engine.operations[message.name] as (...input: readonly unknown[]) => unknown
    try {
      const value = operation(...message.input)
      send({ kind: 'result', id: message.id, value, status: engine.status(), notices: engine.notices() })
    } catch (error) {
      send({
        kind: 'error',
        id: message.id,
        message: messageOf(error),
        isFinal: isFinal(error),
        status: engine.status(),
        notices: engine.notices(),
      })
    }
  })
  send({ kind: 'ready', status: engine.status(), notices: engine.notices() })
} catch (error) {
  send({ kind: 'failed', message: messageOf(error) })
  port.close()
}
