import { own } from '../../shared/own.ts'
import { parseCommand, type Parsed, type Values } from './command-line.ts'

const wholeNumber = (name: string, text: string | undefined, low: number, high: number): number | null => {
  if (text === undefined) return null
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < low || value > high)
    throw new TypeError(`--${name}: expected a whole number from ${low} to ${high}, got '${text}'`)
  return value
}

const common = {
  site: { value: 'FILE', says: 'the site file; without it the simulated site' },
  scenario: { value: 'NAME', says: 'another simulated site: depot, small, sunspec, recorders' },
  seed: { value: 'N', says: 'what chance does in the simulated site' },
  data: { value: 'FOLDER', says: 'where the data of the site is kept' },
  verbose: { value: null, says: 'tells more in the log' },
} as const

export interface SiteChoice {
  /** Null: the simulated site. */
  readonly site: string | null
  /** For the simulator. */
  readonly simulator: readonly string[]
  readonly data: string | null
  readonly verbose: boolean
}

const siteChoice = (values: Values): SiteChoice => {
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

const tlsFiles = (values: Values): ServeChoice['tls'] => {
  const [cert, key] = [values['tls-cert'], values['tls-key']]
  if (cert === undefined && key === undefined) return null
  if (typeof cert !== 'string' || typeof key !== 'string')
    throw new TypeError('--tls-cert and --tls-key belong together: give the certificate and its key, both PEM files')
  return { cert, key }
}

/** Options of the browser way. */
export const parseServeOptions = (args: readonly string[]): Parsed<ServeChoice> =>
  parseCommand(
    {
      command: 'npm start -- --browser',
      does: 'Serves the screen of a site to a browser.',
      options: {
        ...common,
        port: { value: 'N', says: 'the port of the page; without it any free one' },
        listen: { value: 'ADDRESS', says: 'lets other computers reach it at this address' },
        'insecure-listen': { value: null, says: 'lets them reach it without encryption' },
        'tls-cert': { value: 'FILE', says: 'the certificate, PEM' },
        'tls-key': { value: 'FILE', says: 'its key, PEM' },
        open: { value: 'FILE', says: 'a recording or snapshot to begin with' },
        show: { value: null, says: "opens the address in this computer's browser" },
        json: { value: null, says: 'prints address and log as JSON lines' },
      },
    },
    args,
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
  parseCommand(
    {
      command: 'npm run -s monitor --',
      does: 'Prints what a site measures, finds and decides, one JSON object a line; the log goes to standard error.',
      options: {
        ...common,
        seconds: { value: 'N', says: 'ends after so long; without it at Ctrl+C' },
        arm: { value: null, says: 'lets the load control write limits; needs --operator' },
        operator: { value: 'NAME', says: 'the person who answers for it' },
        record: { value: 'FILE', says: 'keeps all that entered the site, for "replay" and "diagnose"' },
      },
    },
    args,
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
  parseCommand(
    {
      command: 'npm run -s replay --',
      does: 'Plays a recording through the program and prints what "monitor" printed, or where what comes of it differs.',
      options: {
        record: { value: 'FILE', says: 'a file of "monitor --record", or a snapshot' },
        quiet: { value: null, says: 'only compares' },
      },
    },
    args,
    (values) => {
      const record = values['record']
      if (typeof record !== 'string')
        throw new TypeError('--record FILE is needed: a file of "monitor --record", or a snapshot')
      return { record, isQuiet: values['quiet'] === true }
    },
  )

export type DiagnoseChoice =
  | { readonly kind: 'record'; readonly snapshot: string }
  | { readonly kind: 'readings'; readonly readings: string; readonly site: string }
export const parseDiagnoseOptions = (args: readonly string[]): Parsed<DiagnoseChoice> =>
  parseCommand(
    {
      command: 'npm run -s diagnose --',
      does: 'Ranks the causes of the incidents in a recorded file, one JSON object an incident.',
      options: {
        snapshot: { value: 'FILE', says: 'a snapshot' },
        record: { value: 'FILE', says: 'the same for a file of "monitor --record"' },
        readings: {
          value: 'FILE',
          says: 'plain readings that another program wrote, one JSON object a line; with --site',
        },
        site: { value: 'FILE', says: 'the site file that the readings are of' },
      },
    },
    args,
    (values) => {
      const snapshot = values['snapshot'] ?? values['record']
      const { readings, site } = values
      if (typeof readings === 'string') {
        if (typeof site !== 'string')
          throw new TypeError('--readings FILE needs --site FILE: what was read is of a site')
        if (snapshot !== undefined) throw new TypeError('either --snapshot FILE or --readings FILE')
        return { kind: 'readings', readings, site }
      }
      if (site !== undefined) throw new TypeError('--site belongs to --readings: a snapshot has its site in it')
      if (typeof snapshot !== 'string')
        throw new TypeError('--snapshot FILE is needed: a snapshot, or a file of "monitor --record"')
      return { kind: 'record', snapshot }
    },
  )

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
  parseCommand(
    {
      command: 'npm run -s snapshot --',
      does: 'Makes a snapshot from what a site has stored, whether the program runs on it or not.',
      options: {
        site: { value: 'FILE', says: 'the site file' },
        data: common.data,
        out: { value: 'FILE', says: 'where it goes; a file that is there is not overwritten' },
        minutes: { value: 'N', says: 'the last N minutes; without it and --from the last 15' },
        from: { value: 'TIME', says: 'its beginning, such as 2026-11-28T10:00:00Z' },
        to: { value: 'TIME', says: 'its end' },
        who: { value: 'NAME', says: 'who makes it' },
        note: { value: 'TEXT', says: 'what it is for' },
        anonymous: { value: null, says: 'leaves out names of places and persons' },
      },
    },
    args,
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
