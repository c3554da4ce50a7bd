import type { OutputOf } from '../../../shared/api/define.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { CsvTable } from '../../format/csv.ts'

export type FeedRegisters = OutputOf<TripscopeContract['feeds.registers']>['rows']

export const registersCsv = (rows: FeedRegisters): CsvTable => ({
  header: ['address_zero_based', 'registers', 'format', 'of', 'id', 'value', 'unit'],
  rows: rows.map(({ address, kind, id, label, unit }) => [
    address,
    2,
    'float32, high word first',
    kind,
    id,
    label,
    unit === '1' ? '' : unit,
  ]),
})

/** What stands at which address, for the person who sets up the other system. */
export const RegisterTable = ({ rows }: { readonly rows: FeedRegisters }) => (
  <section className="panel table-scroll" aria-label="Registers of the Modbus feed" tabIndex={0}>
    <h2>
      Registers of the Modbus feed{' '}
      <span className="dim">
        functions 3 and 4, two registers a value: 32-bit float, high word first; “not a number” where a value is missing
      </span>
    </h2>
    <table className="table is-dense">
      <thead>
        <tr>
          <th scope="col" className="num">
            Address
          </th>
          <th scope="col">Of</th>
          <th scope="col">Value</th>
          <th scope="col">Unit</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ address, kind, id, label, unit }) => (
          <tr key={address}>
            <td className="num">{address}</td>
            <th scope="row">
              {kind} {id}
            </th>
            <td>{label}</td>
            <td>{unit === '1' ? '' : unit}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)
