import { Button, Checkbox, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import type { ScanRequest } from '../../../shared/api/scan-contract.ts'
import { useIntent } from '../../state/intent.ts'
import { useRead } from '../../state/read.ts'
import { useSettings } from '../../state/settings.ts'
import { Notice } from '../../ui/notice.tsx'
import { StillMissing } from '../../ui/still-missing.tsx'
import { goodPerson, WhoField } from '../../ui/person-fields.tsx'
import { MbusFields, MbusPlace } from './mbus-fields.tsx'
import {
  amount,
  bauds,
  emptyForm,
  formOf,
  formProblems,
  isComplete,
  isMbus,
  parities,
  requestOf,
  type ScanForm,
} from './scan-form.ts'
import type { FieldsProps } from './fields-props.ts'

const TcpFields = ({ form, change, problems }: FieldsProps) => (
  <div className="row scan-fields">
    <TextInput
      label="Addresses"
      description="One, a list, a range or a network, up to 1024: 192.168.1.10-20, 10.0.0.0/28"
      placeholder="192.168.1.10-20"
      required
      className="grow"
      maxLength={4000}
      value={form.hosts}
      onChange={(event) => change({ hosts: event.currentTarget.value })}
      error={form.hosts === '' ? null : problems.hosts}
    />
    <TextInput
      label="Ports"
      description="502 is Modbus TCP’s"
      required
      w={130}
      value={form.ports}
      onChange={(event) => change({ ports: event.currentTarget.value })}
      error={problems.ports}
    />
    <TextInput
      label="Unit ids"
      description="0 to 255"
      required
      w={130}
      value={form.tcpUnits}
      onChange={(event) => change({ tcpUnits: event.currentTarget.value })}
      error={problems.units}
    />
    <NativeSelect
      label="Framing"
      description="What is spoken there"
      data={[
        { value: 'tcp', label: 'Modbus TCP' },
        { value: 'rtu-over-tcp', label: 'RTU over TCP' },
        { value: 'both', label: 'try both' },
      ]}
      value={form.framings}
      onChange={(event) => change({ framings: event.currentTarget.value as ScanForm['framings'] })}
    />
  </div>
)

const toggled = <T,>(list: readonly T[], entry: T, isOn: boolean): readonly T[] =>
  isOn ? [...list, entry] : list.filter((other) => other !== entry)

const SerialFields = ({ form, change, problems }: FieldsProps) => {
  const ports = useRead('scan.ports', {})
  const known = ports.value ?? []
  return (
    <>
      <div className="row scan-fields">
        <TextInput
          label="Serial port"
          description={
            ports.step === 'loading'
              ? 'Looking for ports …'
              : known.length === 0
                ? 'None was seen; type its name'
                : 'Type, or choose one below'
          }
          placeholder="/dev/ttyUSB0"
          required
          w={260}
          value={form.path}
          onChange={(event) => change({ path: event.currentTarget.value })}
          error={form.path === '' ? null : problems.path}
        />
        <TextInput
          label="Unit ids"
          description="1 to 247"
          required
          w={130}
          value={form.busUnits}
          onChange={(event) => change({ busUnits: event.currentTarget.value })}
          error={problems.units}
        />
        <NativeSelect
          label="Stop bits"
          description="Usually 1"
          w={90}
          data={['1', '2']}
          value={String(form.stopBits)}
          onChange={(event) => change({ stopBits: event.currentTarget.value === '2' ? 2 : 1 })}
        />
      </div>
      {known.length === 0 ? null : (
        <div className="row">
          {known.map((port) => (
            <Button key={port.path} variant="default" onClick={() => change({ path: port.path })}>
              {port.path}
              {port.lineId === null ? '' : ` (line ${port.lineId})`}{' '}
              <span className="dim scan-port">{port.description}</span>
            </Button>
          ))}
        </div>
      )}
      <fieldset className="row scan-choices">
        <legend>Speeds, bits a second</legend>
        {bauds.map((rate) => (
          <Checkbox
            key={rate}
            label={rate}
            checked={form.bauds.includes(rate)}
            onChange={(event) => change({ bauds: toggled(form.bauds, rate, event.currentTarget.checked) })}
          />
        ))}
      </fieldset>
      <fieldset className="row scan-choices">
        <legend>Parities</legend>
        {parities.map(({ value, label }) => (
          <Checkbox
            key={value}
            label={label}
            checked={form.parities.includes(value)}
            onChange={(event) => change({ parities: toggled(form.parities, value, event.currentTarget.checked) })}
          />
        ))}
      </fieldset>
      {problems.settings === null ? null : <p className="warn">{problems.settings}</p>}
    </>
  )
}

const LineFields = ({ form, change, problems, overview }: FieldsProps & { readonly overview: Overview }) => {
  const onMbus = isMbus(overview.site.lines.find(({ id }) => id === form.lineId)?.transport)
  return (
    <>
      <div className="row scan-fields">
        <NativeSelect
          label="Line of the site"
          description={
            onMbus ? 'At its own settings, between its readings' : 'At its own settings, in the gaps of its polling'
          }
          value={form.lineId}
          onChange={(event) => change({ lineId: event.currentTarget.value })}
          data={overview.site.lines.map((line) => ({
            value: line.id,
            label: `${line.name ?? line.id} (${line.transport})`,
          }))}
        />
        {onMbus ? null : (
          <TextInput
            label="Unit ids"
            description="1 to 247 on a bus"
            required
            w={150}
            value={form.busUnits}
            onChange={(event) => change({ busUnits: event.currentTarget.value })}
            error={problems.units}
          />
        )}
      </div>
      {onMbus ? <MbusFields form={form} change={change} problems={problems} /> : null}
    </>
  )
}

/** Where to look, as a person names it. */
export const WhereForm = ({
  overview,
  viewer,
  last,
}: {
  readonly overview: Overview
  readonly viewer: boolean
  readonly last: ScanRequest | null
}) => {
  const bus =
    overview.site.lines.find((line) => line.transport === 'serial' || line.transport === 'rtu-over-tcp') ??
    overview.site.lines[0]
  const [form, setForm] = useState<ScanForm>(() => {
    const empty = emptyForm(useSettings.getState().operator, bus?.id ?? '')
    return last === null ? empty : formOf(empty, last)
  })
  const intent = useIntent('scan.start')
  const change = (part: Partial<ScanForm>) => setForm({ ...form, ...part })
  const transport = overview.site.lines.find(({ id }) => id === form.lineId)?.transport
  const problems = formProblems(form, transport)
  const isReady = isComplete(problems) && goodPerson(form.who) && !viewer
  return (
    <form
      className="panel stack no-print"
      aria-label="Where to look"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) void intent.send({ who: form.who.trim(), request: requestOf(form, transport) })
      }}
    >
      <div>
        <SegmentedControl
          aria-label="Where to look"
          value={form.kind}
          onChange={(kind) => change({ kind: kind as ScanForm['kind'] })}
          data={[
            { value: 'line', label: 'A line of the site', disabled: overview.site.lines.length === 0 },
            { value: 'tcp', label: 'Network addresses' },
            { value: 'serial', label: 'A serial port' },
            { value: 'mbus', label: 'An M-Bus' },
          ]}
        />
      </div>
      {form.kind === 'tcp' ? (
        <TcpFields form={form} change={change} problems={problems} />
      ) : form.kind === 'serial' ? (
        <SerialFields form={form} change={change} problems={problems} />
      ) : form.kind === 'mbus' ? (
        <>
          <MbusPlace form={form} change={change} problems={problems} />
          <MbusFields form={form} change={change} problems={problems} />
        </>
      ) : (
        <LineFields form={form} change={change} problems={problems} overview={overview} />
      )}
      <div className="row scan-fields">
        <WhoField value={form.who} onChange={(who) => change({ who })} />
        <Button type="submit" disabled={!isReady || intent.state.step === 'sent'}>
          Search
        </Button>
        <span className="dim grow">{amount(form, transport) ?? ''}</span>
        {viewer ? null : (
          <StillMissing
            what={[
              ...(isComplete(problems) ? [] : ['where to look']),
              ...(goodPerson(form.who) ? [] : ['who searches']),
            ]}
          />
        )}
      </div>
      {viewer ? (
        <Notice tone="normal" title="Viewing only">
          Open the operator address to search.
        </Notice>
      ) : null}
      {intent.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Not started">
          {intent.state.why}
        </Notice>
      ) : null}
      <p className="dim">
        A search only reads, and asks nothing but what is named here. Devices the site has already are left alone.
      </p>
    </form>
  )
}
