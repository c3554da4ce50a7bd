import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { own } from '../../shared/own.ts'

export type Parsed<T> = { readonly ok: true; readonly options: T } | { readonly ok: false; readonly message: string }

const wholeNumber = (name: string, text: string | undefined, low: number, high: number): number | null => {
  if (text === undefined) return null
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < low || value > high)
    throw new TypeError(`--${name}: expected a whole number from ${low} to ${high}, got '${text}'`)
  return value
}

const parse = <T>(
  args: readonly string[],
  options: ParseArgsOptionsConfig,
  use: (values: Record<string, string | boolean | undefined>) => T,
): Parsed<T> => {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false })
    return { ok: true, options: use(values as Record<string, string | boolean | undefined>) }
  } catch (error) {
    const known = Object.keys(options)
      .map((name) => `--${name}`)
      .join(', ')
    return { ok: false, message: `${error instanceof Error ? error.message : String(error)}\nOptions: ${known}` }
  }
}

const common = {
  site: { type: 'string' },
  scenario: { type: 'string' },
  seed: { type: 'string' },
  data: { type: 'string' },
  verbose: { type: 'boolean' },
} as const

export interface SiteChoice {
  /** Null: the simulated site. */
  readonly site: string | null
  /** For the simulator. */
  readonly simulator: readonly string[]
  readonly data: string | null
  readonly verbose: boolean
}

const siteChoice = (values: Record<string, string | boolean | undefined>): SiteChoice => {
  const text = (name: string): string | null => {
    const value = own(values, name)
    return typeof value === 'string' ? value : null
  }
  const [scenario, seed] = [text('scenario'), text('seed')]
  if (text('site') !== null && (scenario !== null || seed !== null))
    throw new TypeError('--scenario and --seed belong to the simulated site; leave them out with --site')
  return {
    site: text('site'),
    simulator: [...(scenario === null ? [] : ['--scenario', scenario]), ...(seed === null ? [] : ['--seed', seed])],
    data: text('data'),
    verbose: values['verbose'] === true,
  }
}

export interface ServeChoice extends SiteChoice {
  readonly port: number
  /** As a person gave it; null: this computer only. */
  readonly listen: string | null
  /** A person said that others may reach it without encryption. */
  readonly insecureListen: boolean
  readonly tls: { readonly cert: string; readonly key: string } | null
  /** A recording to begin with; null: none. Without a site beside it no site is opened. */
  readonly open: string | null
  readonly isWithoutSite: boolean
  /** Opens the address in this computer's browser. */
  readonly show: boolean
  readonly json: boolean
}

const tlsFiles = (values: Record<string, string | boolean | undefined>): ServeChoice['tls'] => {
  const [cert, key] = [values['tls-cert'], values['tls-key']]
  if (cert === undefined && key === undefined) return null
  if (typeof cert !== 'string' || typeof key !== 'string')
    throw new TypeError('--tls-cert and --tls-key belong together: give the certificate and its key, both PEM files')
  return { cert, key }
}

