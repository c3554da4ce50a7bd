import { Fragment } from 'react'
import type { ReactNode } from 'react'
import { formatNumber } from '../../format/number.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { QualityValues } from './use-quality.ts'

const Fact = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <div>
    <dt>{label}</dt>
    <dd>{children}</dd>
  </div>
)
const Value = ({ value, unit, digits, why }: { value: number | null; unit: string; digits: number; why: string }) =>
  value === null ? <Dash why={why} /> : <>{`${formatNumber(value, digits)} ${unit}`.trim()}</>

/** What belongs to no single phase: frequency, unbalance by phasors, three-phase powers, the neutral with its triplen harmonics. */
export const BalanceFacts = ({ values }: { readonly values: QualityValues | null }) => {
  const of = (key: string) => values?.of(key) ?? null
  const channels = values?.row.scheme.channels ?? []
  const neutral = channels.includes('in') ? 'in' : 'isum'
  const isReversed = (of('u.rotation') ?? 1) < 0
  const triplens = [3, 9, 15].map((order) => ({ order, value: of(`${neutral}.h${order}`) }))
  const noValue = 'Not known in this interval'
  return (
    <dl className="quality-facts">
      <Fact label="Frequency of this interval">
        <Value value={of('hz')} unit="Hz" digits={3} why={noValue} />
      </Fact>
      <Fact label="Voltage unbalance u2, phasors">
        {isReversed ? (
          <Mark kind="warning">rotation reversed: L1, L3, L2</Mark>
        ) : (
          <Value value={of('u.negative')} unit="%" digits={2} why="Needs three phase voltages" />
        )}
      </Fact>
      <Fact label="Zero sequence u0, phasors">
        <Value value={of('u.zero')} unit="%" digits={2} why="Needs three phase voltages" />
      </Fact>
      <Fact label="Current unbalance i2, phasors">
        <Value value={of('i.negative')} unit="%" digits={1} why="Needs three phase currents in the order L1, L2, L3" />
      </Fact>
      <Fact label="Apparent power: arithmetic, vector, effective">
        {(['p.sa', 'p.sv', 'p.se'] as const).map((key, index) => (
          <span key={key}>
            {index === 0 ? '' : ', '}
            <Value value={scaled(of(key))} unit="" digits={2} why="Needs three phases" />
          </span>
        ))}{' '}
        kVA
      </Fact>
      <Fact label={neutral === 'in' ? 'Neutral, measured' : 'Neutral, sum of the three currents'}>
        <Value value={of(`${neutral}.rms`)} unit="A" digits={2} why="Needs three phase currents or a neutral" />
      </Fact>
      <Fact label="Triplen harmonics in it">
        {triplens.map(({ order, value }, index) => (
          <Fragment key={order}>
            {index === 0 ? '' : ', '}
            <span className="nowrap">
              h{order} <Value value={value} unit="A" digits={2} why={noValue} />
            </span>
          </Fragment>
        ))}
      </Fact>
    </dl>
  )
}
const scaled = (value: number | null): number | null => (value === null ? null : value / 1000)
