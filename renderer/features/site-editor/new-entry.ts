import { freeId, rootCircuit, type Draft } from '../../../shared/site-draft/draft.ts'
import { feedBegins } from '../../../shared/site-draft/refeed.ts'
import type { DraftList, SiteEdit } from '../../../shared/site-draft/edit-site.ts'
import type { Selected } from './problems.ts'

/** What a new entry begins with: what can be known; the rest is asked for by the check. */
const begins: Readonly<Record<DraftList, (draft: Draft, circuit: string | undefined) => object>> = {
  circuits: (_draft, circuit) => (circuit === undefined ? {} : { parent: circuit }),
  meters: (draft) => ({ ...lineOf(draft), unit: 1 }),
  chargers: (draft, circuit) => ({
    ...lineOf(draft),
    unit: 1,
    ...(circuit === undefined ? {} : { circuit }),
    maximum: 16,
    fallback: 0,
  }),
  lines: () => ({ transport: 'tcp', port: 502 }),
  waves: (_draft, circuit) => ({ port: 7110, ...(circuit === undefined ? {} : { circuit }) }),
  accounts: () => ({ name: 'New account', kind: 'tenant', meters: [] }),
  feeds: () => ({ kind: 'openmetrics', ...feedBegins.openmetrics }),
}
const lineOf = (draft: Draft): object => {
  const [line] = draft.lists.lines
  return line === undefined ? {} : { line: line.id }
}

const words: Readonly<Record<DraftList, string>> = {
  circuits: 'circuit',
  meters: 'meter',
  chargers: 'charger',
  lines: 'line',
  waves: 'front-end',
  accounts: 'account',
  feeds: 'feed',
}

/** A new entry, on the circuit that is selected or the one of what is selected; and that it is selected then. */
export const newEntry = (
  draft: Draft,
  list: DraftList,
  selected: Selected,
): { readonly edit: SiteEdit; readonly selected: Selected } => {
  const id = freeId(draft, words[list])
  const charger =
    selected.list === 'chargers' ? draft.lists.chargers.find((each) => each.id === selected.id) : undefined
  const near = selected.list === 'circuits' ? selected.id : charger?.['circuit']
  const circuit = typeof near === 'string' ? near : rootCircuit(draft)?.id
  return { edit: { kind: 'add', list, entry: { id, ...begins[list](draft, circuit) } }, selected: { list, id } }
}
