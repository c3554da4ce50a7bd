import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { MbusProfile } from '../../../shared/mbus/profile.ts'
import { readMbusProfile } from '../../../shared/mbus/read-mbus-profile.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { readChargerProfile, readMeterProfile, type ReadProfile } from '../../../shared/profile/read-profile.ts'
import { asWritten, modbusOf } from '../../../shared/site/charger-connection.ts'
import { checkSite } from '../../../shared/site/check-site.ts'
import { explainIssues } from '../../../shared/yaml/explain.ts'
import { formatProblem, pathText, type Problem } from '../../../shared/yaml/problem.ts'
import { readDocument } from '../../../shared/yaml/read-document.ts'
import type { JsonSchema } from '../../../shared/yaml/schema-guide.ts'
import { scenarioSchema, strayNames, type Scenario } from './scenario.ts'
import { siteOfScenario, type LineAddress } from './site-of-scenario.ts'

export interface LoadedScenario {
  readonly scenario: Scenario
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly mbusProfiles: ReadonlyMap<string, MbusProfile>
}
/** `problems` are lines for a person: file, place, what is wrong, what to do. */
export type LoadOutcome =
  { readonly ok: true; readonly loaded: LoadedScenario } | { readonly ok: false; readonly problems: readonly string[] }

const refuse = (problems: readonly Problem[]): LoadOutcome => ({ ok: false, problems: problems.map(formatProblem) })

const readText = (file: string): { readonly text: string } | { readonly problem: Problem } => {
  try {
    return { text: readFileSync(file, 'utf8') }
  } catch (error) {
    const message = `the file can't be read (${error instanceof Error ? error.message : String(error)})`
    return {
      problem: {
        file,
        line: 1,
        column: 1,
        path: '',
        message,
        remedy: 'check its name and that you may read it',
        severity: 'error',
      },
    }
  }
}

const readProfiles = <P>(
  folder: string,
  ids: readonly string[],
  read: (text: string, file: string) => ReadProfile<P>,
) => {
  const profiles = new Map<string, P>()
  const problems: Problem[] = []
  for (const id of new Set(ids)) {
    const file = join(folder, `${id}.yaml`)
    const text = readText(file)
    const outcome = 'problem' in text ? { ok: false as const, problems: [text.problem] } : read(text.text, file)
    if (outcome.ok) profiles.set(id, outcome.profile)
    else problems.push(...outcome.problems)
  }
  return { profiles, problems }
}

// The site's checks want addresses; before any line is open every one gets a port of its own.
const standIns = (scenario: Scenario) =>
  new Map(
    scenario.site.lines.map((line, index): [string, LineAddress] => [
      line.id,
      { transport: line.transport === 'serial' ? 'rtu-over-tcp' : line.transport, port: 1 + index },
    ]),
  )

const waveStandIns = ({ site }: Scenario) =>
  new Map(site.waves.map(({ id }, index): [string, number] => [id, 1 + site.lines.length + index]))

const siteOf = (scenario: unknown): unknown =>
  typeof scenario === 'object' && scenario !== null && 'site' in scenario ? scenario.site : null

/** A scenario, checked as a site would be, with the profiles its meters and chargers name. */
export const loadScenario = (file: string, profilesFolder: string): LoadOutcome => {
  const text = readText(file)
  if ('problem' in text) return refuse([text.problem])
  const read = readDocument(text.text, file)
  if (!read.ok) return refuse(read.problems)
  const { document } = read
  const parsed = scenarioSchema.safeParse(document.value)
  if (!parsed.success) {
    const schema = z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
    return refuse(explainIssues(parsed.error.issues, document, file, { schema, units: {} }))
  }
  const scenario = parsed.data
  const meters = readProfiles(
    join(profilesFolder, 'meters'),
    [...scenario.site.meters, ...scenario.simulation.unlisted.meters]
      .filter(({ mbus }) => mbus === undefined)
      .map(({ profile }) => profile),
    readMeterProfile,
  )
  const mbus = readProfiles(
    join(profilesFolder, 'mbus'),
    [...scenario.site.meters, ...scenario.simulation.unlisted.meters]
      .filter(({ mbus }) => mbus !== undefined)
      .map(({ profile }) => profile),
    readMbusProfile,
  )
  const chargers = readProfiles(
    join(profilesFolder, 'chargers'),
    scenario.site.chargers.flatMap((charger) => modbusOf(charger)?.profile ?? []),
    readChargerProfile,
  )
  const unread = [...meters.problems, ...chargers.problems, ...mbus.problems]
  if (unread.length > 0) return refuse(unread)

  const siteErrors = checkSite(siteOfScenario(scenario, standIns(scenario), waveStandIns(scenario)), {
    meters: meters.profiles,
    chargers: chargers.profiles,
    mbus: mbus.profiles,
  })
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message, remedy }) => ({
      path: ['site', ...asWritten(path, siteOf(document.value))],
      message,
      remedy,
    }))
  const problems = [...siteErrors, ...strayNames(scenario)].map(({ path, message, remedy }): Problem => ({
    file,
    ...document.placeOf(path),
    path: pathText(path),
    message,
    remedy,
    severity: 'error',
  }))
  if (problems.length > 0) return refuse(problems)
  return {
    ok: true,
    loaded: {
      scenario,
      meterProfiles: meters.profiles,
      chargerProfiles: chargers.profiles,
      mbusProfiles: mbus.profiles,
    },
  }
}
