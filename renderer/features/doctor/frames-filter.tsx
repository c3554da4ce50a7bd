import { Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { functionWord } from '../../../shared/modbus/words.ts'
import type { FrameRow, noFrameFilter } from './frame-rows.ts'

type Filter = typeof noFrameFilter

/** Each once, smallest first. */
const listed = (numbers: readonly (number | null | undefined)[]): readonly number[] =>
  [...new Set(numbers.flatMap((number) => number ?? []))].sort((left, right) => left - right)

/** Which of the rows are listed: by unit, function, words or bytes. */
export const FramesFilter = ({
  rows,
  filter,
  change,
}: {
  readonly rows: readonly FrameRow[]
  readonly filter: Filter
  readonly change: (filter: Filter) => void
}) => {
  const units = listed(rows.map((row) => row.said?.unit))
  const codes = listed(rows.map((row) => row.said?.functionCode))
  return (
    <>
      <NativeSelect
        label="Unit"
        value={filter.unit}
        onChange={(event) => change({ ...filter, unit: event.currentTarget.value })}
        data={[{ value: '', label: 'All' }, ...units.map((unit) => ({ value: String(unit), label: String(unit) }))]}
      />
      <NativeSelect
        label="Function"
        value={filter.functionCode}
        onChange={(event) => change({ ...filter, functionCode: event.currentTarget.value })}
        data={[
          { value: '', label: 'All' },
          ...codes.map((code) => ({ value: String(code), label: `${code} ${functionWord(code)}` })),
        ]}
      />
      <TextInput
        label="Text"
        placeholder="in words or bytes"
        value={filter.text}
        onChange={(event) => change({ ...filter, text: event.currentTarget.value })}
      />
      <Checkbox
        label="Faults only"
        checked={filter.faultsOnly}
        onChange={(event) => change({ ...filter, faultsOnly: event.currentTarget.checked })}
      />
    </>
  )
}
