import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { CsvMappingInput, WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'
import { useConnection } from '../../../state/connection.ts'
import { useIntent } from '../../../state/intent.ts'
import { Notice } from '../../../ui/notice.tsx'
import { NumberField } from '../../../ui/number-field.tsx'
import { CsvColumnsTable } from './csv-columns.tsx'

const delimiters = [
  { value: ',', label: 'comma' },
  { value: ';', label: 'semicolon' },
  { value: '\t', label: 'tab' },
  { value: ' ', label: 'blank' },
]
const timeUnits = [
  { value: 's', label: 'seconds' },
  { value: 'ms', label: 'milliseconds' },
  { value: 'µs', label: 'microseconds' },
  { value: 'unix-s', label: 'seconds since 1970' },
  { value: 'unix-ms', label: 'milliseconds since 1970' },
  { value: 'unix-us', label: 'microseconds since 1970' },
  { value: 'unix-ns', label: 'nanoseconds since 1970' },
  { value: 'date', label: 'date and time' },
]
const none = 'none'

/** How a CSV was read, and the chance to say otherwise. */
export const CsvMapper = ({
  file,
  csv,
}: {
  readonly file: WaveFileInfo
  readonly csv: NonNullable<WaveFileInfo['csv']>
}) => {
  const [delimiter, setDelimiter] = useState(csv.delimiter)
  const [decimal, setDecimal] = useState<string>(csv.decimal)
  const [headerRows, setHeaderRows] = useState<number | string>(csv.headerRows)
  const [timeColumn, setTimeColumn] = useState(csv.timeColumn === null ? none : String(csv.timeColumn))
  const [timeUnit, setTimeUnit] = useState(csv.timeUnit)
  const [rateHz, setRate] = useState<number | string>(csv.rateHz ?? '')
  const [columns, setColumns] = useState(csv.columns)
  const intent = useIntent('waveFiles.mapCsv')
  const isViewer = useConnection((state) => state.caller?.role === 'viewer')
  const change = (number: number, next: Partial<(typeof columns)[number]>) =>
    setColumns(columns.map((column, at) => (at === number ? { ...column, ...next } : column)))
  const isGood =
    typeof headerRows === 'number' &&
    columns.some(({ isUsed }) => isUsed) &&
    (timeColumn !== none || typeof rateHz === 'number')
  const send = () => {
    if (typeof headerRows !== 'number') return
    const mapping: CsvMappingInput = {
      delimiter: delimiter as CsvMappingInput['delimiter'],
      decimal: decimal as CsvMappingInput['decimal'],
      headerRows,
      timeColumn: timeColumn === none ? null : Number(timeColumn),
      timeUnit: timeUnit as CsvMappingInput['timeUnit'],
      rateHz: typeof rateHz === 'number' ? rateHz : null,
      columns: columns.flatMap(({ name, unit, isUsed }, column) =>
        isUsed && String(column) !== timeColumn ? [{ column, name, unit }] : [],
      ),
    }
    void intent.send({ fileId: file.id, mapping })
  }
  return (
    <details className="panel">
      <summary>Columns of this CSV, as they were taken: say otherwise</summary>
      <div className="row waves-tools">
        <NativeSelect
          label="Columns apart by"
          value={delimiter}
          onChange={(event) => setDelimiter(event.currentTarget.value)}
          data={delimiters}
        />
        <NativeSelect
          label="Decimal sign"
          value={decimal}
          onChange={(event) => setDecimal(event.currentTarget.value)}
          data={['.', ',']}
        />
        <NumberField label="Lines of header" value={headerRows} onChange={setHeaderRows} step={1} w={90} />
        <NativeSelect
          label="Times"
          value={timeColumn}
          onChange={(event) => setTimeColumn(event.currentTarget.value)}
          data={[
            { value: none, label: 'none: by the rate' },
            ...columns.map(({ name }, at) => ({ value: String(at), label: `${at + 1}: ${name}` })),
          ]}
        />
        {timeColumn === none ? (
          <NumberField label="Samples a second" value={rateHz} onChange={setRate} step={1000} w={110} />
        ) : (
          <NativeSelect
            label="in"
            value={timeUnit}
            onChange={(event) => setTimeUnit(event.currentTarget.value)}
            data={timeUnits}
          />
        )}
        <Button variant="default" disabled={isViewer || !isGood || !intent.canSend} onClick={send}>
          Read again so
        </Button>
      </div>
      {intent.state.step === 'refused' ? (
        <Notice tone="alarm" live title="Not read so">
          {intent.state.why}
        </Notice>
      ) : null}
      <CsvColumnsTable columns={columns} timeColumn={timeColumn} change={change} />
      <pre className="mono dim csv-lines" tabIndex={0} aria-label="First lines of the file">
        {csv.firstLines.join('\n')}
      </pre>
    </details>
  )
}
