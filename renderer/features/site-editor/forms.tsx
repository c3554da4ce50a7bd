import { isWithin, valueAt } from '../../../shared/site-draft/draft.ts'
import { BreakerForm } from './breaker-form.tsx'
import { CheckField, ChoiceField, NumericField, TextField, type Choice } from './fields.tsx'
import { entryOf, modelChoices, named, type ModelFormProps } from './form-choices.ts'
import { PhaseMapField } from './phase-map.tsx'

export const SiteForm = (props: ModelFormProps) => (
  <>
    <TextField {...props} keys={['name']} label="Name of the site" />
    <TextField {...props} keys={['timezone']} label="Time zone" description="IANA name, e.g. Europe/Berlin" />
    <NumericField
      {...props}
      keys={['grid', 'limit']}
      label="Agreed current at the grid connection, A per phase"
      description="Never exceeded by the chargers, whatever the breakers would bear"
    />
    <NumericField
      {...props}
      keys={['grid', 'maximumPower']}
      label="Agreed power, W"
      description="Where the contract names one"
      step={1000}
    />
    <NumericField {...props} keys={['grid', 'nominalVoltage']} label="Nominal voltage, line to neutral, V" />
    <ChoiceField
      {...props}
      keys={['grid', 'frequency']}
      label="Frequency"
      isNumber
      choices={[
        { value: '50', label: '50 Hz' },
        { value: '60', label: '60 Hz' },
      ]}
    />
  </>
)

const none: Choice = { value: '', label: 'none' }

export const CircuitForm = (props: ModelFormProps) => {
  const { draft, selected } = props
  if (selected.list === 'site') return null
  const measured = new Set(draft.lists.circuits.flatMap(({ id, meter }) => (id === selected.id ? [] : [meter])))
  return (
    <>
      <TextField {...props} keys={['name']} label="Name" />
      <ChoiceField
        {...props}
        keys={['parent']}
        label="Fed by"
        choices={[
          { value: '', label: 'the grid: this is the connection' },
          ...named(props, 'circuits').filter(({ value }) => !isWithin(draft, value, selected.id)),
        ]}
      />
      <ChoiceField
        {...props}
        keys={['meter']}
        label="Measured by"
        choices={[none, ...named(props, 'meters').filter(({ value }) => !measured.has(value))]}
      />
      <NumericField
        {...props}
        keys={['limit']}
        label="Limit, A per phase"
        description="Below the breaker where the cable or a contract asks for it"
      />
      <NumericField
        {...props}
        keys={['otherLoad']}
        label="Other load, A per phase"
        description="The most that what is not controlled can draw here; needed where no meter measures it"
      />
      <NumericField
        {...props}
        keys={['cable']}
        label="Cable carries, A"
        description="As it is laid: grouping, ground and insulation counted"
      />
      <CheckField {...props} keys={['generation']} label="Something here feeds in, e.g. solar" usual={false} />
      <PhaseMapField {...props} label="Phases of this circuit" terminals={['1', '2', '3']} />
      <BreakerForm {...props} />
    </>
  )
}

export const ChargerForm = (props: ModelFormProps) => {
  const entry: Readonly<Record<string, unknown>> = entryOf(props) ?? {}
  const at = entry['modbus'] === undefined ? [] : ['modbus']
  const isOcpp = entry['ocpp'] !== undefined
  return (
    <>
      <TextField {...props} keys={['name']} label="Name" />
      <ChoiceField {...props} keys={['circuit']} label="Fed by circuit" choices={named(props, 'circuits')} />
      {isOcpp ? (
        <TextField {...props} keys={['ocpp', 'identity']} label="OCPP identity" />
      ) : (
        <>
          <ChoiceField
            {...props}
            keys={[...at, 'profile']}
            label="Model"
            choices={modelChoices(props.models?.chargers ?? [])}
          />
          <ChoiceField {...props} keys={[...at, 'line']} label="Line it hangs on" choices={named(props, 'lines')} />
          <NumericField {...props} keys={[...at, 'unit']} label="Modbus unit" />
        </>
      )}
      <PhaseMapField {...props} label="Site phases at its terminals" terminals={['T1', 'T2', 'T3']} isSocket />
      <NumericField {...props} keys={['maximum']} label="Largest current of it and its cable, A" />
      <NumericField {...props} keys={['minimum']} label="Smallest charging current, A" />
      <NumericField
        {...props}
        keys={['fallback']}
        label="Fallback, A"
        description="What flows when the site can’t be seen; 0 pauses"
      />
      <NumericField {...props} keys={['priority']} label="Priority" description="Higher stays longer" />
      <PhaseSwitchFields {...props} isAuto={valueAt(entry, ['phaseSwitching', 'phases']) === 'auto'} />
    </>
  )
}

const PhaseSwitchFields = ({ isAuto, ...props }: ModelFormProps & { readonly isAuto: boolean }) => (
  <>
    <ChoiceField
      {...props}
      keys={['phaseSwitching', 'phases']}
      label="One phase or three"
      description="Where its document lets control switch it, and it says where it is"
      choices={[
        { value: '', label: 'as it is' },
        { value: 'fixed', label: 'as it is, said so' },
        { value: 'auto', label: 'one phase where three have too little' },
      ]}
    />
    {isAuto ? (
      <>
        <NumericField
          {...props}
          keys={['phaseSwitching', 'toOne']}
          label="To one phase after, s"
          description="How long three phases must have had too little; 120 if empty"
        />
        <NumericField
          {...props}
          keys={['phaseSwitching', 'toThree']}
          label="Back to three after, s"
          description="How long they must have had enough; 300 if empty"
        />
        <NumericField
          {...props}
          keys={['phaseSwitching', 'perHour']}
          label="Most switches in an hour"
          description="Contactors wear; 4 if empty"
        />
      </>
    ) : null}
  </>
)

export const WaveForm = (props: ModelFormProps) => (
  <>
    <TextField {...props} keys={['name']} label="Name" />
    <TextField {...props} keys={['host']} label="Host or IP address" />
    <NumericField {...props} keys={['port']} label="TCP port" />
    <ChoiceField
      {...props}
      keys={['circuit']}
      label="Circuit it samples"
      choices={[none, ...named(props, 'circuits')]}
    />
  </>
)
