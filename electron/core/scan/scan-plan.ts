import type { ScanRequest } from '../../../shared/api/scan-contract.ts'
import { parseHosts, parsePorts, parseUnits } from '../../../shared/scan/lists.ts'
import { isSameHost } from '../../../shared/scan/same-host.ts'
import { devicesOnLines } from '../../../shared/site/devices-on-lines.ts'
import { isMbusLine, type ModbusSiteLine, type Site, type SiteLine } from '../../../shared/site/site.ts'
import type { AskGuard, Way } from '../may-ask.ts'
import { planMbus, type MbusPlan } from './plan-mbus.ts'

/** One bus at one setting with the unit ids to ask there. `next`: how far it got, so that a cancelled scan can go on. */
export interface Job {
  readonly where: string
  readonly via:
    | { readonly kind: 'temporary'; readonly line: ModbusSiteLine }
    | { readonly kind: 'site'; readonly line: ModbusSiteLine }
  readonly units: readonly number[]
  next: number
  isOver: boolean
}
/** Jobs that follow each other: one host's ports, one serial port's settings. */
export interface JobGroup {
  readonly jobs: readonly Job[]
}
export interface Plan {
  readonly groups: readonly JobGroup[]
  readonly notes: readonly string[]
  readonly atOnce: number
  /** A search of an M-Bus; it has no groups then. */ readonly mbus?: MbusPlan
}
export type PlanOutcome = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problem: string }

/** Polite to a network that has other work: connections open at once and opened a second (editable assumptions). */
export const connectionsAtOnce = 8
export const connectionsPerSecond = 10

const parityLetter = { none: 'N', even: 'E', odd: 'O' } as const
export const whereOf = (line: SiteLine): string => {
  switch (line.transport) {
    case 'serial':
      return `${line.path}, ${line.baud} baud 8${parityLetter[line.parity]}${line.stopBits}`
    case 'tcp':
      return `${line.host}:${line.port}, Modbus TCP`
    case 'rtu-over-tcp':
      return `${line.host}:${line.port}, RTU over TCP`
    case 'mbus-serial':
      return `${line.path}, M-Bus`
    case 'mbus-tcp':
      return `${line.host}:${line.port}, M-Bus`
  }
}

const lineId = (text: string): string =>
  `scan-${text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')}`.slice(0, 60)

/** The line of the site that has this connection or port already. */
export const lineAt = (site: Site, wanted: ModbusSiteLine): SiteLine | undefined =>
  site.lines.find((line) =>
    'host' in line && 'host' in wanted
      ? isSameHost(line.host, wanted.host) && line.port === wanted.port
      : 'path' in line && 'path' in wanted && line.path === wanted.path,
  )

/** A search never feeds a watchdog, whoever stands behind the limit: it asks units that nobody may have (may-ask.ts). */
type Guard = Pick<AskGuard, 'keptAliveBy'>
const namesOn = (guard: Guard, way: Way): string[] => guard.keptAliveBy(way).map(({ name, id }) => name ?? id)

/** A line of the site as it is, less the devices it has already: those are polled, and some chargers take any request as a sign of life. */
const siteJob = (site: Site, line: ModbusSiteLine, wanted: readonly number[], guard: Guard, notes: string[]): Job => {
  const own = devicesOnLines(site).filter((device) => device.line === line.id && wanted.includes(device.unit))
  if (own.length > 0) {
    notes.push(
      `${line.name ?? line.id}: ${own.map((device) => `${device.name} (unit ${device.unit})`).join(', ')} ${own.length === 1 ? 'is' : 'are'} in the site already and ${own.length === 1 ? 'is' : 'are'} not asked`,
    )
  }
  const kept = guard.keptAliveBy({ kind: 'line', lineId: line.id })
  for (const charger of kept) {
    if (!own.some(({ id }) => id === charger.id)) continue
    notes.push(
      `${charger.name ?? charger.id} takes any request as a sign of life: the scan leaves it alone, so that its own fallback is not held up`,
    )
  }
  const taken = new Set(own.map(({ unit }) => unit))
  const fed = line.transport === 'tcp' ? kept.map(({ name, id }) => name ?? id) : []
  if (fed.length > 0) {
    notes.push(
      `line ${line.name ?? line.id} is not searched: ${fed.join(', ')} on it takes any request as a sign of life, and on Modbus TCP a device may take requests to other unit ids as its own, so that its own fallback would be held up`,
    )
  }
  return {
    where: `line ${line.name ?? line.id} (${whereOf(line)})`,
    via: { kind: 'site', line },
    units: fed.length > 0 ? [] : wanted.filter((unit) => !taken.has(unit)),
    next: 0,
    isOver: false,
  }
}

