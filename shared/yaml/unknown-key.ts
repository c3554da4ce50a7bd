import { own } from '../own.ts'
import { didYouMean } from './near.ts'
import type { JsonSchema } from './schema-guide.ts'

/** Small letters and digits without accents: 'Zähler' is 'zahler'. */
export const plainWord = (word: string): string =>
  word
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^a-z0-9]/g, '')

/** Every group of a schema in which a key stands: 'grid', 'chargers[]', 'circuits[].breaker'. */
const groupsOf = (schema: JsonSchema): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>()
  const walk = (at: JsonSchema, path: string, depth: number): void => {
    if (depth > 6) return
    for (const variant of [...(at.oneOf ?? []), ...(at.anyOf ?? [])]) walk(variant, path, depth + 1)
    if (at.items !== undefined) walk(at.items, `${path}[]`, depth + 1)
    for (const [key, inner] of Object.entries(at.properties ?? {})) {
      const known = groups.get(key) ?? []
      groups.set(key, known)
      if (!known.includes(path)) known.push(path)
      walk(inner, path === '' ? key : `${path}.${key}`, depth + 1)
    }
  }
  walk(schema, '', 0)
  return groups
}

const known = new WeakMap<JsonSchema, ReadonlyMap<string, readonly string[]>>()
/** Of more places than a person goes through none is named. */
const mostGroups = 3

/** 'limit' belongs in 'grid': where else in the file a key is known; null where nowhere, or nearly everywhere. */
const elsewhere = (key: string, schema: JsonSchema): string | null => {
  const groups = known.get(schema) ?? groupsOf(schema)
  known.set(schema, groups)
  const places = groups.get(key) ?? []
  if (places.length === 0 || places.length > mostGroups) return null
  const names = places.map((place) => (place === '' ? 'the top of the file' : `'${place}'`))
  return `'${key}' belongs in ${names.join(' or ')}`
}

/** What to do about a key that is not known where it stands. */
export const unknownKeyRemedy = (
  unknown: string,
  allowed: readonly string[],
  schema: JsonSchema,
  words: Readonly<Record<string, readonly string[]>>,
): string => {
  if (/[：﹕]/.test(unknown)) return "the colon is a full-width one; type ':' and a space after it"
  const meant = own(words, plainWord(unknown)) ?? []
  const here = meant.find((key) => allowed.includes(key))
  return (
    (here === undefined ? null : `did you mean '${here}'?`) ??
    didYouMean(unknown, allowed) ??
    elsewhere(unknown, schema) ??
    meant.map((key) => elsewhere(key, schema)).find((place) => place !== null) ??
    (allowed.length === 0 ? 'remove it' : `known here: ${allowed.join(', ')}`)
  )
}
