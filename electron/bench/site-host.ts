import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { openCore } from '../host-node/open-core.ts'

/** The whole product without a screen, as a process of its own: SITE-FILE DATA-FOLDER. Prints a line of JSON with its health every ten
 * seconds, and one with the memory in use for anything written to its input. */
const [siteFile = '', dataFolder = ''] = process.argv.slice(2)
const log = createLog({ format: 'text', level: 'error', nowMs: systemClock.nowMs })
const outcome = await openCore({
  siteFile,
  dataFolder,
  clock: systemClock,
  log,
  reopen: () => undefined,
  kept: new Map(),
})
if (!outcome.ok) {
  console.error(outcome.message)
  process.exit(2)
}
const { core, close } = outcome.opened
let dueMs = 0
core.onHealth((health) => {
  if (health.atMs < dueMs) return
  dueMs = health.atMs + 10_000
  process.stdout.write(`${JSON.stringify({ devices: health.devices })}\n`)
})
// Only when asked: a full collection stops everything for a while, and would be measured as lateness.
process.stdin.on('data', () => {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.stdout.write(`${JSON.stringify({ heapBytes: heapUsed + external })}\n`)
})
core.start()
process.once('SIGTERM', () => {
  void close('the bench is over').then(() => process.exit(0))
})
