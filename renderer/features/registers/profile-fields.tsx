import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { quantityLabel } from '../../format/quantity.ts'
import type { Assignment } from './assignment.ts'
import type { formProblems } from './draft-form.ts'
import { probeChoices, type ProfileForm } from './draft-form.ts'

export interface ProfileFieldsProps {
  readonly form: ProfileForm
  /** As typed, or made of make and model. */
  readonly id: string
  readonly assignments: readonly Assignment[]
  readonly problems: ReturnType<typeof formProblems>
  /** What the device bears was tried out. */
  readonly isMeasured: boolean
  readonly change: (part: Partial<ProfileForm>) => void
}

/** What the meter is called, and what it is documented by. */
const Names = ({ form, id, problems, change }: ProfileFieldsProps) => (
  <div className="row explore-fields">
    <TextInput
      label="Make"
      required
      w={150}
      maxLength={60}
      value={form.make}
      onChange={(event) => change({ make: event.currentTarget.value })}
    />
    <TextInput
      label="Model"
      required
      w={170}
      maxLength={80}
      value={form.model}
      onChange={(event) => change({ model: event.currentTarget.value })}
    />
    <TextInput
      label="Id"
      w={200}
      value={id}
      error={id === '' ? null : problems.id}
      onChange={(event) => change({ id: event.currentTarget.value })}
    />
    <TextInput
      label="Document, if there is one"
      className="grow"
      maxLength={200}
      value={form.document}
      onChange={(event) => change({ document: event.currentTarget.value })}
    />
  </div>
)

/** How it is recognised, and what it bears. */
const Manners = ({ form, assignments, problems, change }: ProfileFieldsProps) => (
  <div className="row explore-fields">
    <NativeSelect
      label="Recognised by"
      w={190}
      value={form.probe === '' ? (probeChoices(assignments)[0] ?? '') : form.probe}
      onChange={(event) => change({ probe: event.currentTarget.value })}
      data={probeChoices(assignments).map((key) => ({ value: key, label: quantityLabel(key) }))}
    />
    <TextInput
      label="Largest block"
      w={110}
      value={form.maxRegisters}
      error={problems.maxRegisters}
      onChange={(event) => change({ maxRegisters: event.currentTarget.value })}
    />
    <TextInput
      label="Deadline, ms"
      w={110}
      value={form.timeoutMs}
      error={problems.timeoutMs}
      onChange={(event) => change({ timeoutMs: event.currentTarget.value })}
    />
    <TextInput
      label="Note"
      className="grow"
      maxLength={300}
      value={form.note}
      onChange={(event) => change({ note: event.currentTarget.value })}
    />
  </div>
)

const Ways = ({ form, problems, isMeasured, change }: ProfileFieldsProps) => (
  <div className="row">
    <Checkbox
      label="Even addresses and counts only"
      checked={form.evenOnly}
      onChange={(event) => change({ evenOnly: event.currentTarget.checked })}
    />
    <Checkbox
      label="Modbus TCP"
      checked={form.tcp}
      error={problems.tcp}
      onChange={(event) => change({ tcp: event.currentTarget.checked })}
    />
    <Checkbox
      label="Modbus RTU"
      checked={form.serial}
      onChange={(event) => change({ serial: event.currentTarget.checked })}
    />
    <span className="dim">
      {isMeasured ? 'Block and deadline as measured.' : 'Block as read; “Measure habits” finds what the device bears.'}
    </span>
  </div>
)

/** All that a profile says beside its registers. */
export const ProfileFields = (props: ProfileFieldsProps) => (
  <>
    <Names {...props} />
    <Manners {...props} />
    <Ways {...props} />
  </>
)
