import { parseDocument } from 'yaml'
import { own } from '../own.ts'
import { draftLists, type DraftList } from './edit-site.ts'

/** An entry of the draft as it is written, checked for nothing but that it is a group of keys. */
export type DraftEntry = Readonly<Record<string, unknown>> & { readonly id: string }

/** A site file as it is being written: enough of it to be drawn, whatever else is wrong with it. */
export interface Draft {
  readonly top: Readonly<Record<string, unknown>>
  readonly lists: Readonly<Record<DraftList, readonly DraftEntry[]>>
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const entriesOf = (value: unknown): readonly DraftEntry[] =>
  Array.isArray(value)
    ? value.map((entry: unknown, index) => {
        const group = isGroup(entry) ? entry : {}
        return { ...group, id: typeof group['id'] === 'string' ? group['id'] : `#${index + 1}` }
      })
    : []

/** Entries keep their place in the file's list, so that a problem's path finds them. Null where the text is no group of keys in YAML. */
export const draftOf = (text: string): Draft | null => {
  const document = parseDocument(text)
  if (document.errors.length > 0) return null
  const top: unknown = document.toJS()
  if (!isGroup(top)) return null
  return {
    top,
    lists: Object.fromEntries(draftLists.map((list) => [list, entriesOf(top[list])])) as unknown as Draft['lists'],
  }
}

/** A value of an entry; undefined where it or a group on the way is missing. */
export const valueAt = (entry: Readonly<Record<string, unknown>>, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((here, key) => (isGroup(here) ? own(here, key) : undefined), entry)

/** The circuit at the top, or null where there is none or more than one. */
export const rootCircuit = (draft: Draft): DraftEntry | null => {
  const roots = draft.lists.circuits.filter((circuit) => circuit['parent'] === undefined)
  return roots.length === 1 ? (roots[0] ?? null) : null
}

/** Whether `id` is `ancestor` or hangs below it, so that a circuit is never fed by itself. */
export const isWithin = (draft: Draft, id: string, ancestor: string): boolean => {
  const seen = new Set<string>()
  for (let at: string | undefined = id; at !== undefined && !seen.has(at);) {
    if (at === ancestor) return true
    seen.add(at)
    const here: string = at
    const parent: unknown = draft.lists.circuits.find((circuit) => circuit.id === here)?.['parent']
    at = typeof parent === 'string' ? parent : undefined
  }
  return false
}

/** An id of the form the file allows that nothing in it has yet: "feeder", "feeder-2". */
export const freeId = (draft: Draft, wanted: string): string => {
  const base =
    wanted
      .toLowerCase()
      .replaceAll(/[^a-z0-9._-]+/g, '-')
      .replaceAll(/^[-._]+|[-._]+$/g, '')
      .slice(0, 50) || 'entry'
  const taken = new Set(draftLists.flatMap((list) => draft.lists[list].map(({ id }) => id)))
  if (!taken.has(base)) return base
  for (let number = 2; ; number += 1) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`
}
