import { isMbusLine, type SiteLine } from '../site/site.ts'
import type { Framing } from './tape-entry.ts'

/** What the bytes of a line of the site file are. */
export const framingOf = (line: SiteLine): Framing =>
  isMbusLine(line) ? 'mbus' : line.transport === 'tcp' ? 'mbap' : (line.framing ?? 'rtu')
