import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from 'yaml'
import { own } from '../own.ts'
import { editText } from '../yaml/edit-text.ts'
import { draftLists } from './edit-site.ts'
import { siteChanges, type SiteChange } from './site-changes.ts'

/** One key that both changed, each otherwise. As it would stand in the file, in one line; null: nothing. */
export interface MergeConflict {
  /** `circuits.feeder-1.breaker.rating`. */
  readonly path: string
  readonly base: string | null
  readonly mine: string | null
  readonly theirs: string | null
}
/** Why two changes can't stand in one text: the same keys (named in `conflicts`), or what has no key to compare by. */
export type MergeTrouble = 'same-keys' | 'not-readable' | 'comments-or-order' | 'aliases'
export type Merged =
  | {
      readonly ok: true
      /** With what both changed, and with the comments of whoever changed some. */
      readonly text: string
      readonly mine: readonly SiteChange[]
      readonly theirs: readonly SiteChange[]
    }
  | {
      readonly ok: false
      readonly why: MergeTrouble
      readonly conflicts: readonly MergeConflict[]
      readonly theirs: readonly SiteChange[]
    }

/** Keys from the top of the file to a value; an entry of a list is named by its id. */
type Keys = readonly string[]
type Group = Readonly<Record<string, unknown>>

const lists: ReadonlySet<string> = new Set(draftLists)
const isGroup = (value: unknown): value is Group => typeof value === 'object' && value !== null && !Array.isArray(value)
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
const shown = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
const ownGroup = (entries: Iterable<readonly [string, unknown]>): Group =>
  Object.assign(Object.create(null) as object, Object.fromEntries(entries)) as Group

/** Entries of the lists by their ids; null: no YAML, or entries that have none or the same one, which no key can name. */
const readById = (text: string): { readonly document: Document; readonly value: Group } | null => {
  const document = parseDocument(text)
  if (document.errors.length > 0 || !isMap(document.contents)) return null
  const plain = document.toJS() as Group
  const value = Object.entries(plain).map(([key, inner]) => {
    if (!lists.has(key) || !Array.isArray(inner)) return [key, inner] as const
    const entries = inner.map((entry: unknown) => (isGroup(entry) ? entry : {}))
    return [key, ownGroup(entries.map((entry) => [String(entry['id']), entry] as const))] as const
  })
  const hasIds = [...lists].every((list) => {
    const entries = own(plain, list)
    if (!Array.isArray(entries)) return true
    const ids = entries.map((entry: unknown) => (isGroup(entry) ? entry['id'] : undefined))
    return ids.every((id) => typeof id === 'string' && id !== '') && new Set(ids).size === ids.length
  })
  return hasIds ? { document, value: ownGroup(value) } : null
}

interface Step {
  readonly keys: Keys
  /** undefined: it goes. */
  readonly value: unknown
}
interface Difference {
  readonly steps: readonly Step[]
  readonly conflicts: readonly MergeConflict[]
}

/** What `from` changed against `base`, as steps that put it into `into`; where `into` changed the same otherwise, a conflict. */
const carry = (keys: Keys, base: unknown, from: unknown, into: unknown): Difference => {
  if (same(base, from) || same(from, into)) return { steps: [], conflicts: [] }
  const isPlace = keys.length < 2 && (keys[0] === undefined || lists.has(keys[0]))
  const groups = [base, from, into].map((value) => (value === undefined && isPlace ? {} : value))
  const [ofBase, ofFrom, ofInto] = groups
  if (isGroup(ofBase) && isGroup(ofFrom) && isGroup(ofInto)) {
    const names = [...new Set([...Object.keys(ofBase), ...Object.keys(ofFrom)])]
    const inner = names.map((name) => carry([...keys, name], own(ofBase, name), own(ofFrom, name), own(ofInto, name)))
    return { steps: inner.flatMap(({ steps }) => steps), conflicts: inner.flatMap(({ conflicts }) => conflicts) }
  }
  if (same(base, into)) return { steps: [{ keys, value: from }], conflicts: [] }
  return {
    steps: [],
    conflicts: [{ path: keys.join('.'), base: shown(base), mine: shown(from), theirs: shown(into) }],
  }
}

const entryOf = (document: Document, list: string, id: string): YAMLMap | null => {
  const entries = document.get(list)
  const found = isSeq(entries) ? entries.items.find((item) => isMap(item) && item.get('id') === id) : undefined
  return isMap(found) ? found : null
}

const putIn = (document: Document, map: YAMLMap, [key, ...rest]: Keys, value: unknown): void => {
  if (key === undefined) return
  const before = map.get(key, true)
  if (rest.length > 0) {
    if (isMap(before)) putIn(document, before, rest, value)
  } else if (value === undefined) map.delete(key)
  else if (isScalar(before) && (typeof value !== 'object' || value === null)) before.value = value
  else map.set(key, document.createNode(value))
}

