import type { ScanRequest } from '../../../shared/api/scan-contract.ts'
import { parseHosts, parseMbusAddresses, parsePorts, parseUnits } from '../../../shared/scan/lists.ts'

type Mbus = Extract<ScanRequest, { kind: 'mbus' }>
type MbusSerial = Extract<Mbus['at'], { via: 'serial' }>
export type MbusBaud = MbusSerial['bauds'][number]
type Serial = Extract<ScanRequest, { kind: 'serial' }>
export type Baud = Serial['bauds'][number]
export type Parity = Serial['parities'][number]

export interface ScanForm {
  readonly kind: ScanRequest['kind']
  readonly hosts: string
  readonly ports: string
  readonly tcpUnits: string
  readonly framings: 'tcp' | 'rtu-over-tcp' | 'both'
  readonly path: string
  readonly bauds: readonly Baud[]
  readonly parities: readonly Parity[]
  readonly stopBits: 1 | 2
  readonly lineId: string
  readonly busUnits: string
  readonly mbusVia: 'serial' | 'tcp'
  readonly mbusHost: string
  readonly mbusPort: string
  readonly mbusBaud: MbusBaud
  readonly mbusBauds: readonly MbusBaud[]
  readonly mbusParity: Parity
  readonly mbusBy: Mbus['by']
  readonly mbusAddresses: string
  readonly mbusHex: boolean
  readonly who: string
}

export const bauds: readonly Baud[] = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200]
export const mbusBauds: readonly MbusBaud[] = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400]
export const parities: readonly { readonly value: Parity; readonly label: string }[] = [
  { value: 'none', label: 'none' },
  { value: 'even', label: 'even' },
  { value: 'odd', label: 'odd' },
]

export const emptyForm = (who: string, lineId: string): ScanForm => ({
  // A new site has no line yet.
  kind: lineId === '' ? 'tcp' : 'line',
  hosts: '',
  ports: '502',
  tcpUnits: '1-10',
  framings: 'tcp',
  path: '',
  bauds: [9600, 19200],
  parities: ['none', 'even'],
  stopBits: 1,
  lineId,
  busUnits: '1-247',
  who,
  mbusVia: 'tcp',
  mbusHost: '',
  mbusPort: '',
  mbusBaud: 2400,
  mbusBauds: [2400],
  mbusParity: 'even',
  mbusBy: 'secondary',
  mbusAddresses: '0-250',
  mbusHex: false,
})

const framingOf = (framings: Extract<ScanRequest, { kind: 'tcp' }>['framings']): ScanForm['framings'] =>
  framings.length > 1 ? 'both' : (framings[0] ?? 'tcp')

/** The form as it was when this was asked, so that a second search starts from the first. */
export const formOf = (empty: ScanForm, last: ScanRequest): ScanForm => {
  switch (last.kind) {
    case 'tcp':
      return {
        ...empty,
        kind: 'tcp',
        hosts: last.hosts,
        ports: last.ports,
        tcpUnits: last.units,
        framings: framingOf(last.framings),
      }
    case 'serial':
      return {
        ...empty,
        kind: 'serial',
        path: last.path,
        bauds: last.bauds,
        parities: last.parities,
        stopBits: last.stopBits,
        busUnits: last.units,
      }
    case 'line':
      return { ...empty, kind: 'line', lineId: last.lineId, busUnits: last.units }
    case 'mbus': {
      const how = { ...empty, mbusBy: last.by, mbusAddresses: last.addresses, mbusHex: last.hexDigits }
      switch (last.at.via) {
        case 'line':
          return { ...how, kind: 'line', lineId: last.at.lineId }
        case 'tcp':
          return {
            ...how,
            kind: 'mbus',
            mbusVia: 'tcp',
            mbusHost: last.at.host,
            mbusPort: String(last.at.port),
            mbusBaud: last.at.baud,
          }
        case 'serial':
          return {
            ...how,
            kind: 'mbus',
            mbusVia: 'serial',
            path: last.at.path,
            mbusBauds: last.at.bauds,
            mbusParity: last.at.parity,
          }
      }
    }
  }
}

const problemOf = (parsed: { readonly ok: true } | { readonly ok: false; readonly problem: string }): string | null =>
  parsed.ok ? null : parsed.problem

export interface FormProblems {
  readonly hosts: string | null
  readonly ports: string | null
  readonly units: string | null
  readonly path: string | null
  readonly settings: string | null
  readonly addresses: string | null
}

export const isMbus = (transport: string | undefined): boolean =>
  transport === 'mbus-serial' || transport === 'mbus-tcp'
const addressProblem = (form: ScanForm): { readonly addresses: string | null } => ({
  addresses: form.mbusBy === 'secondary' ? null : problemOf(parseMbusAddresses(form.mbusAddresses)),
})

