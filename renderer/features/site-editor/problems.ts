import type { SiteProblem } from '../../../shared/api/site-editor-contract.ts'
import { draftLists, type DraftList } from '../../../shared/site-draft/edit-site.ts'
import type { Draft } from '../../../shared/site-draft/draft.ts'

/** What the editor shows on its right: the site itself, or an entry of a list. */
export type Selected = { readonly list: 'site' } | { readonly list: DraftList; readonly id: string }

export const problemText = ({ message, remedy }: SiteProblem): string =>
  remedy === '' ? message : `${message}; ${remedy}`

/** `circuits[1].breaker.rating`: where the file's problems stand for this field. */
export const fieldPath = (draft: Draft, selected: Selected, keys: readonly string[]): string => {
  if (selected.list === 'site') return keys.join('.')
  const index = draft.lists[selected.list].findIndex(({ id }) => id === selected.id)
  return [`${selected.list}[${index}]`, ...keys].join('.')
}

export const problemsAt = (problems: readonly SiteProblem[], path: string): readonly SiteProblem[] =>
  problems.filter((problem) => problem.path === path)

/** The entry a problem is about; the site itself where it is about none. */
export const placeOf = (draft: Draft, { path }: SiteProblem): Selected => {
  const found = /^([a-z]+)\[(\d+)\]/.exec(path)
  const list = draftLists.find((each) => each === found?.[1])
  const entry = list === undefined ? undefined : draft.lists[list][Number(found?.[2])]
  return list === undefined || entry === undefined ? { list: 'site' } : { list, id: entry.id }
}

/** How bad it is with an entry and how often: for its mark in the tree. */
export const worstOf = (
  draft: Draft,
  problems: readonly SiteProblem[],
  list: DraftList,
  id: string,
): SiteProblem['severity'] | null => {
  const path = fieldPath(draft, { list, id }, [])
  const own = problems.filter((problem) => problem.path === path || problem.path.startsWith(`${path}.`))
  return own.some(({ severity }) => severity === 'error') ? 'error' : own.length > 0 ? 'warning' : null
}

/** Who is shown after an entry is removed: the next one of its kind, else the one before, else the site. */
export const neighbourOf = (draft: Draft, { list, id }: Exclude<Selected, { readonly list: 'site' }>): Selected => {
  const entries = draft.lists[list]
  const place = entries.findIndex((entry) => entry.id === id)
  const beside = entries[place + 1] ?? entries[place - 1]
  return beside === undefined ? { list: 'site' } : { list, id: beside.id }
}