const take = (document: Document, { keys, value }: Step): void => {
  const [list, id, ...rest] = keys
  if (!isMap(document.contents)) return
  if (list === undefined || id === undefined || !lists.has(list)) return putIn(document, document.contents, keys, value)
  const entry = entryOf(document, list, id)
  if (rest.length > 0) {
    if (entry !== null) putIn(document, entry, rest, value)
    return
  }
  const entries = document.get(list)
  if (entry !== null && isSeq(entries)) entries.items.splice(entries.items.indexOf(entry), 1)
  if (value === undefined) return
  if (isSeq(entries)) {
    if (entries.items.length === 0) entries.flow = false
    entries.add(document.createNode(value))
  } else document.set(list, [value])
}

/** What has no key: comments, and the order of the entries that are in all three. */
const layoutOf = ({ document, value }: { document: Document; value: Group }, common: ReadonlySet<string>): string => {
  const comments: string[] = []
  const text = document.toString({ lineWidth: 0 })
  for (const line of text.split('\n')) {
    const comment = /(?:^|\s)#.*$/.exec(line)
    if (comment !== null) comments.push(comment[0].trim())
  }
  const orders = draftLists.map((list) => {
    const entries = own(value, list)
    return isGroup(entries) ? Object.keys(entries).filter((id) => common.has(`${list} ${id}`)) : []
  })
  return JSON.stringify([comments, orders])
}

const idsIn = (value: Group): readonly string[] =>
  draftLists.flatMap((list) => {
    const entries = own(value, list)
    return isGroup(entries) ? Object.keys(entries).map((id) => `${list} ${id}`) : []
  })

/** For a person: what is in the way, and what to do. */
export const mergeTroubleText = (why: MergeTrouble): string => {
  switch (why) {
    case 'same-keys':
      return 'Both changed these keys, each otherwise. Set yours to what the file has now, or take yours back; then the rest goes together.'
    case 'not-readable':
      return 'One of the texts is no YAML, or has entries without an id of their own, so nobody can tell what changed. Mend the file by hand, or discard the draft.'
    case 'comments-or-order':
      return 'Both changed comments or the order of entries, which no key names. Discard the draft and write it anew on the file as it is now.'
    case 'aliases':
      return 'The file uses anchors or aliases (& and *) where these changes go, and they would change more than was asked for. Discard the draft and make the change in the file by hand.'
  }
}

const notMerged = (
  base: string,
  theirs: string,
  why: MergeTrouble,
  conflicts: readonly MergeConflict[] = [],
): Merged => ({
  ok: false,
  why,
  conflicts,
  theirs: siteChanges(base, theirs),
})

/**
 * A draft and the file that someone else changed meanwhile, both made from `base`: one text with both changes where they touch different
 * keys, what is in each other's way where not. The text whose comments or order changed is the one that is written into, so that they
 * stay; where both changed some, nobody can tell which to keep. Whether the result is a valid site is for its reader to say.
 */
export const mergeSite = (base: string, mine: string, theirs: string): Merged => {
  const [ofBase, ofMine, ofTheirs] = [readById(base), readById(mine), readById(theirs)]
  if (ofBase === null || ofMine === null || ofTheirs === null) return notMerged(base, theirs, 'not-readable')
  const { steps, conflicts } = carry([], ofBase.value, ofMine.value, ofTheirs.value)
  if (conflicts.length > 0) return notMerged(base, theirs, 'same-keys', conflicts)
  const [inMine, inTheirs] = [new Set(idsIn(ofMine.value)), new Set(idsIn(ofTheirs.value))]
  const common = new Set(idsIn(ofBase.value).filter((id) => inMine.has(id) && inTheirs.has(id)))
  const layout = layoutOf(ofBase, common)
  const isMineLaidOut = layoutOf(ofMine, common) !== layout
  if (isMineLaidOut && layoutOf(ofTheirs, common) !== layout) return notMerged(base, theirs, 'comments-or-order')
  const wanted = isMineLaidOut ? carry([], ofBase.value, ofTheirs.value, ofMine.value).steps : steps
  const text = editText(isMineLaidOut ? mine : theirs, (document) => {
    for (const step of wanted) take(document, step)
  })
  // An anchor would carry a change to other entries: then the text says something else than both changes together.
  const [toMine, toTheirs] = [siteChanges(base, mine), siteChanges(base, theirs)]
  const together = new Set([...toMine, ...toTheirs].map((change) => JSON.stringify(change)))
  const result = siteChanges(base, text)
  const isWhole = result.length === together.size && result.every((change) => together.has(JSON.stringify(change)))
  return isWhole ? { ok: true, text, mine: toMine, theirs: toTheirs } : notMerged(base, theirs, 'aliases')
}
