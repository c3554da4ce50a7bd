import { SegmentedControl } from '@mantine/core'
import { memo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { ChargerDescription, Overview } from '../../../shared/api/site-contract.ts'
import { useLive } from '../../state/live.ts'
import { FoldToolbar } from '../../ui/fold-toolbar.tsx'
import { Mark } from '../../ui/mark.tsx'
import { fitsDiagram } from '../overview/site-tree.ts'
import { allocationKinds, groupFacts, noFilter, type AllocationGroup } from './allocation-groups.ts'
import { MatrixCells, MatrixLegend, PhaseStates } from './allocation-matrix.tsx'
import { AllocationDetail, AllocationRow } from './allocation-row.tsx'
import { useAllocationFold } from './use-allocation-fold.ts'

const columns = [
  { name: 'charger', text: 'Charger' },
  { name: 'status', text: 'Status' },
  { name: 'target', text: 'Target A', isNumber: true },
  { name: 'read', text: 'Read A', isNumber: true },
  { name: 'write', text: 'Last write' },
  { name: 'phases', text: 'Phases' },
  { name: 'bound', text: 'Bound by' },
  { name: 'why', text: 'Why' },
  { name: 'age', text: 'Age', isNumber: true },
  { name: 'act', text: 'Action' },
] as const

const Head = () => (
  <>
    <colgroup>
      {columns.map(({ name }) => (
        <col key={name} className={`col-${name}`} />
      ))}
    </colgroup>
    <thead>
      <tr>
        {columns.map((column) => (
          <th
            key={column.name}
            scope="col"
            className={'isNumber' in column ? 'num' : column.name === 'act' ? 'no-print' : undefined}
          >
            {column.text}
          </th>
        ))}
      </tr>
    </thead>
  </>
)

/** The head of a circuit's chargers: what they do together, and whether they are shown. */
const GroupRow = memo(function GroupRow({
  group,
  isOpen,
  toggle,
}: {
  readonly group: AllocationGroup
  readonly isOpen: boolean
  readonly toggle: (circuitId: string) => void
}) {
  const facts = useLive(useShallow(({ live }) => (live === null ? null : groupFacts(group, live))))
  return (
    <tr className="allocation-group" data-circuit={group.circuitId}>
      <th scope="colgroup" colSpan={columns.length}>
        <button type="button" className="plain-button" aria-expanded={isOpen} onClick={() => toggle(group.circuitId)}>
          <span aria-hidden="true" className="allocation-fold">
            {isOpen ? '▾' : '▸'}
          </span>{' '}
          {group.name}
        </button>
        {facts === null ? null : (
          <span className="allocation-group-facts">
            <span>{facts.chargers}</span>
            <span>{facts.charging} charging</span>
            <span>{facts.paused} paused</span>
            <span>{facts.given}</span>
            {facts.abnormal === 0 ? null : <Mark kind={facts.kind}>{facts.abnormal} abnormal</Mark>}
          </span>
        )}
      </th>
    </tr>
  )
})

interface Rows {
  readonly overview: Overview
  readonly canOverride: boolean
  readonly chosen: string | null
  readonly choose: (id: string) => void
  readonly override: (chargerId: string) => void
}

const ChargerRows = ({
  overview,
  chargers,
  canOverride,
  chosen,
  choose,
  override,
}: Rows & { readonly chargers: readonly ChargerDescription[] }) =>
  chargers.map((charger) => (
    <AllocationRow
      key={charger.id}
      overview={overview}
      charger={charger}
      canOverride={canOverride}
      isChosen={charger.id === chosen}
      choose={choose}
      override={override}
    />
  ))

type Form = 'rows' | 'cells'

/** The chargers of a large site by circuit, folded, with a filter. */
const FoldedRows = ({ form, ...rows }: Rows & { readonly form: Form }) => {
  const { filter, change, more, shown, unfold, toggle, isOpen } = useAllocationFold(rows.overview)
  return (
    <>
      <FoldToolbar
        filter={filter}
        nothing={noFilter}
        kinds={allocationKinds}
        change={change}
        more={more}
        unfold={unfold}
      />
      <table className="table allocation">
        <Head />
        {shown.map((group) => (
          <tbody key={group.circuitId}>
            <GroupRow group={group} isOpen={isOpen(group.circuitId)} toggle={toggle} />
            {!isOpen(group.circuitId) ? null : form === 'rows' ? (
              <ChargerRows {...rows} chargers={group.chargers} />
            ) : (
              <tr>
                <td colSpan={columns.length} className="matrix-row">
                  <MatrixCells group={group} chosen={rows.chosen} choose={rows.choose} />
                </td>
              </tr>
            )}
          </tbody>
        ))}
      </table>
      {shown.length === 0 ? <p className="dim">Nothing passes the filter.</p> : null}
    </>
  )
}

/** Per charger: what it gets, what it says it has, and why. Rows and columns keep their place while numbers and reasons change. */
export const AllocationTable = memo(function AllocationTable({
  overview,
  isArmed,
  canOverride,
  override,
  chosen,
  choose,
}: {
  readonly overview: Overview
  readonly isArmed: boolean
  readonly canOverride: boolean
  readonly override: (chargerId: string) => void
  readonly chosen: string | null
  readonly choose: (id: string) => void
}) {
  const rows: Rows = { overview, canOverride, chosen, choose, override }
  const isLarge = !fitsDiagram(overview.site)
  const [form, setForm] = useState<Form>('rows')
  return (
    <section className="panel table-scroll" aria-label="Allocation" tabIndex={0}>
      <div className="row">
        <h2 className="grow">
          {isArmed ? 'Allocation' : 'Allocation this program would make (monitoring: nothing is written)'}
        </h2>
        {isLarge ? (
          <SegmentedControl
            size="xs"
            aria-label="How chargers are shown"
            data={[
              { value: 'rows', label: 'Rows' },
              { value: 'cells', label: 'Cells' },
            ]}
            value={form}
            onChange={(value) => setForm(value as Form)}
          />
        ) : null}
      </div>
      {isLarge ? <PhaseStates overview={overview} /> : null}
      {form === 'cells' ? <MatrixLegend /> : null}
      <AllocationDetail overview={overview} charger={overview.chargers.find(({ id }) => id === chosen)} />
      {!isLarge ? (
        <table className="table allocation">
          <Head />
          <tbody>
            <ChargerRows {...rows} chargers={overview.chargers} />
          </tbody>
        </table>
      ) : (
        <FoldedRows {...rows} form={form} />
      )}
    </section>
  )
})
