import type { SharedLine } from '../../../shared/said/site-refusals.ts'
import type { Site } from '../../../shared/site/site.ts'

/** Something of the world that one open site has for itself. */
export interface Claim {
  /** The same for whatever can't be shared. */
  readonly key: string
  readonly what: SharedLine
}

const deviceClaim = (host: string, port: number): Claim => {
  const named = host.trim().toLowerCase()
  const key = named === 'localhost' || named === '::1' ? '127.0.0.1' : named
  return { key: `device ${key}:${port}`, what: { kind: 'device', host, port } }
}

/**
 * The lines of a site that no other may have: its serial ports, what it connects to over the network, and the port at which its chargers
 * arrive. `realPath` follows links, so that /dev/serial/by-id and /dev/ttyUSB0 are one port. Names are not looked up: the same device by
 * its name in one file and by its address in the other is not seen here.
 */
export const claimsOf = (
  site: Pick<Site, 'lines' | 'waves' | 'ocpp'>,
  realPath: (path: string) => string,
): readonly Claim[] => [
  ...site.lines.map((line): Claim => {
    if ('host' in line) return deviceClaim(line.host, line.port)
    // Windows knows COM3 by any case; elsewhere a link was followed.
    return { key: `serial ${realPath(line.path).replace(/^com/i, 'COM')}`, what: { kind: 'serial', path: line.path } }
  }),
  ...site.waves.map(({ host, port }) => deviceClaim(host, port)),
  ...(site.ocpp === undefined
    ? []
    : [{ key: `ocpp ${site.ocpp.port}`, what: { kind: 'ocpp', port: site.ocpp.port } } as const]),
]

/** The first thing both claim; null: they can run side by side. */
export const sharedBy = (one: readonly Claim[], other: readonly Claim[]): SharedLine | null => {
  const keys = new Set(other.map(({ key }) => key))
  return one.find(({ key }) => keys.has(key))?.what ?? null
}
