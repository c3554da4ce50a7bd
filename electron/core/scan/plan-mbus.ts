import type { ScanRequest, ScanState } from '../../../shared/api/scan-contract.ts'
import { parseHosts, parseMbusAddresses } from '../../../shared/scan/lists.ts'
import { isMbusLine, type MbusSiteLine, type Site } from '../../../shared/site/site.ts'

export type MbusRequest = Extract<ScanRequest, { kind: 'mbus' }>

/** One way to search one M-Bus at one speed. `done` and `from`: how far it got, so that a cancelled search can go on. */
export interface MbusJob {
  readonly where: string
  readonly via: { readonly kind: 'temporary' | 'site'; readonly line: MbusSiteLine }
  readonly by: 'primary' | 'secondary'
  /** Primary addresses to ask, in their order; empty when searched by number. */
  readonly addresses: readonly number[]
  readonly hexDigits: boolean
  /** Addresses, or the hundredths of all numbers. */
  readonly steps: number
  done: number
  from: string | null
  isOver: boolean
}
export interface MbusPlan {
  readonly jobs: readonly MbusJob[]
  readonly counted: ScanState['counted']
  readonly notes: readonly string[]
}
export type MbusPlanOutcome =
  { readonly ok: true; readonly mbus: MbusPlan } | { readonly ok: false; readonly problem: string }

const hundredths = 100
const parityLetter = { none: 'N', even: 'E', odd: 'O' } as const
const whereOf = (line: MbusSiteLine): string =>
  line.transport === 'mbus-serial'
    ? `${line.path}, M-Bus, ${line.baud} baud 8${parityLetter[line.parity]}${line.stopBits}`
    : `${line.host}:${line.port}, M-Bus, ${line.baud} baud`
const idOf = (text: string): string =>
  `scan-mbus-${text
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')}`.slice(0, 60)
const sameHost = (left: string, right: string): boolean => {
  const plain = (host: string) => (host.toLowerCase() === 'localhost' ? '127.0.0.1' : host.toLowerCase())
  return plain(left) === plain(right)
}

type Buses =
  { readonly ok: true; readonly buses: readonly MbusJob['via'][] } | { readonly ok: false; readonly problem: string }

/** The bus at each speed; the site's own line where it is one, for two programs' worth of masters on one M-Bus would garble each other. */
const busesOf = ({ at }: MbusRequest, site: Site): Buses => {
  if (at.via === 'line') {
    const line = site.lines.find(({ id }) => id === at.lineId)
    if (line === undefined)
      return {
        ok: false,
        problem: `there is no line '${at.lineId}' in the site; it has ${site.lines.map(({ id }) => id).join(', ')}`,
      }
    return isMbusLine(line)
      ? { ok: true, buses: [{ kind: 'site', line }] }
      : { ok: false, problem: `${line.name ?? line.id} is a Modbus line: search its unit ids` }
  }
  const own = site.lines.find((line) =>
    at.via === 'serial'
      ? 'path' in line && line.path === at.path
      : 'host' in line && sameHost(line.host, at.host) && line.port === at.port,
  )
  const name = at.via === 'serial' ? at.path : `${at.host}:${at.port}`
  if (own !== undefined)
    return isMbusLine(own)
      ? { ok: true, buses: [{ kind: 'site', line: own }] }
      : { ok: false, problem: `${name} is the Modbus line ${own.name ?? own.id} of the site; name another one` }
  if (at.via === 'tcp') {
    const host = parseHosts(at.host)
    if (!host.ok) return { ok: false, problem: `address: ${host.problem}` }
    if (host.items.length !== 1 || host.items[0] === undefined)
      return { ok: false, problem: 'name one converter: an M-Bus search takes minutes for each' }
    return {
      ok: true,
      buses: [
        {
          kind: 'temporary',
          line: { transport: 'mbus-tcp', id: idOf(name), host: host.items[0], port: at.port, baud: at.baud },
        },
      ],
    }
  }
  return {
    ok: true,
    buses: at.bauds.map((baud) => ({
      kind: 'temporary',
      line: { transport: 'mbus-serial', id: idOf(at.path), path: at.path, baud, parity: at.parity, stopBits: 1 },
    })),
  }
}

/** What is to be asked on an M-Bus; a problem is a sentence for the person who asked. */
export const planMbus = (request: MbusRequest, site: Site): MbusPlanOutcome => {
  const buses = busesOf(request, site)
  if (!buses.ok) return buses
  const parsed = parseMbusAddresses(request.addresses)
  if (request.by !== 'secondary' && !parsed.ok) return { ok: false, problem: `addresses: ${parsed.problem}` }
  const wanted = parsed.ok ? parsed.items : []
  const notes: string[] = []
  const jobs = buses.buses.flatMap((via): MbusJob[] => {
    const name = via.line.name ?? via.line.id
    const own =
      via.kind === 'site' ? site.meters.filter((meter) => meter.line === via.line.id && meter.mbus !== undefined) : []
    if (via.kind === 'site')
      notes.push(
        `${name} goes on being read: each question of the search waits for its turn, and a reading that is due waits for one question, a few seconds at most`,
      )
    const skipped =
      request.by === 'secondary'
        ? []
        : own.filter(({ mbus }) => mbus?.primary !== undefined && wanted.includes(mbus.primary))
    if (skipped.length > 0)
      notes.push(
        `${name}: ${skipped.map((meter) => `${meter.name ?? meter.id} (address ${meter.mbus?.primary ?? ''})`).join(', ')} ${skipped.length === 1 ? 'is' : 'are'} in the site already and ${skipped.length === 1 ? 'is' : 'are'} not asked`,
      )
    const addresses = wanted.filter((address) => !skipped.some(({ mbus }) => mbus?.primary === address))
    const where = via.kind === 'site' ? `line ${name} (${whereOf(via.line)})` : whereOf(via.line)
    const job = { where, via, hexDigits: request.hexDigits, done: 0, from: null, isOver: false }
    return [
      ...(request.by === 'primary' ? [] : [{ ...job, by: 'secondary' as const, addresses: [], steps: hundredths }]),
      ...(request.by === 'secondary' ? [] : [{ ...job, by: 'primary' as const, addresses, steps: addresses.length }]),
    ]
  })
  notes.push(
    request.by === 'secondary'
      ? 'Some old meters are beyond selection by number and are found by their primary address only'
      : request.by === 'primary'
        ? 'Meters that were never set up share the address 0: several of them can be told apart by their numbers only'
        : 'Searched by number first, then by address',
  )
  if (buses.buses.some(({ kind }) => kind === 'temporary'))
    notes.push(
      'Only questions are sent, but another master on this bus is disturbed by them: end other programs that read it',
    )
  return {
    ok: true,
    mbus: {
      jobs,
      counted:
        request.by === 'both' || jobs.length > 1
          ? 'steps'
          : request.by === 'primary'
            ? 'addresses'
            : '% of the numbers',
      notes,
    },
  }
}
