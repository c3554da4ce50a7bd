import { hostsOf } from './site-hosts.ts'
import type { Site } from '../../../shared/site/site.ts'

/** Text without the names of a place and its people, and what could not be taken out of it. */
export interface Anonymised {
  readonly text: (text: string) => string
  /** Names that are too much like other words to be replaced safely. */
  readonly kept: readonly string[]
}

/** Shorter ones, and plain words in lower case, stand in a file for other things too: a quality, an id. */
const isUnmistakable = (name: string, ids: ReadonlySet<string>): boolean =>
  name.length >= 3 && !ids.has(name) && !/^[a-z0-9_-]+$/.test(name)

/** Whoever is named as the one who did or said something, in any line of JSON. */
const doer = /"who":\s*("(?:[^"\\]|\\.)*")/g
/** The same in what is not text yet: all persons named in a value. */
export const personsIn = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(personsIn)
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'who' && typeof each === 'string' ? [each] : personsIn(each),
  )
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
const inHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/**
 * Replaces the names of a site, of all that is in it, of its hosts and of persons by numbered ones, the same name always by the same. Ids
 * stay: everything in a snapshot hangs on them. A record whose every line is so replaced plays as before, under its new names. A person
 * nobody has named beforehand is known from the first line in which he does something.
 */
export const anonymiser = (site: Site, persons: readonly string[]): Anonymised => {
  const ids = new Set([
    site.id,
    ...[...site.lines, ...site.meters, ...site.circuits, ...site.chargers, ...(site.accounts ?? [])].map(
      ({ id }) => id,
    ),
  ])
  const replacements = new Map<string, string>()
  const kept: string[] = []
  const add = (name: string | undefined, instead: string): void => {
    if (name === undefined || name === '' || replacements.has(name)) return
    if (!isUnmistakable(name, ids)) {
      if (!ids.has(name)) kept.push(name)
      return
    }
    for (const form of new Set([name, inJson(name), inHtml(name)])) replacements.set(form, instead)
  }
  const each = (list: readonly { readonly name?: string | undefined }[], word: string): void =>
    list.forEach(({ name }, index) => add(name, `${word} ${String(index + 1)}`))
  add(site.name, 'A site')
  each(site.circuits, 'Circuit')
  each(site.meters, 'Meter')
  each(site.chargers, 'Charger')
  each(site.lines, 'Line')
  each(site.accounts ?? [], 'Account')
  site.accounts?.forEach(({ note }, index) => add(note, `Note of account ${String(index + 1)}`))
  hostsOf(site).forEach((host, index) => replacements.set(host, `host-${String(index + 1)}.invalid`))
  let people = 0
  const addPerson = (name: string): void => {
    const size = replacements.size
    add(name, `Person ${String(people + 1)}`)
    if (replacements.size > size) people += 1
  }
  const patternOf = (): RegExp | null => {
    const longestFirst = [...replacements.keys()].sort((one, other) => other.length - one.length)
    return longestFirst.length === 0
      ? null
      : new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.map(escaped).join('|')})(?![\\p{L}\\p{N}])`, 'gu')
  }
  persons.forEach(addPerson)
  let pattern = patternOf()
  const learn = (text: string): void => {
    const size = replacements.size
    const seen = new Set([...text.matchAll(doer)].flatMap(([, name]) => name ?? []))
    for (const name of seen) addPerson(JSON.parse(name) as string)
    if (replacements.size > size) pattern = patternOf()
  }
  return {
    text: (text) => {
      learn(text)
      return pattern === null ? text : text.replace(pattern, (found) => replacements.get(found) ?? found)
    },
    kept,
  }
}
