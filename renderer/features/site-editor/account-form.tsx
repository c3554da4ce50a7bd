import { Checkbox, Fieldset } from '@mantine/core'
import { accountKinds } from '../../../shared/site/accounts-schema.ts'
import { ChoiceField, TextField, useField, type FormProps } from './fields.tsx'

const kindWords: Readonly<Record<(typeof accountKinds)[number], string>> = {
  tenant: 'tenant',
  fleet: 'fleet',
  common: 'what all share',
  other: 'something else',
}

/** Which entries of a list an account counts; one that another account counts already is told by the check. */
const CountedField = (
  props: FormProps & { readonly list: 'meters' | 'chargers'; readonly label: string; readonly description: string },
) => {
  const { list, label, description, draft } = props
  const { value, error, set } = useField({ ...props, keys: [list] })
  const chosen = Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
  const entries = draft.lists[list]
  if (entries.length === 0) return null
  return (
    <Fieldset legend={label}>
      <p className="dim">{description}</p>
      {entries.map(({ id, name }) => (
        <Checkbox
          key={id}
          label={typeof name === 'string' ? `${name} (${id})` : id}
          checked={chosen.includes(id)}
          onChange={({ currentTarget }) =>
            set(currentTarget.checked ? [...chosen, id] : chosen.filter((each) => each !== id))
          }
        />
      ))}
      {error === null ? null : <p role="alert">{error}</p>}
    </Fieldset>
  )
}

/** A tenant, a fleet or what all share: whose energy the report counts by which meters and chargers. */
export const AccountForm = (props: FormProps) => (
  <>
    <TextField {...props} keys={['name']} label="Name" />
    <ChoiceField
      {...props}
      keys={['kind']}
      label="Who it is"
      choices={accountKinds.map((value) => ({ value, label: kindWords[value] }))}
    />
    <CountedField
      {...props}
      list="meters"
      label="Meters whose energy is its"
      description="By the meter’s own kWh register. What lies below another meter that is counted would count twice."
    />
    <CountedField
      {...props}
      list="chargers"
      label="Chargers whose energy is its"
      description="By the charger’s own counter, where no meter of its own measures them."
    />
    <TextField
      {...props}
      keys={['note']}
      label="Note for readers of the report"
      description="E.g. what else hangs there"
    />
  </>
)
