import { formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'
import { PhaseLabel } from '../../ui/mark.tsx'
import type { QualityValues } from './use-quality.ts'

interface Cell {
  readonly head: string
  readonly unit: string
  readonly key: (channel: string, phase: string) => string
  readonly digits: number
  readonly why?: string
}

const voltageCells: readonly Cell[] = [
  { head: 'RMS', unit: 'V', key: (u) => `${u}.rms`, digits: 2 },
  { head: 'Fundamental', unit: 'V', key: (u) => `${u}.h1`, digits: 2 },
  { head: 'THD 2–40', unit: '%', key: (u) => `${u}.thd`, digits: 2 },
  { head: 'Crest', unit: '', key: (u) => `${u}.crest`, digits: 3 },
  { head: 'DC', unit: 'V', key: (u) => `${u}.dc`, digits: 2 },
  {
    head: 'Pinst',
    unit: '',
    key: (u) => `${u}.pinst`,
    digits: 2,
    why: 'The flickermeter settles for a minute after the samples begin',
  },
]
const currentCells: readonly Cell[] = [
  { head: 'RMS', unit: 'A', key: (i) => `${i}.rms`, digits: 2 },
  { head: 'Fundamental', unit: 'A', key: (i) => `${i}.h1`, digits: 2 },
  { head: 'THD 2–40', unit: '%', key: (i) => `${i}.thd`, digits: 1 },
  { head: 'Crest', unit: '', key: (i) => `${i}.crest`, digits: 2 },
  { head: 'K', unit: '', key: (i) => `${i}.k`, digits: 2 },
  { head: 'P', unit: 'kW', key: (_, phase) => `p${phase}.p`, digits: 2 },
  { head: 'Q1', unit: 'kvar', key: (_, phase) => `p${phase}.q1`, digits: 2 },
  { head: 'S', unit: 'kVA', key: (_, phase) => `p${phase}.s`, digits: 2 },
]

const labelOf = (channel: string): string =>
  channel === 'isum' ? 'L1+L2+L3' : channel.endsWith('n') ? 'N' : `L${channel.slice(1)}`

const Rows = ({
  title,
  channels,
  cells,
  values,
}: {
  readonly title: string
  readonly channels: readonly string[]
  readonly cells: readonly Cell[]
  readonly values: QualityValues | null
}) => (
  <div className="table-scroll" tabIndex={0} role="region" aria-label={title}>
    <table className="table is-dense quality-values">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Phase</th>
          {cells.map(({ head, unit }) => (
            <th key={head} scope="col" className="num">
              {head}
              {unit === '' ? '' : ` ${unit}`}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {channels.map((channel) => (
          <tr key={channel}>
            <th scope="row">
              <PhaseLabel phase={labelOf(channel)} />
            </th>
            {cells.map(({ head, key, digits, unit, why }) => {
              const value = values?.of(key(channel, channel.slice(1))) ?? null
              return (
                <td key={head} className="num">
                  {value === null ? (
                    <Dash why={why ?? 'Not known in this interval, or not of this channel'} />
                  ) : (
                    formatNumber(unit.startsWith('k') ? value / 1000 : value, digits)
                  )}
                </td>
              )
            })}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

/** Voltages and currents of the newest interval, a row for each phase. */
export const ValueTables = ({ values }: { readonly values: QualityValues | null }) => {
  const channels = values?.row.scheme.channels ?? []
  return (
    <div className="quality-tables">
      <Rows
        title="Voltages"
        channels={channels.filter((name) => name.startsWith('u'))}
        cells={voltageCells}
        values={values}
      />
      <Rows
        title="Currents and powers"
        channels={channels.filter((name) => name.startsWith('i'))}
        cells={currentCells}
        values={values}
      />
    </div>
  )
}
