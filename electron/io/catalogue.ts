import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { MbusProfile } from '../../shared/mbus/profile.ts'
import { readMbusGolden, readMbusProfile } from '../../shared/mbus/read-mbus-profile.ts'
import type { ChargerProfile } from '../../shared/profile/charger-profile.ts'
import { checkChargerGolden, checkMeterGolden } from '../../shared/profile/check-golden.ts'
import type { MeterProfile } from '../../shared/profile/meter-profile.ts'
import {
  readChargerProfile,
  readGolden,
  readMeterProfile,
  type Golden,
  type ReadProfile,
} from '../../shared/profile/read-profile.ts'
import { didYouMean } from '../../shared/yaml/near.ts'
import type { Problem } from '../../shared/yaml/problem.ts'
import { noCheckedProfiles, type CheckedProfiles } from './checked-profiles.ts'
import { readRegularFile } from './regular-file.ts'

/** The device models the program knows. `problems` are of profiles left out, or of their golden files. */
export interface Catalogue {
  readonly meters: ReadonlyMap<string, MeterProfile>
  readonly chargers: ReadonlyMap<string, ChargerProfile>
  /** Meters on wired M-Bus. */
  readonly mbus: ReadonlyMap<string, MbusProfile>
  readonly problems: readonly Problem[]
}

/**
 * Reads every `meters/<id>.yaml`, `chargers/<id>.yaml` and `mbus/<id>.yaml` of the folder, then those of the user's folder, which override by id.
 * A profile that can't be used, has no golden file or disagrees with it is left out and told. Never rejects.
 */
export const loadCatalogue = async (
  folder: string,
  userFolder?: string,
  checked: CheckedProfiles = noCheckedProfiles,
): Promise<Catalogue> => {
  const meters = new Map<string, MeterProfile>()
  const chargers = new Map<string, ChargerProfile>()
  const mbus = new Map<string, MbusProfile>()
  const problems: Problem[] = []
  for (const root of userFolder === undefined ? [folder] : [folder, userFolder]) {
    const own = root === userFolder
    problems.push(...(await loadKind(join(root, 'meters'), readMeterProfile, checkGolden, meters, own, checked)))
    problems.push(...(await loadKind(join(root, 'chargers'), readChargerProfile, checkGolden, chargers, own, checked)))
    problems.push(...(await loadKind(join(root, 'mbus'), readMbusProfile, checkMbusGoldenFile, mbus, own, checked)))
  }
  return { meters, chargers, mbus, problems }
}

const fileProblem = (
  file: string,
  message: string,
  remedy: string,
  severity: Problem['severity'] = 'error',
): Problem => ({ file, line: 1, column: 1, path: '', message, remedy, severity })

const loadKind = async <P extends { readonly id: string }>(
  folder: string,
  parse: (text: string, fileName: string) => ReadProfile<P>,
  checkCases: typeof checkGolden,
  into: Map<string, P>,
  mayLack: boolean,
  checked: CheckedProfiles,
): Promise<Problem[]> => {
  let names: string[]
  try {
    names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    // A user who overrides only meters has no folder of chargers.
    if (code === 'ENOENT' && mayLack) return []
    return [
      fileProblem(
        folder,
        `the folder of profiles can't be read (${code ?? String(error)})`,
        'check that it exists and may be read',
      ),
    ]
  }
  const problems: Problem[] = []
  for (const name of names.filter((candidate) => !candidate.endsWith('.golden.yaml'))) {
    const file = join(folder, name)
    const text = await textOf(file)
    if (typeof text !== 'string') {
      problems.push(text)
      continue
    }
    const known = await checkedBefore<P>(text, file, names, checked)
    if (known !== undefined) {
      into.set(known.id, known)
      continue
    }
    const read = parse(text, file)
    if (!read.ok) {
      problems.push(...read.problems)
      continue
    }
    const { id } = read.profile
    if (`${id}.yaml` !== name) {
      problems.push(
        fileProblem(file, `the profile calls itself '${id}'`, `name the file ${id}.yaml, or correct the id`),
      )
      continue
    }
    const wrong = await checkCases(join(folder, `${id}.golden.yaml`), read.profile, names)
    problems.push(...wrong)
    if (wrong.length === 0) into.set(id, read.profile)
    else if (into.has(id))
      problems.push(
        fileProblem(
          file,
          `it is left out, and the program's own '${id}' is used instead`,
          'mend it, or delete it',
          'warning',
        ),
      )
  }
  return problems
}

