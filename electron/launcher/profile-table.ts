import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkChargerGolden, checkMeterGolden } from '../../shared/profile/check-golden.ts'
import { readGolden, type Golden } from '../../shared/profile/read-profile.ts'
import { planReads, type ReadableProfile } from '../../shared/profile/read-plan.ts'
import { registerWidth } from '../../shared/profile/register.ts'
import { loadCatalogue } from '../io/catalogue.ts'

/**
 * One line per profile, and everything wrong: what a reader refuses, a missing golden file, golden words that read otherwise.
 * "read" counts the registers of a full sweep, "one by one" the requests of a program that asks for each value alone.
 */
export interface ProfileCheck { readonly table: string; readonly problems: readonly string[] }

const columns = ['profile', 'quantities', 'registers', 'read', 'requests', 'fast', 'one by one', 'in doubt', 'sources', 'confidence', 'golden'] as const
type Row = readonly (string | number)[]

const tableOf = (rows: readonly Row[]): string => {
  const all = [columns as Row, ...rows]
  const widths = columns.map((_, index) => Math.max(...all.map((row) => String(row[index]).length)))
  return all.map((row) => row.map((cell, index) => (typeof cell === 'number' || (row === columns && index > 0 && index !== 9)
    ? String(cell).padStart(widths[index] ?? 0) : String(cell).padEnd(widths[index] ?? 0))).join('  ').trimEnd()).join('\n')
}

interface Described extends ReadableProfile { readonly id: string; readonly confidence: string; readonly sources: readonly unknown[] }

const rowOf = (profile: Described, cases: number): Row => {
  const registers = Object.values(profile.quantities).flatMap((register) => (register === undefined ? [] : [register]))
  const listed = new Set(registers.flatMap(({ address, type, space }) => Array.from({ length: registerWidth[type] }, (_, index) => `${space ?? profile.space} ${address + index}`)))
  const full = planReads(profile, ['fast', 'normal', 'slow'])
  const values = registers.length + (profile.status === undefined ? 0 : 1)
  const doubtful = registers.filter((register) => 'confidence' in register && register.confidence !== undefined).length
  return [
    profile.id, registers.length, listed.size, full.reduce((sum, { count }) => sum + count, 0), full.length, planReads(profile, ['fast']).length,
    values, doubtful, profile.sources.length, profile.confidence, cases,
  ]
}

export const checkProfiles = async (folder: string): Promise<ProfileCheck> => {
  const { meters, chargers, problems: found } = await loadCatalogue(folder)
  const problems = found.map(({ file, line, column, path, message, remedy }) => `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}; ${remedy}`)
  const casesOf = async (kind: string, id: string): Promise<Golden['cases']> => {
    const file = join(folder, kind, `${id}.golden.yaml`)
    try {
      const read = readGolden(await readFile(file, 'utf8'), file)
      // What is wrong with the file itself is among the catalogue's problems.
      return read.ok ? read.profile.cases : []
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }
  const rows: Row[] = []
  const check = async <P extends Described>(kind: string, profile: P, compare: (profile: P, cases: Golden['cases']) => string[]) => {
    const cases = await casesOf(kind, profile.id)
    if (cases.length > 0) problems.push(...compare(profile, cases).map((problem) => `${join(folder, kind, `${profile.id}.golden.yaml`)}: ${problem}`))
    rows.push(rowOf(profile, cases.length))
  }
  for (const profile of meters.values()) await check('meters', profile, checkMeterGolden)
  const ofMeters = rows.splice(0)
  for (const profile of chargers.values()) await check('chargers', profile, checkChargerGolden)
  return { table: `${tableOf(ofMeters)}\n\n${tableOf(rows)}`, problems }
}
