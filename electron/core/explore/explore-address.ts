import type { ExploreTarget } from '../../../shared/api/explore-contract.ts'
import { isSameHost } from '../../../shared/scan/same-host.ts'
import type { ModbusSiteLine, Site } from '../../../shared/site/site.ts'

/** The line that a target at an address of its own is. */
export const lineOf = (target: Exclude<ExploreTarget, { kind: 'line' }>): ModbusSiteLine =>
  target.kind === 'network'
    ? {
        id: `explore-${target.host}-${String(target.port)}`,
        transport: target.framing,
        host: target.host,
        port: target.port,
      }
    : {
        id: `explore-${target.path}`,
        transport: 'serial',
        path: target.path,
        baud: target.baud,
        parity: target.parity,
        stopBits: target.stopBits,
        localEcho: false,
      }

export const describeLine = (line: ModbusSiteLine): string =>
  line.transport === 'serial'
    ? `${line.path}, ${String(line.baud)} baud, parity ${line.parity}`
    : `${line.host}:${String(line.port)}${line.transport === 'tcp' ? '' : ', RTU over TCP'}`

/** The line of the site that leads to the same place, however it was asked for. */
export const siteLineLike = (site: Site, target: ExploreTarget): Site['lines'][number] | undefined =>
  site.lines.find((line) => {
    if (target.kind === 'line') return line.id === target.lineId
    if (target.kind === 'serial') return 'path' in line && line.path === target.path
    return 'host' in line && isSameHost(line.host, target.host) && line.port === target.port
  })
