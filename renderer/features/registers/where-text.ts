import type { ExploreTarget } from '../../../shared/api/explore-contract.ts'
import { addressHex, readHostText, readRegisterText } from '../../../shared/explore/register-text.ts'
import type { Site, SiteLine } from '../../../shared/site/site.ts'

export const bauds = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const

/** What a person has typed so far; everything text, so that nothing typed is lost. */
export interface WhereForm {
  /** A line of the site by id, or one of `typedKinds`. */
  readonly line: string
  readonly host: string
  readonly path: string
  readonly baud: string
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: '1' | '2'
  readonly unit: string
  readonly functionCode: '3' | '4'
  readonly first: string
  readonly count: string
  readonly periodS: string
}
export const emptyWhere: WhereForm = {
  line: '',
  host: '',
  path: '',
  baud: '9600',
  parity: 'none',
  stopBits: '1',
  unit: '1',
  functionCode: '4',
  first: '0',
  count: '40',
  periodS: '1',
}
export const typedKinds = [
  { value: '@tcp', label: 'Another address, Modbus TCP' },
  { value: '@rtu-over-tcp', label: 'Another address, RTU over TCP' },
  { value: '@serial', label: 'Another serial port' },
] as const

export const lineLabel = (line: SiteLine): string =>
  `${line.name ?? line.id} (${'host' in line ? `${line.host}:${String(line.port)}` : line.path})`
export const modbusLines = (site: Site): readonly SiteLine[] =>
  site.lines.filter(({ transport }) => transport === 'tcp' || transport === 'rtu-over-tcp' || transport === 'serial')

export interface Where {
  readonly target: ExploreTarget
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly first: number
  readonly count: number
  readonly periodMs: number
}
export type WhereProblems = Readonly<Partial<Record<'host' | 'path' | 'unit' | 'first' | 'count' | 'periodS', string>>>
/** What the form asks for, or what is wrong with it; `said`: a register reference that was translated. */
export interface WhereRead {
  readonly where: Where | null
  readonly problems: WhereProblems
  readonly said: string | null
}

const whole = (text: string, low: number, high: number): number | null => {
  const number = /^\s*(0x[0-9a-f]+|\d+)\s*$/i.test(text) ? Number(text) : NaN
  return Number.isInteger(number) && number >= low && number <= high ? number : null
}

const targetOf = (form: WhereForm, host: ReturnType<typeof readHostText>): ExploreTarget | null => {
  if (form.line === '@serial')
    return form.path.trim() === ''
      ? null
      : {
          kind: 'serial',
          path: form.path.trim(),
          baud: bauds.find((baud) => String(baud) === form.baud) ?? 9600,
          parity: form.parity,
          stopBits: form.stopBits === '2' ? 2 : 1,
        }
  if (!form.line.startsWith('@')) return form.line === '' ? null : { kind: 'line', lineId: form.line }
  return host.ok
    ? { kind: 'network', framing: form.line === '@tcp' ? 'tcp' : 'rtu-over-tcp', host: host.host, port: host.port }
    : null
}

export const readWhere = (form: WhereForm): WhereRead => {
  const host = readHostText(form.host)
  const register = readRegisterText(form.first)
  const unit = whole(form.unit, 0, 255)
  const count = whole(form.count, 1, 1000)
  const periodMs = /^\s*\d+([.,]\d+)?\s*$/.test(form.periodS)
    ? Math.round(Number(form.periodS.replace(',', '.')) * 1000)
    : NaN
  const functionCode = (register.ok ? register.functionCode : null) ?? (form.functionCode === '3' ? 3 : 4)
  const isNetwork = form.line === '@tcp' || form.line === '@rtu-over-tcp'
  const problems: WhereProblems = {
    ...(isNetwork && !host.ok ? { host: host.why } : {}),
    ...(form.line === '@serial' && form.path.trim() === ''
      ? { path: 'Name the port, such as /dev/ttyUSB0 or COM3' }
      : {}),
    ...(unit === null ? { unit: '0 to 255; on a bus 1 to 247' } : {}),
    ...(register.ok ? {} : { first: register.why }),
    ...(count === null
      ? { count: '1 to 1000 registers' }
      : register.ok && register.address + count > 65536
        ? { count: 'goes beyond register 65535' }
        : {}),
    ...(periodMs >= 200 && periodMs <= 60_000 ? {} : { periodS: '0.2 to 60 s' }),
  }
  const target = targetOf(form, host)
  const where =
    Object.keys(problems).length > 0 || target === null || unit === null || count === null || !register.ok
      ? null
      : ({ target, unit, functionCode, first: register.address, count, periodMs } as const)
  return { where, problems, said: register.ok ? register.said : null }
}

export const rangeText = ({ functionCode, first, count }: Pick<Where, 'functionCode' | 'first' | 'count'>): string =>
  `${functionCode === 3 ? 'holding' : 'input'} registers ${String(first)} to ${String(first + count - 1)} (${addressHex(first)} to ${addressHex(first + count - 1)})`
