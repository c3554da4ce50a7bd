import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkMbusGolden } from '../../shared/mbus/check-golden.ts'
import type { MbusGolden, MbusProfile } from '../../shared/mbus/profile.ts'
import { readMbusGolden } from '../../shared/mbus/read-mbus-profile.ts'
import { checkChargerGolden, checkMeterGolden } from '../../shared/profile/check-golden.ts'
import { readGolden, type Golden } from '../../shared/profile/read-profile.ts'
import { planReads, type ReadableProfile } from '../../shared/profile/read-plan.ts'
import { registerWidth } from '../../shared/profile/register.ts'
import { loadCatalogue } from '../io/catalogue.ts'

/**
 * One line per profile, and everything wrong: what a reader refuses, a missing golden file, golden words that read otherwise.
 * "read" counts the registers of a full sweep, "one by one" the requests of a program that asks for each value alone.
 */
export interface ProfileCheck {
  readonly table: string
  readonly problems: readonly string[]
}

const columns = [
  'profile',
  'quantities',
  'registers',
  'read',
  'requests',
  'fast',
  'one by one',
  'in doubt',
  'sources',
  'confidence',
  'golden',
] as const
type Row = readonly (string | number)[]

const mbusColumns = ['M-Bus profile', 'quantities', 'in doubt', 'sources', 'golden', 'confidence'] as const

const tableOf = (rows: readonly Row[], head: Row = columns): string => {
  const all = [head, ...rows]
  const widths = head.map((_, index) => Math.max(...all.map((row) => String(row[index]).length)))
  return all
    .map((row) =>
      row
        .map((cell, index) =>
          typeof cell === 'number' || (row === head && index > 0 && head[index] !== 'confidence')
            ? String(cell).padStart(widths[index] ?? 0)
            : String(cell).padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

interface Described extends ReadableProfile {
  readonly id: string
  readonly confidence: string
  readonly sources: readonly unknown[]
}

const rowOf = (profile: Described, cases: number): Row => {
  const registers = Object.values(profile.quantities).flatMap((register) => (register === undefined ? [] : [register]))
  const listed = new Set(
    registers.flatMap(({ address, type, space }) =>
      Array.from({ length: registerWidth[type] }, (_, index) => `${space ?? profile.space} ${address + index}`),
    ),
  )
  const full = planReads(profile, ['fast', 'normal', 'slow'])
  const values = registers.length + (profile.status === undefined ? 0 : 1)
  const doubtful = registers.filter((register) => 'confidence' in register && register.confidence !== undefined).length
  return [
    profile.id,
    registers.length,
    listed.size,
    full.reduce((sum, { count }) => sum + count, 0),
    full.length,
    planReads(profile, ['fast']).length,
    values,
    doubtful,
    profile.sources.length,
    profile.confidence,
    cases,
  ]
}

export const checkProfiles = async (folder: string): Promise<ProfileCheck> => {
  const { meters, chargers, mbus, problems: found } = await loadCatalogue(folder)
  const problems = found.map(
    ({ file, line, column, path, message, remedy }) =>
      `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}; ${remedy}`,
  )
  const textOf = async (file: string): Promise<string | null> => {
    try {
      return await readFile(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }
  const goldenOf = async (kind: string, id: string): Promise<Golden | null> => {
    const file = join(folder, kind, `${id}.golden.yaml`)
    const text = await textOf(file)
    const read = text === null ? null : readGolden(text, file)
    // What is wrong with the file itself is among the catalogue's problems.
    return read?.ok === true ? read.profile : null
  }
  const rows: Row[] = []
  const check = async <P extends Described>(
    kind: string,
    profile: P,
    compare: (profile: P, golden: Golden) => string[],
  ) => {
    const golden = await goldenOf(kind, profile.id)
    if (golden !== null)
      problems.push(
        ...compare(profile, golden).map((problem) => `${join(folder, kind, `${profile.id}.golden.yaml`)}: ${problem}`),
      )
    rows.push(
      rowOf(profile, (golden?.cases.length ?? 0) + (golden?.records?.length ?? 0) + (golden?.samples?.length ?? 0)),
    )
  }
  // A reply comes whole, so an M-Bus meter has no plan of reads to count.
  const checkMbus = async (profile: MbusProfile): Promise<Row> => {
    const file = join(folder, 'mbus', `${profile.id}.golden.yaml`)
    const text = await textOf(file)
    const read = text === null ? null : readMbusGolden(text, file)
    const cases: MbusGolden['cases'] = read?.ok === true ? read.profile.cases : []
    if (cases.length > 0) problems.push(...checkMbusGolden(profile, cases).map((problem) => `${file}: ${problem}`))
    const listed = Object.values(profile.quantities)
    return [
      profile.id,
      listed.length,
      listed.filter(({ confidence }) => confidence !== undefined).length,
      profile.sources.length,
      cases.length,
      profile.confidence,
    ]
  }
  for (const profile of meters.values()) await check('meters', profile, checkMeterGolden)
  const ofMeters = rows.splice(0)
  for (const profile of chargers.values()) await check('chargers', profile, checkChargerGolden)
  const ofMbus: Row[] = []
  for (const profile of mbus.values()) ofMbus.push(await checkMbus(profile))
  return { table: `${tableOf(ofMeters)}\n\n${tableOf(rows)}\n\n${tableOf(ofMbus, mbusColumns)}`, problems }
}
