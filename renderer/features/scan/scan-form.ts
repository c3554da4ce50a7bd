import type { ScanRequest } from '../../../shared/api/scan-contract.ts'
import { parseHosts, parsePorts, parseUnits } from '../../../shared/scan/lists.ts'

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
  readonly who: string
}

export const bauds: readonly Baud[] = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200]
export const parities: readonly { readonly value: Parity; readonly label: string }[] = [{ value: 'none', label: 'none' }, { value: 'even', label: 'even' }, { value: 'odd', label: 'odd' }]

export const emptyForm = (who: string, lineId: string): ScanForm => ({
  kind: 'line', hosts: '', ports: '502', tcpUnits: '1-10', framings: 'tcp', path: '', bauds: [9600, 19200], parities: ['none', 'even'], stopBits: 1, lineId, busUnits: '1-247', who,
})

const problemOf = (parsed: { readonly ok: true } | { readonly ok: false; readonly problem: string }): string | null => (parsed.ok ? null : parsed.problem)

export interface FormProblems { readonly hosts: string | null; readonly ports: string | null; readonly units: string | null; readonly path: string | null; readonly settings: string | null }

/** What must be mended before it can be searched; an address field nobody has typed into yet is not scolded. */
export const formProblems = (form: ScanForm, lineTransport: string | undefined): FormProblems => {
  const none: FormProblems = { hosts: null, ports: null, units: null, path: null, settings: null }
  switch (form.kind) {
    case 'tcp': return { ...none, hosts: problemOf(parseHosts(form.hosts)), ports: problemOf(parsePorts(form.ports)), units: problemOf(parseUnits(form.tcpUnits, false)) }
    case 'serial': return {
      ...none, units: problemOf(parseUnits(form.busUnits, true)), path: form.path.trim() === '' ? 'name a serial port, such as /dev/ttyUSB0 or COM3' : null,
      settings: form.bauds.length === 0 ? 'choose a speed' : form.parities.length === 0 ? 'choose a parity' : null,
    }
    case 'line': return { ...none, units: problemOf(parseUnits(form.busUnits, lineTransport !== 'tcp')), path: form.lineId === '' ? 'choose a line' : null }
  }
}
export const isComplete = (problems: FormProblems): boolean => Object.values(problems).every((problem) => problem === null)

export const requestOf = (form: ScanForm): ScanRequest => {
  switch (form.kind) {
    case 'tcp': return { kind: 'tcp', hosts: form.hosts, ports: form.ports, units: form.tcpUnits, framings: form.framings === 'both' ? ['tcp', 'rtu-over-tcp'] : [form.framings] }
    case 'serial': return { kind: 'serial', path: form.path.trim(), bauds: [...form.bauds], parities: [...form.parities], stopBits: form.stopBits, units: form.busUnits }
    case 'line': return { kind: 'line', lineId: form.lineId, units: form.busUnits }
  }
}

/** How much there is to try, in words; null while the form has a mistake. */
export const amount = (form: ScanForm): string | null => {
  if (form.kind === 'tcp') {
    const [hosts, ports, units] = [parseHosts(form.hosts), parsePorts(form.ports), parseUnits(form.tcpUnits, false)]
    if (!hosts.ok || !ports.ok || !units.ok) return null
    return `${hosts.items.length} ${hosts.items.length === 1 ? 'address' : 'addresses'}, ${ports.items.length} ${ports.items.length === 1 ? 'port' : 'ports'}, ${units.items.length} unit ids where one answers`
  }
  const units = parseUnits(form.busUnits, false)
  if (!units.ok) return null
  const settings = form.kind === 'serial' ? form.bauds.length * form.parities.length : 1
  return `${units.items.length} unit ids${settings === 1 ? '' : ` at ${settings} settings`}; about ${Math.max(1, Math.ceil(units.items.length * settings / (form.kind === 'serial' ? 5 : 3) / 60))} min if few answer`
}
