import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { NumberField } from '../../ui/number-field.tsx'
import { focusFirst } from '../../ui/person-fields.tsx'
import type { addProblems } from './add-form.ts'
import { addable, freeCircuits, mbusWays, periodRange, type AddForm } from './add-form.ts'

export interface AddFieldsProps {
  readonly find: ScanFind
  readonly site: Overview['site']
  readonly form: AddForm
  readonly change: (part: Partial<AddForm>) => void
  readonly problems: ReturnType<typeof addProblems>
}

const Transformer = ({ form, change, problems }: AddFieldsProps) => (
  <>
    <Checkbox
      label="It measures through current transformers"
      checked={form.hasTransformer}
      onChange={(event) => change({ hasTransformer: event.currentTarget.checked })}
    />
    {form.hasTransformer ? (
      <div className="row scan-fields">
        <NumberField
          label="Primary, A"
          min={0}
          max={6300}
          w={110}
          value={form.primary}
          onChange={(primary) => change({ primary })}
          error={form.primary === '' ? null : problems.primary}
        />
        <NumberField
          label="Secondary, A"
          min={0}
          max={100}
          w={110}
          value={form.secondary}
          onChange={(secondary) => change({ secondary })}
          error={problems.secondary}
        />
        <NativeSelect
          label="Ratio applied in"
          data={[
            { value: 'meter', label: 'the meter (values as read)' },
            { value: 'app', label: 'Tripscope (meter reads secondary)' },
          ]}
          value={form.appliedIn}
          onChange={(event) => change({ appliedIn: event.currentTarget.value === 'app' ? 'app' : 'meter' })}
        />
      </div>
    ) : null}
  </>
)

/** Which model it is, and on M-Bus what it is asked by. */
const Model = ({ find, form, change }: AddFieldsProps) => (
  <>
    <NativeSelect
      {...focusFirst}
      label="Model"
      description={find.verdict === 'ambiguous' ? 'Several answer alike: look at the label' : undefined}
      value={form.choice}
      onChange={(event) => change({ choice: event.currentTarget.value })}
      data={addable(find).map(({ make, model, sunspec }, index) => ({
        value: String(index),
        label: `${make} ${model}${sunspec === null ? '' : `, model ${sunspec.model} number ${sunspec.index}`}`,
      }))}
    />
    {find.mbus === null ? null : (
      <NativeSelect
        label="Asked by"
        description={
          form.mbusBy === 'primary' && find.unit === 0
            ? 'The next meter that is added comes with 0 too: better its number'
            : 'Its number stays with it for good'
        }
        value={form.mbusBy}
        onChange={(event) => change({ mbusBy: event.currentTarget.value === 'primary' ? 'primary' : 'secondary' })}
        data={[...mbusWays(find)]}
      />
    )}
  </>
)

const Names = ({ form, change, problems }: AddFieldsProps) => (
  <div className="row scan-fields">
    <TextInput
      label="Id"
      description="In the site file; stays for good"
      required
      w={200}
      value={form.id}
      onChange={(event) => change({ id: event.currentTarget.value })}
      error={problems.id}
    />
    <TextInput
      label="Name"
      description="As people call it"
      maxLength={80}
      className="grow"
      value={form.name}
      onChange={(event) => change({ name: event.currentTarget.value })}
    />
  </div>
)

const Line = ({ find, site, form, change, problems }: AddFieldsProps) =>
  find.lineId === null ? (
    <TextInput
      label="Id of the new line"
      description={find.where}
      required
      value={form.lineId}
      onChange={(event) => change({ lineId: event.currentTarget.value })}
      error={problems.lineId}
    />
  ) : (
    <p>
      It hangs on the site’s line{' '}
      <strong>{site.lines.find(({ id }) => id === find.lineId)?.name ?? find.lineId}</strong>.
    </p>
  )

const circuitAdvice = (find: ScanFind, free: number): string => {
  if (find.mbus !== null) return 'Without a meter and without chargers: M-Bus is too slow to steer by'
  return free === 0 ? 'Every circuit has a meter' : 'Circuits without a meter'
}

/** What it measures, and how often it is read. */
const Reading = ({ find, site, form, change, problems }: AddFieldsProps) => {
  const free = freeCircuits(find, site)
  const period = periodRange(find)
  return (
    <div className="row scan-fields">
      <NativeSelect
        label="Circuit it measures"
        description={circuitAdvice(find, free.length)}
        value={form.circuitId}
        onChange={(event) => change({ circuitId: event.currentTarget.value })}
        data={[
          { value: '', label: 'none of them' },
          ...free.map((circuit) => ({ value: circuit.id, label: circuit.name ?? circuit.id })),
        ]}
      />
      <NumberField
        label="Period, ms"
        description={find.mbus === null ? 'Fast quantities' : 'All of it; 10 s at least'}
        min={period.low}
        max={period.high}
        step={period.low}
        w={150}
        required
        value={form.periodMs}
        onChange={(periodMs) => change({ periodMs })}
        error={problems.periodMs}
      />
    </div>
  )
}

/** All that is said of a find before it becomes a meter. */
export const AddFields = (props: AddFieldsProps) => (
  <>
    <Model {...props} />
    <Names {...props} />
    <Line {...props} />
    <Reading {...props} />
    {props.find.mbus === null ? (
      <Transformer {...props} />
    ) : (
      <p className="dim">Once a minute is enough for energy; its transformer ratio, if any, is set in the meter.</p>
    )}
  </>
)
