import { Checkbox, TextInput } from '@mantine/core'
import type { WaveFileInfo } from '../../../../shared/api/wave-files-contract.ts'

export type CsvColumns = NonNullable<WaveFileInfo['csv']>['columns']

/** Which columns are drawn, and as what. `timeColumn`: its number as text, which is not drawn. */
export const CsvColumnsTable = ({
  columns,
  timeColumn,
  change,
}: {
  readonly columns: CsvColumns
  readonly timeColumn: string
  readonly change: (number: number, next: Partial<CsvColumns[number]>) => void
}) => (
  <div className="table-scroll" tabIndex={0} role="region" aria-label="Columns of the CSV">
    <table className="table is-dense">
      <thead>
        <tr>
          <th scope="col">Column</th>
          <th scope="col">Drawn</th>
          <th scope="col">Name</th>
          <th scope="col">Unit</th>
        </tr>
      </thead>
      <tbody>
        {columns.map(({ name, unit, isUsed }, number) => (
          <tr key={number}>
            <th scope="row">{number + 1}</th>
            <td>
              <Checkbox
                aria-label={`Draw column ${number + 1}`}
                checked={isUsed}
                disabled={String(number) === timeColumn}
                onChange={() => change(number, { isUsed: !isUsed })}
              />
            </td>
            <td>
              <TextInput
                aria-label={`Name of column ${number + 1}`}
                value={name}
                maxLength={80}
                onChange={(event) => change(number, { name: event.currentTarget.value })}
              />
            </td>
            <td>
              <TextInput
                aria-label={`Unit of column ${number + 1}`}
                value={unit}
                maxLength={20}
                w={80}
                onChange={(event) => change(number, { unit: event.currentTarget.value })}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)