/** Options of the browser way. */
export const parseServeOptions = (args: readonly string[]): Parsed<ServeChoice> =>
  parse(
    args,
    {
      ...common,
      port: { type: 'string' },
      listen: { type: 'string' },
      'insecure-listen': { type: 'boolean' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      open: { type: 'string' },
      show: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    (values) => ({
      ...siteChoice(values),
      port: wholeNumber('port', values['port'] as string | undefined, 0, 65535) ?? 0,
      listen: (values['listen'] as string | undefined) ?? null,
      insecureListen: values['insecure-listen'] === true,
      tls: tlsFiles(values),
      open: (values['open'] as string | undefined) ?? null,
      isWithoutSite: values['open'] !== undefined && values['site'] === undefined && values['scenario'] === undefined,
      show: values['show'] === true,
      json: values['json'] === true,
    }),
  )

export interface MonitorChoice extends SiteChoice {
  readonly seconds: number | null
  readonly arm: boolean
  readonly operator: string | null
  /** Where the record of the session is written; null: nowhere. */
  readonly record: string | null
}

/** Options of the headless way. */
export const parseMonitorOptions = (args: readonly string[]): Parsed<MonitorChoice> =>
  parse(
    args,
    {
      ...common,
      seconds: { type: 'string' },
      arm: { type: 'boolean' },
      operator: { type: 'string' },
      record: { type: 'string' },
    },
    (values) => {
      const arm = values['arm'] === true
      const operator = (values['operator'] as string | undefined)?.trim() ?? null
      if (arm && !operator) throw new TypeError('--arm needs --operator NAME: who answers for it')
      return {
        ...siteChoice(values),
        seconds: wholeNumber('seconds', values['seconds'] as string | undefined, 1, 31_536_000),
        arm,
        operator,
        record: (values['record'] as string | undefined) ?? null,
      }
    },
  )

export interface ReplayChoice {
  readonly record: string
  /** Only compares. */
  readonly isQuiet: boolean
}

/** Options of playing a record. */
export const parseReplayOptions = (args: readonly string[]): Parsed<ReplayChoice> =>
  parse(args, { record: { type: 'string' }, quiet: { type: 'boolean' } }, (values) => {
    const record = values['record']
    if (typeof record !== 'string')
      throw new TypeError('--record FILE is needed: a file of "monitor --record", or a snapshot')
    return { record, isQuiet: values['quiet'] === true }
  })

export interface DiagnoseChoice {
  readonly snapshot: string
}
export const parseDiagnoseOptions = (args: readonly string[]): Parsed<DiagnoseChoice> =>
  parse(args, { snapshot: { type: 'string' }, record: { type: 'string' } }, (values) => {
    const snapshot = values['snapshot'] ?? values['record']
    if (typeof snapshot !== 'string')
      throw new TypeError('--snapshot FILE is needed: a snapshot, or a file of "monitor --record"')
    return { snapshot }
  })

export interface SnapshotChoice {
  readonly site: string
  readonly data: string | null
  readonly out: string
  readonly minutes: number | null
  /** UTC, epoch ms; both or none. */
  readonly from: number | null
  readonly to: number | null
  readonly who: string
  readonly note: string
  readonly isAnonymous: boolean
}

const timeOf = (name: string, text: unknown): number | null => {
  if (typeof text !== 'string') return null
  const ms = Date.parse(text)
  if (!Number.isFinite(ms))
    throw new TypeError(`--${name}: expected a time such as 2026-11-28T10:00:00Z, got '${text}'`)
  return ms
}

/** Options of making a snapshot without a screen. */
export const parseSnapshotOptions = (args: readonly string[]): Parsed<SnapshotChoice> =>
  parse(
    args,
    {
      ...{ site: { type: 'string' }, data: { type: 'string' }, out: { type: 'string' }, minutes: { type: 'string' } },
      ...{ from: { type: 'string' }, to: { type: 'string' }, who: { type: 'string' }, note: { type: 'string' } },
      anonymous: { type: 'boolean' },
    },
    (values) => {
      const { site, out, data, who, note } = values
      if (typeof site !== 'string' || typeof out !== 'string')
        throw new TypeError('--site FILE and --out FILE are needed: whose data, and where it goes')
      const [from, to] = [timeOf('from', values['from']), timeOf('to', values['to'])]
      const minutes = wholeNumber('minutes', values['minutes'] as string | undefined, 1, 10_080)
      if ((from === null) !== (to === null) || (from !== null && minutes !== null))
        throw new TypeError('give --minutes, or --from and --to together')
      if (from !== null && to !== null && from >= to) throw new TypeError('--from must lie before --to')
      return {
        ...{ site, out, minutes, from, to },
        data: typeof data === 'string' ? data : null,
        who: typeof who === 'string' && who.trim() !== '' ? who.trim() : 'headless',
        note: typeof note === 'string' ? note : '',
        isAnonymous: values['anonymous'] === true,
      }
    },
  )