/** The profile of a file whose text, with that of its golden file, was checked when the program was built. */
const checkedBefore = async <P extends { readonly id: string }>(
  text: string,
  file: string,
  names: readonly string[],
  checked: CheckedProfiles,
): Promise<P | undefined> => {
  const golden = `${basename(file, '.yaml')}.golden.yaml`
  if (checked === noCheckedProfiles || !names.includes(golden)) return undefined
  const goldenText = await textOf(join(dirname(file), golden))
  const known = typeof goldenText === 'string' ? (checked.of(text, goldenText) as P | undefined) : undefined
  return known?.id === basename(file, '.yaml') ? known : undefined
}

/** The largest profile has some 20 kB with its notes. */
const largestProfileBytes = 512 * 1024

const textOf = async (file: string): Promise<string | Problem> => {
  const read = await readRegularFile(file, largestProfileBytes)
  return read.ok ? read.bytes.toString('utf8') : fileProblem(file, `it can't be used: ${read.why}`, '')
}

type Named = { readonly id: string; readonly quantities?: object } & Partial<MeterProfile | ChargerProfile>

const goldenText = async (
  file: string,
  { id }: Named,
  names: readonly string[],
  wanted: string,
): Promise<string | Problem> =>
  names.includes(basename(file))
    ? textOf(file)
    : fileProblem(
        join(dirname(file), `${id}.yaml`),
        `the profile '${id}' is refused: it has no golden file, so nothing but itself says that its values are right`,
        `add ${basename(file)} with ${wanted} and the values expected`,
      )

const notIts = (file: string, id: string, named: string): Problem[] =>
  named === id ? [] : [fileProblem(file, `it is for the profile '${named}'`, `write 'profile: ${id}'`)]

const strangers = (file: string, keys: readonly string[], known: readonly string[]): Problem[] =>
  keys
    .filter((key) => !known.includes(key))
    .map((key) => fileProblem(file, `'${key}' is not in the profile`, didYouMean(key, known) ?? 'correct the quantity'))

const disagreeing = (profile: Named, golden: Golden): string[] =>
  'limit' in profile
    ? checkChargerGolden(profile as ChargerProfile, golden)
    : checkMeterGolden(profile as MeterProfile, golden)

const checkGolden = async (file: string, profile: Named, names: readonly string[]): Promise<Problem[]> => {
  const text = await goldenText(file, profile, names, 'raw words')
  if (typeof text !== 'string') return [text]
  const read = readGolden(text, file)
  if (!read.ok) return [...read.problems]
  const known = [...Object.keys(profile.quantities ?? {}), 'status', 'limit-write']
  const foreign = [
    ...notIts(file, profile.id, read.profile.profile),
    ...strangers(
      file,
      read.profile.cases.map(({ quantity }) => quantity).filter((key) => !/\.(maximum|minimum)$/.test(key)),
      known,
    ),
  ]
  return foreign.length > 0
    ? foreign
    : disagreeing(profile, read.profile).map((message) =>
        fileProblem(file, message, 'one of the two is wrong: correct the profile, or the golden words'),
      )
}

const checkMbusGoldenFile = async (file: string, profile: Named, names: readonly string[]): Promise<Problem[]> => {
  const text = await goldenText(file, profile, names, 'whole telegrams')
  if (typeof text !== 'string') return [text]
  const read = readMbusGolden(text, file)
  if (!read.ok) return [...read.problems]
  const known = Object.keys(profile.quantities ?? {})
  return [
    ...notIts(file, profile.id, read.profile.profile),
    ...strangers(
      file,
      read.profile.cases.flatMap(({ values }) => Object.keys(values)),
      known,
    ),
  ]
}
