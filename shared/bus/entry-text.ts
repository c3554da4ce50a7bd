import { bytesOfHex } from '../modbus/words.ts'
import { decodeFrame } from './decode-frame.ts'
import type { Framing, TapeEntry } from './tape-entry.ts'

/** One line of plain text: UTC, monotonic ms, way, bytes, meaning. */
export const entryText = (entry: TapeEntry, framing: Framing): string => {
  const head = `${new Date(entry.atMs).toISOString()} ${entry.monotonicMs.toFixed(3).padStart(14)} ms`
  if (entry.kind === 'event')
    return `${head}  event    ${entry.event}${entry.unit === null ? '' : ` of unit ${entry.unit}`}${entry.detail === '' ? '' : `: ${entry.detail}`}`
  return `${head}  ${entry.direction.padEnd(8)} ${entry.hex.replace(/(..)(?=.)/g, '$1 ')}  ${decodeFrame(framing, bytesOfHex(entry.hex)).words}`
}
