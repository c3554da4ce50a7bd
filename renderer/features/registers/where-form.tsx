import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { useConnection } from '../../state/connection.ts'
import { changeForm, useExplorer } from './explorer-store.ts'
import { measure, start, stop } from './use-reading.ts'
import { bauds, lineLabel, modbusLines, readWhere, typedKinds } from './where-text.ts'

/** Where and what to read. Every field keeps what was typed; what is wrong is said under it. */
export const WhereForm = ({ overview }: { readonly overview: Overview }) => {
  const form = useExplorer((state) => state.form)
  const mode = useExplorer((state) => state.mode)
  const isMeasuring = useExplorer((state) => state.habits?.step === 'measuring')
  const client = useConnection((state) => state.client)
  const viewer = useConnection((state) => state.caller?.role === 'viewer')
  const lines = modbusLines(overview.site)
  const line = form.line === '' ? (lines[0]?.id ?? '@tcp') : form.line
  const { where, problems, said } = useMemo(() => readWhere({ ...form, line }), [form, line])
  const canRead = client !== null && !viewer && where !== null
  const known = overview.site.meters
    .filter((meter) => meter.line === line)
    .flatMap((meter) => ('unit' in meter ? [`${String(meter.unit)}: ${meter.name ?? meter.id}`] : []))
  return (
    <form
      className="panel stack"
      aria-label="What to read"
      onSubmit={(event) => {
        event.preventDefault()
        if (canRead) start(where, 'once')
      }}
    >
      <div className="row explore-fields">
        <NativeSelect
          label="Line"
          w={300}
          value={line}
          onChange={(event) => changeForm({ line: event.currentTarget.value })}
          data={[...lines.map((one) => ({ value: one.id, label: lineLabel(one) })), ...typedKinds]}
        />
        {line === '@tcp' || line === '@rtu-over-tcp' ? (
          <TextInput
            label="Address"
            placeholder="192.168.1.40:502"
            w={200}
            value={form.host}
            error={form.host === '' ? null : problems.host}
            onChange={(event) => changeForm({ host: event.currentTarget.value })}
          />
        ) : null}
        {line === '@serial' ? (
          <>
            <TextInput
              label="Port"
              placeholder="/dev/ttyUSB0"
              w={150}
              value={form.path}
              onChange={(event) => changeForm({ path: event.currentTarget.value })}
            />
            <NativeSelect
              label="Baud"
              w={92}
              data={bauds.map(String)}
              value={form.baud}
              onChange={(event) => changeForm({ baud: event.currentTarget.value })}
            />
            <NativeSelect
              label="Parity"
              w={84}
              data={['none', 'even', 'odd']}
              value={form.parity}
              onChange={(event) =>
                changeForm({
                  parity:
                    event.currentTarget.value === 'even'
                      ? 'even'
                      : event.currentTarget.value === 'odd'
                        ? 'odd'
                        : 'none',
                })
              }
            />
            <NativeSelect
              label="Stop bits"
              w={84}
              data={['1', '2']}
              value={form.stopBits}
              onChange={(event) => changeForm({ stopBits: event.currentTarget.value === '2' ? '2' : '1' })}
            />
          </>
        ) : null}
        <TextInput
          label="Unit"
          w={64}
          value={form.unit}
          error={problems.unit}
          onChange={(event) => changeForm({ unit: event.currentTarget.value })}
        />
        <NativeSelect
          label="Function"
          w={170}
          value={form.functionCode}
          onChange={(event) => changeForm({ functionCode: event.currentTarget.value === '3' ? '3' : '4' })}
          data={[
            { value: '4', label: '4, input registers' },
            { value: '3', label: '3, holding registers' },
          ]}
        />
        <TextInput
          label="From register"
          w={112}
          value={form.first}
          error={problems.first}
          onChange={(event) => changeForm({ first: event.currentTarget.value })}
        />
        <TextInput
          label="How many"
          w={76}
          value={form.count}
          error={problems.count}
          onChange={(event) => changeForm({ count: event.currentTarget.value })}
        />
      </div>
      <div className="row">
        <Button type="submit" disabled={!canRead || mode !== 'idle' || isMeasuring}>
          Read once
        </Button>
        <Button
          variant="default"
          disabled={!canRead || mode !== 'idle' || isMeasuring}
          onClick={() => {
            if (canRead) start(where, 'watch')
          }}
        >
          Watch
        </Button>
        <label className="row explore-period">
          every{' '}
          <TextInput
            aria-label="Period, s"
            w={56}
            value={form.periodS}
            error={problems.periodS !== undefined}
            onChange={(event) => changeForm({ periodS: event.currentTarget.value })}
          />{' '}
          s
        </label>
        {mode === 'idle' ? null : (
          <Button variant="default" onClick={stop}>
            Stop
          </Button>
        )}
        <Button
          variant="default"
          disabled={!canRead || isMeasuring}
          onClick={() => {
            if (canRead) measure(where)
          }}
        >
          Measure habits
        </Button>
        <span className="dim grow">
          {said ??
            (viewer
              ? 'Only an operator may read registers.'
              : `Only reads; nothing is ever written. Registers as on the wire, decimal or 0x; 40001 and 30001 are understood.${known.length === 0 ? '' : ` Units in use: ${known.join(', ')}.`}`)}
        </span>
      </div>
    </form>
  )
}