/** What must be mended before it can be searched; an address field nobody has typed into yet is not scolded. */
export const formProblems = (form: ScanForm, lineTransport: string | undefined): FormProblems => {
  const none: FormProblems = { hosts: null, ports: null, units: null, path: null, settings: null, addresses: null }
  switch (form.kind) {
    case 'tcp':
      return {
        ...none,
        hosts: problemOf(parseHosts(form.hosts)),
        ports: problemOf(parsePorts(form.ports)),
        units: problemOf(parseUnits(form.tcpUnits, false)),
      }
    case 'serial':
      return {
        ...none,
        units: problemOf(parseUnits(form.busUnits, true)),
        path: form.path.trim() === '' ? 'name a serial port, such as /dev/ttyUSB0 or COM3' : null,
        settings: form.bauds.length === 0 ? 'choose a speed' : form.parities.length === 0 ? 'choose a parity' : null,
      }
    case 'mbus': {
      const isTcp = form.mbusVia === 'tcp'
      const [host, port] = [parseHosts(form.mbusHost), parsePorts(form.mbusPort)]
      return {
        ...none,
        ...addressProblem(form),
        hosts: !isTcp ? null : host.ok && host.items.length > 1 ? 'one converter at a time' : problemOf(host),
        ports: !isTcp
          ? null
          : form.mbusPort.trim() === ''
            ? 'see the converter’s settings'
            : port.ok && port.items.length > 1
              ? 'one port'
              : problemOf(port),
        path: isTcp || form.path.trim() !== '' ? null : 'name a serial port, such as /dev/ttyUSB0 or COM3',
        settings: isTcp || form.mbusBauds.length > 0 ? null : 'choose a speed',
      }
    }
    case 'line':
      return isMbus(lineTransport)
        ? { ...none, ...addressProblem(form) }
        : {
            ...none,
            units: problemOf(parseUnits(form.busUnits, lineTransport !== 'tcp')),
            path: form.lineId === '' ? 'choose a line' : null,
          }
  }
}
export const isComplete = (problems: FormProblems): boolean =>
  Object.values(problems).every((problem) => problem === null)

const mbusRequest = (form: ScanForm, at: Mbus['at']): Mbus => ({
  kind: 'mbus',
  at,
  by: form.mbusBy,
  addresses: form.mbusAddresses.trim() === '' ? '0-250' : form.mbusAddresses,
  hexDigits: form.mbusBy !== 'primary' && form.mbusHex,
})

export const requestOf = (form: ScanForm, lineTransport: string | undefined): ScanRequest => {
  switch (form.kind) {
    case 'tcp':
      return {
        kind: 'tcp',
        hosts: form.hosts,
        ports: form.ports,
        units: form.tcpUnits,
        framings: form.framings === 'both' ? ['tcp', 'rtu-over-tcp'] : [form.framings],
      }
    case 'serial':
      return {
        kind: 'serial',
        path: form.path.trim(),
        bauds: [...form.bauds],
        parities: [...form.parities],
        stopBits: form.stopBits,
        units: form.busUnits,
      }
    case 'mbus':
      return mbusRequest(
        form,
        form.mbusVia === 'tcp'
          ? { via: 'tcp', host: form.mbusHost.trim(), port: Number(form.mbusPort), baud: form.mbusBaud }
          : { via: 'serial', path: form.path.trim(), bauds: [...form.mbusBauds], parity: form.mbusParity },
      )
    case 'line':
      return isMbus(lineTransport)
        ? mbusRequest(form, { via: 'line', lineId: form.lineId })
        : { kind: 'line', lineId: form.lineId, units: form.busUnits }
  }
}

/** How much there is to try, in words; null while the form has a mistake. */
export const amount = (form: ScanForm, lineTransport: string | undefined): string | null => {
  if (form.kind === 'mbus' || (form.kind === 'line' && isMbus(lineTransport))) {
    if (form.mbusBy === 'secondary') return 'About a minute for a few meters at 2400 baud, several for many'
    const addresses = parseMbusAddresses(form.mbusAddresses)
    if (!addresses.ok) return null
    // 330 bit times, what the converter adds, and the request itself: half a second for each address nobody has, at 2400 baud.
    const minutes = Math.max(1, Math.ceil(addresses.items.length / 2 / 60))
    return `${addresses.items.length} addresses; about ${minutes} min at 2400 baud${form.mbusBy === 'both' ? ', after the numbers' : ''}`
  }
  if (form.kind === 'tcp') {
    const [hosts, ports, units] = [parseHosts(form.hosts), parsePorts(form.ports), parseUnits(form.tcpUnits, false)]
    if (!hosts.ok || !ports.ok || !units.ok) return null
    return `${hosts.items.length} ${hosts.items.length === 1 ? 'address' : 'addresses'}, ${ports.items.length} ${ports.items.length === 1 ? 'port' : 'ports'}, ${units.items.length} unit ids where one answers`
  }
  const units = parseUnits(form.busUnits, false)
  if (!units.ok) return null
  const settings = form.kind === 'serial' ? form.bauds.length * form.parities.length : 1
  return `${units.items.length} unit ids${settings === 1 ? '' : ` at ${settings} settings`}; about ${Math.max(1, Math.ceil((units.items.length * settings) / (form.kind === 'serial' ? 5 : 3) / 60))} min if few answer`
}
