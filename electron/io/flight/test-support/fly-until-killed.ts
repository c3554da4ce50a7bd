/** A flight recorder that is fed the lines of a record for ever; an incident comes in the middle. Its parent kills it with -9. */
import { readFileSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Core } from '../../../core/core-ports.ts'
import { systemClock } from '../../clock.ts'
import { flightFolders } from '../recover.ts'
import { segmentsIn } from '../spool.ts'
import { startFlightRecorder } from '../flight-recorder.ts'

const [folder, record, isIncident] = process.argv.slice(2)
if (folder === undefined || record === undefined) throw new Error('usage: fly-until-killed FOLDER RECORD [incident]')
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: console.error }
const lines = readFileSync(record, 'utf8').trimEnd().split('\n')
let listen: (line: string) => void = () => undefined
let tell: (value: { incidents: readonly { id: string; atMs: number }[] }) => void = () => undefined
const core = {
  onTapeLine: (listener: typeof listen) => {
    listen = listener
    return () => undefined
  },
  handlers: {
    'trips.list': (_input: unknown, push: typeof tell) => {
      tell = push
      push({ incidents: [] })
      return () => undefined
    },
  },
} as unknown as Core
const held = join(flightFolders(folder).held, 'i-1')
/** What lies on the disk for the incident. */
const heldBytes = (): number => segmentsIn(held).reduce((sum, path) => sum + statSync(path).size, 0)
let fed = 0
await startFlightRecorder({ folder, core, clock: systemClock, log: quiet })
for (const [index, line] of lines.entries()) {
  listen(line)
  fed += line.length + 1
  if (isIncident !== undefined && index === Math.floor(lines.length / 2)) {
    tell({ incidents: [{ id: 'i-1', atMs: systemClock.nowMs() }] })
    while (heldBytes() < fed)
      await new Promise((resolve) => {
        setTimeout(resolve, 5)
      })
    writeSync(1, `held ${index + 1}\n`)
  }
  if (index % 20 === 0)
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
}
await new Promise((resolve) => {
  setTimeout(resolve, 1500)
})
writeSync(1, 'all\n')
setInterval(() => undefined, 1000)
