/** The real analysis in a thread that a block of a certain run ends: as a fault in it would, without a word. */
import { parentPort, workerData } from 'node:worker_threads'
import { createAnalysis } from '../../../analysis/analysis.ts'
import type { AnalysisSettings, ToAnalysis } from '../../../analysis/messages.ts'
import { deadlyStream, stuckStream } from './deadly.ts'

const port = parentPort
if (port === null) throw new Error('runs as a worker thread only')
const step = createAnalysis(workerData as AnalysisSettings)
port.on('message', (message: ToAnalysis) => {
  if (message.kind === 'block' && message.block.stream === deadlyStream) process.exit(3)
  if (message.kind === 'block' && message.block.stream === stuckStream) for (;;);
  for (const each of step(message)) port.postMessage(each)
})
port.postMessage({ kind: 'ready' })
