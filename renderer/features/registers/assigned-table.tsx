import { Button, TextInput } from '@mantine/core'
import { addressHex } from '../../../shared/explore/register-text.ts'
import { codingText } from '../../../shared/explore/decodings.ts'
import type { Cell } from '../../../shared/explore/reading.ts'
import { formatQuantity, quantityLabel, quantityUnit } from '../../format/quantity.ts'
import { siteNow } from '../../state/clock.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import type { Assignment } from './assignment.ts'
import { hold, viewAssignment } from './draft-form.ts'
import { changeAssignment, select, unassign } from './explorer-store.ts'

type AssignmentView = ReturnType<typeof viewAssignment>

const LiveValue = ({ quantity, view }: { readonly quantity: string; readonly view: AssignmentView }) => {
  const time = useTimeFormat()
  const { live, lastAtMs, isPlausible } = view
  return (
    <td className="num">
      {live === null ? (
        <span className="dim">– not read</span>
      ) : isPlausible ? (
        formatQuantity(quantity, live)
      ) : (
        <Mark kind="warning">{formatQuantity(quantity, live)} is not plausible</Mark>
      )}
      {lastAtMs === null ? null : <div className="dim">at {time.clock(lastAtMs)}</div>}
    </td>
  )
}

/** The words of the moment in which a person begins to type are what the display is held against. */
const typed = (assignment: Assignment, shown: string, cells: readonly Cell[], functionCode: 3 | 4): void => {
  const isBeginning = assignment.shown.trim() === '' || shown.trim() === ''
  const now = assignment.functionCode === functionCode ? hold(assignment, cells, siteNow()) : null
  const held = shown.trim() === '' ? null : (now ?? assignment.last)
  changeAssignment(assignment.key, isBeginning ? { shown, held } : { shown })
}

const Witness = ({ witness }: Pick<AssignmentView, 'witness'>) => {
  if (witness === null) return <span className="dim">by this rule only, no witness</span>
  return witness.ok ? <Mark kind="normal">the display agrees</Mark> : <Mark kind="warning">{witness.why}</Mark>
}

interface AssignedRowProps {
  readonly assignment: Assignment
  readonly cells: readonly Cell[]
  readonly functionCode: 3 | 4
}

const AssignedRow = ({ assignment, cells, functionCode }: AssignedRowProps) => {
  const view = viewAssignment(assignment, cells, functionCode)
  const { key, address, type, wordOrder, scale } = assignment
  return (
    <tr data-quantity={key}>
      <th scope="row">{quantityLabel(key)}</th>
      <td>
        <button type="button" className="plain-button mono" onClick={() => select(address)}>
          {address} <span className="dim">{addressHex(address)}</span>
        </button>
      </td>
      <td>
        {codingText({ type, wordOrder, byteSwapped: false })}
        {scale === 1 ? '' : `, times ${String(scale)}`}
      </td>
      <LiveValue quantity={key} view={view} />
      <td className="explore-assigned">
        <TextInput
          aria-label={`The display shows for ${quantityLabel(key)}`}
          placeholder={quantityUnit(key)}
          value={assignment.shown}
          onChange={(event) => typed(assignment, event.currentTarget.value, cells, functionCode)}
        />
      </td>
      <td>
        <Witness witness={view.witness} />
      </td>
      <td className="no-print">
        <Button variant="default" onClick={() => unassign(key)}>
          Take away<span className="sr-only"> {quantityLabel(key)}</span>
        </Button>
      </td>
    </tr>
  )
}

/** Registers that were given a quantity, with their live values and what the meter's own display says. */
export const AssignedTable = ({
  assignments,
  cells,
  functionCode,
}: Omit<AssignedRowProps, 'assignment'> & { readonly assignments: readonly Assignment[] }) => (
  <div className="table-scroll" tabIndex={0} role="region" aria-label="Assigned quantities, table">
    <table className="table is-dense explore-quantities">
      <thead>
        <tr>
          <th scope="col">Quantity</th>
          <th scope="col">Register</th>
          <th scope="col">Read as</th>
          <th scope="col" className="num">
            Now
          </th>
          <th scope="col">The display shows</th>
          <th scope="col">Witness</th>
          <th scope="col" className="no-print">
            Take away
          </th>
        </tr>
      </thead>
      <tbody>
        {assignments.map((assignment) => (
          <AssignedRow key={assignment.key} assignment={assignment} cells={cells} functionCode={functionCode} />
        ))}
      </tbody>
    </table>
  </div>
)