const planTcp = (request: Extract<ScanRequest, { kind: 'tcp' }>, site: Site, guard: Guard): PlanOutcome => {
  const [hosts, ports] = [parseHosts(request.hosts), parsePorts(request.ports)]
  if (!hosts.ok) return { ok: false, problem: `addresses: ${hosts.problem}` }
  if (!ports.ok) return { ok: false, problem: `ports: ${ports.problem}` }
  const units = parseUnits(request.units, false)
  if (!units.ok) return { ok: false, problem: `unit ids: ${units.problem}` }
  const notes: string[] = []
  const groups = hosts.items.map((host): JobGroup => ({
    jobs: ports.items.flatMap((port) => {
      const known = site.lines.find((line) => 'host' in line && isSameHost(line.host, host) && line.port === port)
      if (known !== undefined) {
        if (isMbusLine(known)) {
          notes.push(
            `${host}:${port} is the M-Bus line ${known.name ?? known.id} of the site: it is not asked in Modbus`,
          )
          return []
        }
        const bus = units.items.filter((unit) => known.transport === 'tcp' || (unit >= 1 && unit <= 247))
        notes.push(
          `${host}:${port} is the line ${known.name ?? known.id} of the site: it is searched through that line, in the gaps of its polling`,
        )
        return [siteJob(site, known, bus, guard, notes)]
      }
      const fed = namesOn(guard, { kind: 'address', host })
      if (fed.length > 0) {
        notes.push(
          `${host}:${port} is left alone: ${fed.join(', ')} at this address takes any request as a sign of life, whichever way it comes`,
        )
        return []
      }
      return request.framings.map((transport): Job => {
        const line: ModbusSiteLine = { transport, id: lineId(`${host}-${port}`), host, port }
        return {
          where: whereOf(line),
          via: { kind: 'temporary', line },
          units: transport === 'tcp' ? units.items : units.items.filter((unit) => unit >= 1 && unit <= 247),
          next: 0,
          isOver: false,
        }
      })
    }),
  }))
  notes.unshift(
    `Only the addresses named are asked, by reads alone; at most ${connectionsAtOnce} connections at once, ${connectionsPerSecond} new ones a second, and one to each address`,
  )
  return { ok: true, plan: { groups, notes, atOnce: connectionsAtOnce } }
}

const planSerial = (request: Extract<ScanRequest, { kind: 'serial' }>, site: Site, guard: Guard): PlanOutcome => {
  const units = parseUnits(request.units, true)
  if (!units.ok) return { ok: false, problem: `unit ids: ${units.problem}` }
  const notes: string[] = [
    'Only reads are sent; whatever another master sends on this bus meanwhile is disturbed by them, so end other programs that use the port',
  ]
  const own = site.lines.find((line) => 'path' in line && line.path === request.path)
  if (own !== undefined) {
    if (isMbusLine(own))
      return {
        ok: false,
        problem: `${request.path} is the M-Bus line ${own.name ?? own.id} of the site: search that line as an M-Bus, or choose another port`,
      }
    notes.push(
      `${request.path} is the line ${own.name ?? own.id} of the site: it is searched through that line at its own settings, in the gaps of its polling`,
    )
    return {
      ok: true,
      plan: { groups: [{ jobs: [siteJob(site, own, units.items, guard, notes)] }], notes, atOnce: 1 },
    }
  }
  const jobs = request.bauds.flatMap((baud) =>
    request.parities.map((parity): Job => {
      const line: ModbusSiteLine = {
        transport: 'serial',
        id: lineId(request.path),
        path: request.path,
        baud,
        parity,
        stopBits: request.stopBits,
        localEcho: false,
      }
      return { where: whereOf(line), via: { kind: 'temporary', line }, units: units.items, next: 0, isOver: false }
    }),
  )
  return { ok: true, plan: { groups: [{ jobs }], notes, atOnce: 1 } }
}

/** What is to be asked, in which order; a problem is a sentence for the person who asked. */
export const planScan = (request: ScanRequest, site: Site, guard: Guard): PlanOutcome => {
  switch (request.kind) {
    case 'mbus': {
      const planned = planMbus(request, site)
      return planned.ok
        ? { ok: true, plan: { groups: [], notes: planned.mbus.notes, atOnce: 1, mbus: planned.mbus } }
        : planned
    }
    case 'tcp':
      return planTcp(request, site, guard)
    case 'serial':
      return planSerial(request, site, guard)
    case 'line': {
      const line = site.lines.find(({ id }) => id === request.lineId)
      if (line === undefined)
        return {
          ok: false,
          problem: `there is no line '${request.lineId}' in the site; it has ${site.lines.map(({ id }) => id).join(', ')}`,
        }
      if (isMbusLine(line))
        return {
          ok: false,
          problem: `${line.name ?? line.id} is an M-Bus line, whose meters have no Modbus unit ids: search it as an M-Bus`,
        }
      const units = parseUnits(request.units, line.transport !== 'tcp')
      if (!units.ok) return { ok: false, problem: `unit ids: ${units.problem}` }
      const notes = [
        `${line.name ?? line.id} goes on being polled: the scan uses the gaps, and where there is none, one read in two seconds`,
      ]
      return {
        ok: true,
        plan: { groups: [{ jobs: [siteJob(site, line, units.items, guard, notes)] }], notes, atOnce: 1 },
      }
    }
  }
}
