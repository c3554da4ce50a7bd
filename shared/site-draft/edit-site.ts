import { isMap, isScalar, isSeq, type Document, type YAMLMap } from 'yaml'
import { editText } from '../yaml/edit-text.ts'

export const draftLists = ['lines', 'meters', 'circuits', 'chargers', 'waves', 'accounts', 'feeds'] as const
/** The lists of the site file whose entries have an id. */
export type DraftList = (typeof draftLists)[number]

/** One change of a site file, as a person makes it on the screen. `keys` lead from an entry to the value. */
export type SiteEdit =
  | { readonly kind: 'set'; readonly keys: readonly string[]; readonly value: unknown }
  | {
      readonly kind: 'set-in'
      readonly list: DraftList
      readonly id: string
      readonly keys: readonly string[]
      /** undefined takes the key away; a group that is empty then goes too. */
      readonly value: unknown
    }
  /** Several keys of an entry as one change, e.g. a line that is connected otherwise; undefined takes a key away. */
  | {
      readonly kind: 'set-many'
      readonly list: DraftList
      readonly id: string
      readonly values: Readonly<Record<string, unknown>>
    }
  | { readonly kind: 'add'; readonly list: DraftList; readonly entry: object }
  /** What points to it is mended: circuits below hang on its parent then, a circuit measured by it has no meter, no account counts it. */
  | { readonly kind: 'remove'; readonly list: DraftList; readonly id: string }

const entryOf = (document: Document, list: DraftList, id: string): YAMLMap | null => {
  const entries = document.get(list)
  const found = isSeq(entries) ? entries.items.find((item) => isMap(item) && item.get('id') === id) : undefined
  return isMap(found) ? found : null
}
const entriesOf = (document: Document, list: DraftList): readonly YAMLMap[] => {
  const entries = document.get(list)
  return isSeq(entries) ? entries.items.filter(isMap) : []
}

const setIn = (document: Document, map: YAMLMap, keys: readonly string[], value: unknown): void => {
  const [key, ...rest] = keys
  if (key === undefined) return
  if (rest.length > 0) {
    const inner = map.get(key)
    const group = isMap(inner) ? inner : (document.createNode({}) as YAMLMap)
    setIn(document, group, rest, value)
    if (group.items.length === 0) map.delete(key)
    else if (group !== inner) map.set(key, group)
    return
  }
  if (value === undefined) map.delete(key)
  else {
    // The scalar stays, with the comment behind it.
    const before = map.get(key, true)
    if (isScalar(before) && (typeof value !== 'object' || value === null)) before.value = value
    else map.set(key, document.createNode(value))
  }
}

const add = (document: Document, list: DraftList, entry: object): void => {
  const entries = document.get(list)
  if (!isSeq(entries)) {
    document.set(list, [entry])
    return
  }
  // "lines: []" grows as a list of lines, not in one row.
  if (entries.items.length === 0) entries.flow = false
  entries.add(document.createNode(entry))
}

const remove = (document: Document, list: DraftList, id: string): void => {
  const removed = entryOf(document, list, id)
  const entries = document.get(list)
  if (removed === null || !isSeq(entries)) return
  entries.items.splice(entries.items.indexOf(removed), 1)
  if (entries.items.length === 0) entries.flow = true
  if (list === 'circuits') {
    const parent: unknown = removed.get('parent')
    for (const circuit of entriesOf(document, 'circuits'))
      if (circuit.get('parent') === id) setIn(document, circuit, ['parent'], parent)
    for (const charger of entriesOf(document, 'chargers'))
      if (charger.get('circuit') === id && parent !== undefined) setIn(document, charger, ['circuit'], parent)
  }
  if (list === 'meters')
    for (const circuit of entriesOf(document, 'circuits'))
      if (circuit.get('meter') === id) setIn(document, circuit, ['meter'], undefined)
  if (list === 'meters' || list === 'chargers')
    for (const account of entriesOf(document, 'accounts')) {
      const ids = account.get(list)
      if (isSeq(ids)) ids.items = ids.items.filter((item) => !isScalar(item) || item.value !== id)
    }
}

/**
 * The text of a site file with one change; all else in it, its comments and its order too, stays. An entry that is not there leaves the
 * text as it is. Throws a sentence where the text is no YAML.
 */
export const editSite = (text: string, edit: SiteEdit): string => {
  return editText(text, (document) => {
    const [error] = document.errors
    if (error !== undefined) throw new Error(`the text is no YAML: ${error.message}; mend it in the text first`)
    switch (edit.kind) {
      case 'set':
        if (isMap(document.contents)) setIn(document, document.contents, edit.keys, edit.value)
        break
      case 'set-in': {
        const entry = entryOf(document, edit.list, edit.id)
        if (entry !== null) setIn(document, entry, edit.keys, edit.value)
        break
      }
      case 'set-many': {
        const entry = entryOf(document, edit.list, edit.id)
        if (entry !== null) for (const [key, value] of Object.entries(edit.values)) setIn(document, entry, [key], value)
        break
      }
      case 'add':
        add(document, edit.list, edit.entry)
        break
      case 'remove':
        remove(document, edit.list, edit.id)
    }
  })
}
