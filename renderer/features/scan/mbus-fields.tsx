import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { useRead } from '../../state/read.ts'
import { mbusBauds, parities, type MbusBaud, type Parity, type ScanForm } from './scan-form.ts'
import type { FieldsProps } from './fields-props.ts'

const toggled = (list: readonly MbusBaud[], rate: MbusBaud, isOn: boolean): readonly MbusBaud[] =>
  isOn ? [...list, rate] : list.filter((other) => other !== rate)

/** An M-Bus that no line of the site is on yet. */
export const MbusPlace = ({ form, change, problems }: FieldsProps) => {
  const ports = useRead('scan.ports', {})
  const via = (
    <NativeSelect
      label="Level converter"
      value={form.mbusVia}
      onChange={(event) => change({ mbusVia: event.currentTarget.value === 'tcp' ? 'tcp' : 'serial' })}
      data={[
        { value: 'tcp', label: 'in the network' },
        { value: 'serial', label: 'at a serial port' },
      ]}
    />
  )
  if (form.mbusVia === 'tcp') {
    return (
      <div className="row scan-fields">
        {via}
        <TextInput
          label="Address"
          description="Of the converter"
          placeholder="192.168.1.40"
          required
          w={220}
          value={form.mbusHost}
          onChange={(event) => change({ mbusHost: event.currentTarget.value })}
          error={form.mbusHost === '' ? null : problems.hosts}
        />
        <TextInput
          label="Port"
          description="As set in it"
          required
          w={110}
          value={form.mbusPort}
          onChange={(event) => change({ mbusPort: event.currentTarget.value })}
          error={form.mbusPort === '' ? null : problems.ports}
        />
        <NativeSelect
          label="Speed of the bus"
          description="As set in it; usually 2400"
          data={mbusBauds.map(String)}
          value={String(form.mbusBaud)}
          onChange={(event) => change({ mbusBaud: Number(event.currentTarget.value) as MbusBaud })}
        />
      </div>
    )
  }
  return (
    <>
      <div className="row scan-fields">
        {via}
        <TextInput
          label="Serial port"
          placeholder="/dev/ttyUSB0"
          required
          w={260}
          list="scan-mbus-ports"
          value={form.path}
          onChange={(event) => change({ path: event.currentTarget.value })}
          error={form.path === '' ? null : problems.path}
        />
        <datalist id="scan-mbus-ports">
          {(ports.value ?? []).map(({ path, description }) => (
            <option key={path} value={path}>
              {description}
            </option>
          ))}
        </datalist>
        <NativeSelect
          label="Parity"
          description="M-Bus has even"
          w={110}
          data={[...parities]}
          value={form.mbusParity}
          onChange={(event) => change({ mbusParity: event.currentTarget.value as Parity })}
        />
      </div>
      <fieldset className="row scan-choices">
        <legend>Speeds, bits a second (2400 from the factory)</legend>
        {mbusBauds.map((rate) => (
          <Checkbox
            key={rate}
            label={rate}
            checked={form.mbusBauds.includes(rate)}
            onChange={(event) => change({ mbusBauds: toggled(form.mbusBauds, rate, event.currentTarget.checked) })}
          />
        ))}
      </fieldset>
      {problems.settings === null ? null : <p className="warn">{problems.settings}</p>}
    </>
  )
}

/** How the meters of an M-Bus are looked for. */
export const MbusFields = ({ form, change, problems }: FieldsProps) => (
  <div className="row scan-fields">
    <NativeSelect
      label="Search by"
      description="The number is printed on each meter"
      value={form.mbusBy}
      onChange={(event) => change({ mbusBy: event.currentTarget.value as ScanForm['mbusBy'] })}
      data={[
        { value: 'secondary', label: 'numbers (secondary addresses)' },
        { value: 'primary', label: 'primary addresses' },
        { value: 'both', label: 'both' },
      ]}
    />
    {form.mbusBy === 'secondary' ? null : (
      <TextInput
        label="Addresses"
        description="0 to 250; 0: never set up"
        required
        w={170}
        value={form.mbusAddresses}
        onChange={(event) => change({ mbusAddresses: event.currentTarget.value })}
        error={problems.addresses}
      />
    )}
    {form.mbusBy === 'primary' ? null : (
      <Checkbox
        label="Numbers with A to E too (rare, takes 1.5 times as long)"
        checked={form.mbusHex}
        onChange={(event) => change({ mbusHex: event.currentTarget.checked })}
      />
    )}
  </div>
)
