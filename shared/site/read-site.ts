import { z } from 'zod'
import type { MbusProfile } from '../mbus/profile.ts'
import type { ChargerProfile } from '../profile/charger-profile.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { explainIssues, type Guide } from '../yaml/explain.ts'
import { formatProblem, pathText, type Problem } from '../yaml/problem.ts'
import { readDocument } from '../yaml/read-document.ts'
import type { JsonSchema } from '../yaml/schema-guide.ts'
import { asWritten } from './charger-connection.ts'
import { checkSite } from './check-site.ts'
import { keyWords } from './key-words.ts'
import { siteSchema, type Site } from './site.ts'

/** The profiles a site may name. */
export interface SiteCatalogue {
  readonly meters: ReadonlyMap<string, MeterProfile>
  readonly chargers: ReadonlyMap<string, ChargerProfile>
  /** Meters on wired M-Bus. */
  readonly mbus?: ReadonlyMap<string, MbusProfile>
}

/** `message` is the problems as text, one a line. */
export type ReadSite =
  | { readonly ok: true; readonly site: Site; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly message: string }

const units: Readonly<Record<string, string>> = {
  rating: 'amperes',
  'rcd.rating': 'milliamperes',
  'tripUnit.ir': 'amperes',
  'tripUnit.tr': 'seconds',
  'tripUnit.ig': 'amperes',
  limit: 'amperes',
  otherLoad: 'amperes',
  minimum: 'amperes',
  maximum: 'amperes',
  fallback: 'amperes',
  primary: 'amperes',
  secondary: 'amperes',
  'mbus.primary': '',
  'mbus.secondary': '',
  increaseStep: 'amperes',
  imbalance: 'amperes',
  nominalVoltage: 'volts',
  maximumPower: 'watts',
  frequency: 'hertz',
  ambient: 'degrees Celsius',
  periodMs: 'milliseconds',
  timeoutMs: 'milliseconds',
  quietMs: 'milliseconds',
  periods: 'milliseconds',
  keepAliveS: 'seconds',
  dataPerMonthMB: 'megabytes',
  meterTimeout: 'seconds',
  increaseDelay: 'seconds',
  resumeDelay: 'seconds',
  expiresAfter: 'seconds',
  pollEvery: 'seconds',
  baud: 'baud',
}

/** What people and other programs call the transports, standards and conductors of this file. */
const synonyms: Readonly<Record<string, string>> = {
  modbustcp: 'tcp',
  tcpip: 'tcp',
  modbustcpip: 'tcp',
  ethernet: 'tcp',
  lan: 'tcp',
  mbap: 'tcp',
  modbusrtu: 'serial',
  rtu: 'serial',
  rs485: 'serial',
  rs232: 'serial',
  usb: 'serial',
  com: 'serial',
  modbus: 'tcp',
  rtutcp: 'rtu-over-tcp',
  tcprtu: 'rtu-over-tcp',
  modbusrtuovertcp: 'rtu-over-tcp',
  rtuovertcpip: 'rtu-over-tcp',
  gateway: 'rtu-over-tcp',
  mbus: 'mbus-serial',
  r: 'L1',
  s: 'L2',
  t: 'L3',
  u: 'L1',
  v: 'L2',
  w: 'L3',
  1: 'L1',
  2: 'L2',
  3: 'L3',
  no: 'none',
  off: 'none',
}

/** As many as a person reads; finding the place of each costs a walk through the file. */
const mostFindings = 500

let guide: Guide | null = null
const siteGuide = (): Guide =>
  (guide ??= {
    schema: z.toJSONSchema(siteSchema, { io: 'input' }) as JsonSchema,
    units,
    synonyms,
    keyWords,
  })

/**
 * A site from its file's text, or everything that is wrong with it, each with place and remedy. With a catalogue the profiles
 * named are checked too. Warnings don't keep the site from being used, but a person should read them.
 */
export const readSite = (text: string, fileName: string, catalogue?: SiteCatalogue): ReadSite => {
  const refuse = (problems: readonly Problem[]): ReadSite => ({
    ok: false,
    problems,
    message: problems.map(formatProblem).join('\n'),
  })
  const read = readDocument(text, fileName, { singleLine: true })
  if (!read.ok) return refuse(read.problems)
  const { document } = read
  if (document.value === null || document.value === undefined) {
    return refuse([
      {
        file: fileName,
        line: 1,
        column: 1,
        path: '',
        message: 'the file is empty',
        remedy: 'start from assets/examples/site.example.yaml',
        severity: 'error',
      },
    ])
  }
  const parsed = siteSchema.safeParse(document.value)
  if (!parsed.success) return refuse(explainIssues(parsed.error.issues, document, fileName, siteGuide()))
  const findings = checkSite(parsed.data, catalogue)
  const problems = findings
    .slice(0, mostFindings)
    .map(({ path, ...finding }) => ({ path: asWritten(path, document.value), ...finding }))
    .map(({ path, severity, message, remedy }): Problem => ({
      file: fileName,
      ...document.placeOf(path),
      path: pathText(path),
      message,
      remedy,
      severity,
    }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
  const isRefused = findings.some(({ severity }) => severity === 'error')
  return isRefused ? refuse(problems) : { ok: true, site: parsed.data, warnings: problems }
}
