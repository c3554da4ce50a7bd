import { parse } from 'yaml'
import { z } from 'zod'
import { own } from '../own.ts'

/** What changed in a site file, in words per field. */

export const siteChangeWordsSchema = z.object({
  /** "meter main-meter (Main meter)" */
  entry: z.string(),
  /** "current transformer, primary"; empty: the entry itself was added or taken out. */
  field: z.string(),
  was: z.string().nullable(),
  is: z.string().nullable(),
  says: z.string(),
})
export type SiteChangeWords = Readonly<z.infer<typeof siteChangeWordsSchema>>

const entryWords: Readonly<Record<string, string>> = {
  lines: 'line',
  meters: 'meter',
  circuits: 'circuit',
  chargers: 'charger',
  waves: 'waveform source',
  waveFolders: 'folder of recordings',
  accounts: 'account',
}
/** Fields as persons call them; any other by its own name, its words apart. */
const fieldWords: Readonly<Record<string, string>> = {
  currentTransformer: 'current transformer',
  periodMs: 'polling period (ms)',
  nominalVoltage: 'nominal voltage',
  otherLoad: 'other load',
  tripUnit: 'trip unit',
  ir: 'Ir (A)',
  tr: 'tr (s)',
  isd: 'Isd',
  ii: 'Ii',
  appliedIn: 'ratio applied in',
  phases: 'phase map',
  rating: 'rating (A)',
  limit: 'limit (A)',
  fallback: 'fallback (A)',
  maximum: 'maximum (A)',
  minimum: 'minimum (A)',
}
const fieldWord = (key: string): string =>
  own(fieldWords, key) ??
  key.replaceAll(/([a-z])([A-Z])/g, (_match, low: string, high: string) => `${low} ${high.toLowerCase()}`)

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every leaf by its path; lists of entries with ids by their ids, any other list as one value. */
const leaves = (value: unknown, path: readonly string[], into: Map<string, string>): void => {
  if (isPlain(value)) {
    for (const [key, each] of Object.entries(value)) leaves(each, [...path, key], into)
    return
  }
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each) => isPlain(each) && typeof each['id'] === 'string')
  ) {
    for (const each of value as readonly Plain[]) leaves(each, [...path, String(each['id'])], into)
    return
  }
  into.set(JSON.stringify(path), Array.isArray(value) ? value.map(String).join(', ') : String(value))
}

const leavesOf = (text: string): ReadonlyMap<string, string> | null => {
  try {
    const found = new Map<string, string>()
    leaves(parse(text), [], found)
    return found
  } catch {
    // The caller tells that it can't be read.
    return null
  }
}

interface Place {
  readonly entry: string
  readonly field: string
}
const placeOf = (path: readonly string[], names: ReadonlyMap<string, string>): Place => {
  const [section = '', id, ...rest] = path
  const kind = own(entryWords, section)
  if (kind === undefined || id === undefined) return { entry: 'site', field: path.map(fieldWord).join(', ') }
  const name = names.get(JSON.stringify([section, id, 'name']))
  return { entry: `${kind} ${name === undefined ? id : `${name} (${id})`}`, field: rest.map(fieldWord).join(', ') }
}

/** What an earlier site file said otherwise than the one of now. null: one of the two can't be read as YAML. */
export const siteChangesOf = (earlier: string, now: string): readonly SiteChangeWords[] | null => {
  const [before, after] = [leavesOf(earlier), leavesOf(now)]
  if (before === null || after === null) return null
  const names = new Map([...before, ...after])
  const entryOf = (key: string): string => {
    const path = JSON.parse(key) as readonly string[]
    return Object.hasOwn(entryWords, path[0] ?? '') ? JSON.stringify(path.slice(0, 2)) : ''
  }
  const [entriesBefore, entriesAfter] = [before, after].map((all) => new Set([...all.keys()].map(entryOf)))
  const changes: SiteChangeWords[] = []
  const told = new Set<string>()
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was = null, is = null] = [before.get(key), after.get(key)]
    if (was === is) continue
    const { entry, field } = placeOf(JSON.parse(key) as readonly string[], names)
    const whole = entryOf(key)
    const isNew = whole !== '' && entriesBefore?.has(whole) !== true
    const isGone = whole !== '' && entriesAfter?.has(whole) !== true
    if (isNew || isGone) {
      if (told.has(whole)) continue
      told.add(whole)
      changes.push({ entry, field: '', was: null, is: null, says: `${entry} was ${isNew ? 'added' : 'taken out'}` })
      continue
    }
    const says =
      was === null
        ? `${entry}: ${field} is now ${is ?? ''}, it was not declared`
        : is === null
          ? `${entry}: ${field} is not declared any more, it was ${was}`
          : `${entry}: ${field} changed from ${was} to ${is}`
    changes.push({ entry, field, was, is, says })
  }
  return changes
}
