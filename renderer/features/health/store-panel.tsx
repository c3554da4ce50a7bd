import type { Health } from '../../../shared/model/health.ts'
import { own } from '../../../shared/own.ts'
import { formatBytes, formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'

type Store = Health['store']
type Table = NonNullable<Store['tables']>[string]

const names: Readonly<Record<string, string>> = {
  readings: 'Readings of each second (ring)',
  minutes: 'Minutes',
  quarters: 'Quarter hours',
  events: 'Events',
  decisions: 'Decisions',
  writes: 'Limits sent',
  quality: 'Power quality from samples',
}
const dayMs = 86_400_000

const keptText = ({ keepBytes, keepMs }: Table): string =>
  [
    keepMs === null ? null : `${formatNumber(keepMs / dayMs, 0)} days`,
    keepBytes === null ? null : formatBytes(keepBytes),
  ]
    .filter((part) => part !== null)
    .join(', at most ') || 'for ever'

/** What the history takes on the disk, what it will take, and what is given up first. */
export const StorePanel = ({ store }: { readonly store: Store }) => {
  if (store.tables === undefined) return null
  const rows = Object.entries(store.tables)
  return (
    <section className="panel" aria-label="Disk space of the history">
      <h2>Disk space of the history</h2>
      <p className="dim">
        {formatBytes(store.bytes)} now.
        {store.budgetBytesPerYear === undefined
          ? ''
          : ` Budget: the rows of a year take at most ${formatBytes(store.budgetBytesPerYear)} for a site of up to eight meters; the ring goes round in its own space.`}{' '}
        The oldest minutes go before quarter hours.
      </p>
      <div className="table-scroll" role="region" aria-label="Disk space by kind of row" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Rows</th>
              <th scope="col" className="num">
                Number
              </th>
              <th scope="col" className="num">
                Size
              </th>
              <th scope="col" className="num">
                In a year at this rate
              </th>
              <th scope="col">Kept</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, table]) => (
              <tr key={name}>
                <th scope="row">{own(names, name) ?? name}</th>
                <td className="num">{table.rows === 0 ? <Dash why="None yet" /> : formatNumber(table.rows, 0)}</td>
                <td className="num">{formatBytes(table.bytes)}</td>
                <td className="num">
                  {name === 'readings'
                    ? 'goes round'
                    : table.bytesPerYear === null
                      ? 'told after a day'
                      : formatBytes(table.bytesPerYear)}
                </td>
                <td>{keptText(table)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
