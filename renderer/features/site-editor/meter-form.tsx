import { meterClasses } from '../../../shared/site/site.ts'
import { valueAt } from '../../../shared/site-draft/draft.ts'
import { isMbusTransport, moved } from '../../../shared/site-draft/reconnect.ts'
import { CheckField, ChoiceField, NumericField, TextField } from './fields.tsx'
import { entryOf, modelChoices, named, type ModelFormProps } from './form-choices.ts'
import { PhaseMapField } from './phase-map.tsx'

/** Where it answers: a unit on Modbus; on M-Bus the number printed on it, or the address that was set. */
const AddressFields = ({ isMbus, ...props }: ModelFormProps & { readonly isMbus: boolean }) =>
  isMbus ? (
    <>
      <NumericField
        {...props}
        keys={['mbus', 'primary']}
        label="M-Bus primary address"
        description="1 to 250, as set in the meter; or leave it empty and give its number"
      />
      <TextField
        {...props}
        keys={['mbus', 'secondary']}
        label="M-Bus identification number"
        description="The eight digits printed on the meter, instead of the primary address"
      />
    </>
  ) : (
    <NumericField {...props} keys={['unit']} label="Modbus unit" />
  )

/** Transformers in front of the meter, with the cable between them where its burden is to be checked. */
const TransformerFields = (props: ModelFormProps) => {
  const entry = entryOf(props) ?? { id: '' }
  const at = (key: string): readonly string[] => ['currentTransformer', key]
  const hasTransformer = valueAt(entry, ['currentTransformer']) !== undefined
  const inCable = (key: string): readonly string[] => ['currentTransformer', 'cable', key]
  const { selected, edit } = props
  return (
    <>
      <NumericField
        {...props}
        keys={at('primary')}
        label="Current transformer, primary A"
        description="Of 250/5 the 250; empty where it measures directly"
      />
      <NumericField
        {...props}
        keys={at('secondary')}
        label="Current transformer, secondary A"
        description="Of 250/5 the 5"
      />
      {hasTransformer ? (
        <>
          <TextField
            {...props}
            keys={at('class')}
            label="Current transformer, class"
            description="On its nameplate, e.g. 0.5S"
          />
          <ChoiceField
            {...props}
            keys={at('appliedIn')}
            label="Its ratio is applied in"
            choices={[
              { value: '', label: 'the meter (values as read)' },
              { value: 'meter', label: 'the meter (values as read), said so' },
              { value: 'app', label: 'Tripscope (the meter gives secondary values)' },
            ]}
          />
        </>
      ) : null}
      {hasTransformer && valueAt(entry, ['currentTransformer', 'cable']) === undefined && selected.list !== 'site' ? (
        <button
          type="button"
          className="link-button"
          onClick={() =>
            edit(
              { ...selected, kind: 'set-in', keys: at('cable'), value: { length: 5, crossSection: 2.5 } },
              'transformer cable',
            )
          }
        >
          Add its secondary cable, so that the burden is checked
        </button>
      ) : null}
      {valueAt(entry, ['currentTransformer', 'cable']) === undefined ? null : (
        <>
          <NumericField
            {...props}
            keys={inCable('length')}
            label="Secondary cable, one way, m"
            description="From the transformers to the meter; empty both fields to take it away"
          />
          <NumericField {...props} keys={inCable('crossSection')} label="Secondary cable, mm²" step={0.5} />
          <NumericField
            {...props}
            keys={inCable('ratedBurden')}
            label="Rated burden of the transformers, VA"
            description="On their nameplate"
            step={0.5}
          />
        </>
      )}
    </>
  )
}

export const MeterForm = (props: ModelFormProps) => {
  const { models, draft } = props
  const entry = entryOf(props) ?? { id: '' }
  const transportOf = (id: unknown): unknown => draft.lists.lines.find((line) => line.id === id)?.['transport']
  const isMbus = entry['mbus'] !== undefined || isMbusTransport(transportOf(entry['line']))
  const listed = isMbus ? models?.mbusMeters : models?.meters
  return (
    <>
      <TextField {...props} keys={['name']} label="Name" />
      <ChoiceField {...props} keys={['profile']} label="Model" choices={modelChoices(listed ?? [])} />
      <ChoiceField
        {...props}
        keys={['line']}
        label="Line it hangs on"
        choices={named(props, 'lines')}
        choose={(line) => moved(entry, line, isMbusTransport(transportOf(line)))}
      />
      <AddressFields {...props} isMbus={isMbus} />
      <NumericField
        {...props}
        keys={['periodMs']}
        label="Read every, ms"
        description={isMbus ? 'Empty: once a minute; at least 10000' : 'Empty: every 1000 ms'}
        step={100}
      />
      <ChoiceField
        {...props}
        keys={['class']}
        label="Accuracy class of the meter"
        choices={[{ value: '', label: 'not declared' }, ...meterClasses.map((value) => ({ value, label: value }))]}
      />
      <TransformerFields {...props} />
      <CheckField
        {...props}
        keys={['reverse']}
        label="Mounted against the direction of import (all three): import and export change places"
        usual={false}
      />
      <PhaseMapField {...props} label="Site phases at its terminals" terminals={['1', '2', '3']} />
    </>
  )
}
