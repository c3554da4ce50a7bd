import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useMemo } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { useConnection } from '../../state/connection.ts'
import { changeForm, useExplorer } from './explorer-store.ts'
import { measure, start, stop } from './use-reading.ts'
import { AddressFields, RangeFields, type WhereFieldsProps } from './where-fields.tsx'
import { lineLabel, modbusLines, readWhere, typedKinds, type Where } from './where-text.ts'

/** Buttons that begin and end a reading. `where` null: it can't be read as it stands. */
const Actions = ({ where, problems }: Pick<WhereFieldsProps, 'problems'> & { readonly where: Where | null }) => {
  const form = useExplorer((state) => state.form)
  const mode = useExplorer((state) => state.mode)
  const isMeasuring = useExplorer((state) => state.habits?.step === 'measuring')
  const isBusy = mode !== 'idle' || isMeasuring
  return (
    <>
      <Button type="submit" disabled={where === null || isBusy}>
        Read once
      </Button>
      <Button
        variant="default"
        disabled={where === null || isBusy}
        onClick={() => {
          if (where !== null) start(where, 'watch')
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
        disabled={where === null || isMeasuring}
        onClick={() => {
          if (where !== null) measure(where)
        }}
      >
        Measure habits
      </Button>
    </>
  )
}

/** "30: Sub-meter", for each unit of the line that is a meter of the site. */
const unitsOn = ({ site }: Overview, line: string): readonly string[] =>
  site.meters
    .filter((meter) => meter.line === line)
    .flatMap((meter) => ('unit' in meter ? [`${String(meter.unit)}: ${meter.name ?? meter.id}`] : []))

const adviceOf = (known: readonly string[]): string => {
  const units = known.length === 0 ? '' : ` Units in use: ${known.join(', ')}.`
  return `Only reads; nothing is ever written. Registers as on the wire, decimal or 0x; 40001 and 30001 are understood.${units}`
}

/** Where and what to read. Every field keeps what was typed; what is wrong is said under it. */
export const WhereForm = ({ overview }: { readonly overview: Overview }) => {
  const form = useExplorer((state) => state.form)
  const client = useConnection((state) => state.client)
  const viewer = useConnection((state) => state.caller?.role === 'viewer')
  const lines = modbusLines(overview.site)
  const line = form.line === '' ? (lines[0]?.id ?? '@tcp') : form.line
  const { where, problems, said } = useMemo(() => readWhere({ ...form, line }), [form, line])
  const readable = client !== null && !viewer ? where : null
  const advice = viewer ? 'Only an operator may read registers.' : adviceOf(unitsOn(overview, line))
  return (
    <form
      className="panel stack"
      aria-label="What to read"
      onSubmit={(event) => {
        event.preventDefault()
        if (readable !== null) start(readable, 'once')
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
        <AddressFields line={line} problems={problems} />
        <RangeFields problems={problems} />
      </div>
      <div className="row">
        <Actions where={readable} problems={problems} />
        <span className="dim grow">{said ?? advice}</span>
      </div>
    </form>
  )
}
