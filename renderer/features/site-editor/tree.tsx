import type { DragEvent } from 'react'
import type { SiteProblem } from '../../../shared/api/site-editor-contract.ts'
import { isWithin, valueAt, type Draft, type DraftEntry } from '../../../shared/site-draft/draft.ts'
import type { DraftList, SiteEdit } from '../../../shared/site-draft/edit-site.ts'
import { Mark } from '../../ui/mark.tsx'
import { worstOf, type Selected } from './problems.ts'

export interface TreeProps {
  readonly draft: Draft
  readonly problems: readonly SiteProblem[]
  readonly selected: Selected
  readonly select: (selected: Selected) => void
  readonly edit: (change: SiteEdit, target: string) => void
}

const dragKind = 'application/x-tripscope-entry'

const nameOf = (entry: DraftEntry): string => (typeof entry['name'] === 'string' ? entry['name'] : entry.id)

const breakerText = (circuit: DraftEntry): string => {
  const rating = valueAt(circuit, ['breaker', 'rating'])
  const curve = valueAt(circuit, ['breaker', 'curve'])
  const limit = circuit['limit']
  return [
    rating === undefined ? '' : `${typeof curve === 'string' && curve.length === 1 ? curve : ''}${String(rating)} A`,
    limit === undefined ? '' : `limit ${String(limit)} A`,
  ]
    .filter((part) => part !== '')
    .join(', ')
}

/** What dropping an entry on a circuit means; null: nothing. */
export const dropEdit = (draft: Draft, list: string, id: string, circuitId: string): SiteEdit | null => {
  if (list === 'chargers') return { kind: 'set-in', list, id, keys: ['circuit'], value: circuitId }
  if (list === 'meters') return { kind: 'set-in', list: 'circuits', id: circuitId, keys: ['meter'], value: id }
  if (list === 'circuits' && !isWithin(draft, circuitId, id))
    return { kind: 'set-in', list, id, keys: ['parent'], value: circuitId }
  return null
}

const Row = ({
  props,
  list,
  entry,
  about,
  drop,
}: {
  readonly props: TreeProps
  readonly list: DraftList
  readonly entry: DraftEntry
  readonly about: string
  readonly drop?: (event: DragEvent) => void
}) => {
  const { selected, select, draft, problems } = props
  const isSelected = selected.list === list && selected.id === entry.id
  const worst = worstOf(draft, problems, list, entry.id)
  return (
    <button
      type="button"
      className={`draft-row ${isSelected ? 'is-selected' : ''}`}
      aria-pressed={isSelected}
      onClick={() => select({ list, id: entry.id })}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(dragKind, JSON.stringify([list, entry.id]))}
      {...(drop === undefined ? {} : { onDragOver: (event: DragEvent) => event.preventDefault(), onDrop: drop })}
    >
      <strong>{nameOf(entry)}</strong>
      <span className="dim grow">{about}</span>
      {worst === null ? null : (
        <Mark kind={worst === 'error' ? 'critical' : 'warning'}>{worst === 'error' ? 'to mend' : 'look'}</Mark>
      )}
    </button>
  )
}

const Circuit = ({
  props,
  circuit,
  depth,
}: {
  readonly props: TreeProps
  readonly circuit: DraftEntry
  readonly depth: number
}) => {
  const { draft, edit } = props
  const below = depth > 12 ? [] : draft.lists.circuits.filter(({ parent }) => parent === circuit.id)
  const meter = draft.lists.meters.find(({ id }) => id === circuit['meter'])
  const drop = (event: DragEvent) => {
    event.preventDefault()
    event.stopPropagation()
    const [list, id] = JSON.parse(event.dataTransfer.getData(dragKind) || '[]') as readonly string[]
    const change = list === undefined || id === undefined ? null : dropEdit(draft, list, id, circuit.id)
    if (change !== null) edit(change, `moved ${String(id)}`)
  }
  return (
    <li>
      <Row
        props={props}
        list="circuits"
        entry={circuit}
        about={[breakerText(circuit), meter === undefined ? '' : `meter ${nameOf(meter)}`].filter(Boolean).join(' · ')}
        drop={drop}
      />
      <ul>
        {draft.lists.chargers
          .filter((charger) => charger['circuit'] === circuit.id)
          .map((charger) => (
            <li key={charger.id}>
              <Row props={props} list="chargers" entry={charger} about="charger" />
            </li>
          ))}
        {below.map((each) => (
          <Circuit key={each.id} props={props} circuit={each} depth={depth + 1} />
        ))}
      </ul>
    </li>
  )
}

const Others = ({
  props,
  list,
  title,
}: {
  readonly props: TreeProps
  readonly list: DraftList
  readonly title: string
}) => {
  const entries = props.draft.lists[list]
  return (
    <>
      <h2>{title}</h2>
      {entries.length === 0 ? <p className="dim">none yet</p> : null}
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            <Row props={props} list={list} entry={entry} about={aboutOf(list, entry, props.draft)} />
          </li>
        ))}
      </ul>
    </>
  )
}

const idsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const aboutOf = (list: DraftList, entry: DraftEntry, draft: Draft): string => {
  if (list === 'lines')
    return [entry['transport'], entry['host'] ?? entry['path'], entry['port']]
      .filter((part) => part !== undefined)
      .join(' ')
  if (list === 'meters') {
    const circuit = draft.lists.circuits.find(({ meter }) => meter === entry.id)
    return circuit === undefined ? 'measures no circuit' : `measures ${nameOf(circuit)}`
  }
  if (list === 'accounts')
    return [entry['kind'], ...idsIn(entry['meters']), ...idsIn(entry['chargers'])]
      .filter((part) => part !== undefined)
      .join(' ')
  if (list === 'feeds')
    return [entry['kind'], entry['url'] ?? entry['host'], entry['port']].filter((part) => part !== undefined).join(' ')
  return [entry['host'], entry['port']].filter((part) => part !== undefined).join(' ')
}

/** The single-line tree of the site with everything on its circuit; entries are dragged onto the circuit they belong to. */
export const SiteTree = (props: TreeProps) => {
  const { draft, selected, select } = props
  const known = new Set(draft.lists.circuits.map(({ id }) => id))
  const tops = draft.lists.circuits.filter(({ parent }) => typeof parent !== 'string' || !known.has(parent))
  const astray = draft.lists.chargers.filter(
    (charger) => typeof charger['circuit'] !== 'string' || !known.has(charger['circuit']),
  )
  return (
    <nav className="draft-tree" aria-label="The site">
      <button
        type="button"
        className={`draft-row ${selected.list === 'site' ? 'is-selected' : ''}`}
        aria-pressed={selected.list === 'site'}
        onClick={() => select({ list: 'site' })}
      >
        <strong>{typeof draft.top['name'] === 'string' ? draft.top['name'] : 'The site'}</strong>
        <span className="dim">grid connection</span>
      </button>
      <ul className="draft-circuits">
        {tops.map((circuit) => (
          <Circuit key={circuit.id} props={props} circuit={circuit} depth={0} />
        ))}
      </ul>
      {astray.length === 0 ? null : <h2>Chargers on no circuit</h2>}
      <ul>
        {astray.map((charger) => (
          <li key={charger.id}>
            <Row props={props} list="chargers" entry={charger} about="drag it onto its circuit" />
          </li>
        ))}
      </ul>
      <Others props={props} list="meters" title="Meters" />
      <Others props={props} list="lines" title="Lines" />
      <Others props={props} list="waves" title="Sampling front ends" />
      <Others props={props} list="accounts" title="Accounts of the energy report" />
      <Others props={props} list="feeds" title="Data feeds" />
    </nav>
  )
}
