import { join } from 'node:path'
import { chargerProfileSchema, type ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { meterProfileSchema, type MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { readYaml, type Read } from './read-yaml.ts'
import { scenarioProblems, scenarioSchema, type Scenario } from './scenario.ts'

export interface LoadedScenario {
  readonly scenario: Scenario
  readonly meterProfiles: ReadonlyMap<string, MeterProfile>
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
}

/** A scenario with the profiles its meters and chargers name. */
export const loadScenario = (file: string, profilesFolder: string): Read<LoadedScenario> => {
  const read = readYaml(file, scenarioSchema)
  if (!read.ok) return read
  const problems = scenarioProblems(read.value).map((problem) => `${file}: ${problem}`)
  const meterProfiles = new Map<string, MeterProfile>()
  for (const { profile } of read.value.site.meters) {
    if (meterProfiles.has(profile)) continue
    const found = readYaml(join(profilesFolder, 'meters', `${profile}.yaml`), meterProfileSchema)
    if (found.ok) meterProfiles.set(profile, found.value)
    else problems.push(...found.problems)
  }
  const chargerProfiles = new Map<string, ChargerProfile>()
  for (const { profile } of read.value.site.chargers) {
    if (chargerProfiles.has(profile)) continue
    const found = readYaml(join(profilesFolder, 'chargers', `${profile}.yaml`), chargerProfileSchema)
    if (found.ok) chargerProfiles.set(profile, found.value)
    else problems.push(...found.problems)
  }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, value: { scenario: read.value, meterProfiles, chargerProfiles } }
}
