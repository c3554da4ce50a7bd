import { z } from 'zod'
import { own } from '../own.ts'
import { lineSchema } from '../site/site.ts'
import type { SiteEdit } from './edit-site.ts'

export const transports = ['tcp', 'rtu-over-tcp', 'serial', 'mbus-serial', 'mbus-tcp'] as const
export type Transport = (typeof transports)[number]

export const isMbusTransport = (transport: unknown): boolean => transport === 'mbus-serial' || transport === 'mbus-tcp'

/** What a line of this kind begins with where nothing is known of it yet; the rest is asked for by the check. */
const begins: Readonly<Record<Transport, Readonly<Record<string, unknown>>>> = {
  tcp: { port: 502 },
  'rtu-over-tcp': { port: 502 },
  serial: { baud: 9600 },
  'mbus-serial': {},
  'mbus-tcp': {},
}

/** Keys that a line of each kind may have. */
const keysOf = new Map<Transport, ReadonlySet<string>>(
  lineSchema.options.map((option) => [
    z.parse(z.enum(transports), option.shape.transport.value),
    new Set(Object.keys(option.shape)),
  ]),
)

/**
 * A line that is connected in another way: what only the way before knew goes, so that no key is left that has no field, and what both
 * know stays. A speed is of Modbus or of M-Bus, so it stays only between lines of the same.
 */
export const reconnected = (
  line: Readonly<Record<string, unknown>> & { readonly id: string },
  transport: Transport,
): SiteEdit => {
  const known = keysOf.get(transport) ?? new Set<string>()
  const isSameBus = isMbusTransport(line['transport']) === isMbusTransport(transport)
  const stays = (key: string): boolean =>
    known.has(key) && (isSameBus || key === 'id' || key === 'name' || key === 'path' || key === 'host')
  const gone = Object.keys(line).filter((key) => !stays(key))
  const missing = Object.entries(begins[transport]).filter(([key]) => own(line, key) === undefined || !stays(key))
  return {
    kind: 'set-many',
    list: 'lines',
    id: line.id,
    values: { ...Object.fromEntries(gone.map((key) => [key, undefined])), ...Object.fromEntries(missing), transport },
  }
}

/** A meter that hangs on another line: an M-Bus meter has an M-Bus address, any other a unit. */
export const moved = (
  meter: Readonly<Record<string, unknown>> & { readonly id: string },
  line: string,
  isMbus: boolean,
): SiteEdit => ({
  kind: 'set-many',
  list: 'meters',
  id: meter.id,
  values: isMbus
    ? { line, unit: undefined, mbus: meter['mbus'] ?? { primary: 1 } }
    : { line, mbus: undefined, unit: meter['unit'] ?? 1 },
})
