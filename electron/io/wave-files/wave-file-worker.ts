/** The thread in which recordings are read and drawn: a file of a gigabyte must not keep the main one. */
import { parentPort, workerData } from 'node:worker_threads'
import type { FromReader, ReaderSettings, ToReader } from './messages.ts'
import { createReader } from './reader.ts'

if (parentPort === null) throw new Error('wave-file-worker runs as a worker thread only')
const port = parentPort
const send = (message: FromReader): void => port.postMessage(message)
const step = createReader(workerData as ReaderSettings)

port.on('message', (message: ToReader) => {
  const answer = step(message)
  if (answer !== null) send(answer)
})
send({ kind: 'ready' })
