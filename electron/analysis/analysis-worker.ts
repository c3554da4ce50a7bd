/** The thread in which samples are analysed: the main one must not, and what goes wrong here must not end it. */
import { parentPort, workerData } from 'node:worker_threads'
import { createAnalysis } from './analysis.ts'
import type { AnalysisSettings, FromAnalysis, ToAnalysis } from './messages.ts'

if (parentPort === null) throw new Error('analysis-worker runs as a worker thread only')
const port = parentPort
const send = (message: FromAnalysis): void => port.postMessage(message)
const step = createAnalysis(workerData as AnalysisSettings)

port.on('message', (message: ToAnalysis) => {
  for (const each of step(message)) send(each)
})
send({ kind: 'ready' })
