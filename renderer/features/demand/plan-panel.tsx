import { Button } from '@mantine/core'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { OutputOf } from '../../../shared/api/define.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { StepChart } from '../../charts/step-chart.tsx'
import { formatNumber } from '../../format/number.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import type { DemandAct } from './demand-dialog.tsx'
import { money, Money } from './money.tsx'

type Demand = OutputOf<TripscopeContract['demand.read']>
type Plan = OutputOf<TripscopeContract['demand.plan']>

interface PlanProps {
  readonly plan: Plan
  readonly read: Demand
  readonly overview: Overview
  readonly ask: (act: DemandAct) => void
  readonly canCommand: boolean
}

const hourMs = 3_600_000

const PlanMoney = ({ plan, read }: Pick<PlanProps, 'plan' | 'read'>) => {
  const { currency } = read
  if (plan.cars.length === 0) return <>No vehicle has a departure, so there is nothing to plan</>
  if (read.prices.length === 0)
    return <>No price is known: vehicles are ordered by their departures alone, and nothing is said of money</>
  if (plan.money === null || plan.naiveMoney === null)
    return <>For some of the time until the departures no price is known, so nothing is said of money</>
  return (
    <>
      Planned {money(plan.money, currency)}, charging at once {money(plan.naiveMoney, currency)}: saves{' '}
      <strong>{money(plan.naiveMoney - plan.money, currency)}</strong>
    </>
  )
}

const Acts = ({ read, ask, canCommand }: PlanProps) => (
  <div className="row">
    <h2 className="grow">Planner</h2>
    <Button variant="default" disabled={!canCommand} onClick={() => ask({ kind: 'target', chargerId: null })}>
      Set a departure …
    </Button>
    <Button variant="default" disabled={!canCommand} onClick={() => ask({ kind: 'prices' })}>
      Read a price file …
    </Button>
    <Button
      color="control"
      disabled={!canCommand}
      onClick={() => ask({ kind: 'plan', isApplied: !read.isPlanApplied })}
    >
      {read.isPlanApplied ? 'Stop following the plan …' : 'Follow the plan …'}
    </Button>
  </div>
)

const Charts = ({ plan, read }: PlanProps) => {
  const time = useTimeFormat()
  const fromMs = read.atMs
  const toMs = Math.max(fromMs + 12 * hourMs, plan.slots.at(-1)?.toMs ?? 0)
  const shown = read.prices.filter((slot) => slot.toMs > fromMs && slot.fromMs < toMs)
  const common = { fromMs, toMs, height: 110, clock: time.minute }
  return (
    <div className="demand-charts">
      {shown.length === 0 ? (
        <p className="dim">No price is known: declare a tariff in the site file, or read a price file.</p>
      ) : (
        <StepChart
          {...common}
          title="Price"
          unit={`${read.currency}/kWh`}
          times={shown.map((slot) => Math.max(fromMs, slot.fromMs))}
          series={[{ label: 'price', colour: '--ts-text', values: shown.map(({ perKWh }) => perKWh) }]}
        />
      )}
      <StepChart
        {...common}
        title="Power of all planned vehicles"
        unit="kW"
        times={plan.slots.map((slot) => slot.fromMs)}
        series={[
          { label: 'planned', colour: '--ts-bar', values: plan.slots.map((slot) => slot.kW), isArea: true },
          {
            label: 'charging at once',
            colour: '--ts-text',
            values: plan.slots.map((slot) => slot.naiveKW),
            dash: true,
          },
        ]}
      />
    </div>
  )
}

const Departure = ({
  target,
  props: { plan, read, overview, ask, canCommand },
}: {
  readonly target: Demand['targets'][number]
  readonly props: PlanProps
}) => {
  const time = useTimeFormat()
  const car = plan.cars.find(({ chargerId }) => chargerId === target.chargerId)
  const name = overview.chargers.find((charger) => charger.id === target.chargerId)?.name ?? target.chargerId
  const costs = (value: number | null | undefined) =>
    value === undefined ? <Dash why="Nothing left to plan" /> : <Money value={value} currency={read.currency} />
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="num">{formatNumber(target.energyKWh, 1)}</td>
      <td className="num">{formatNumber(target.gotKWh, 1)}</td>
      <td>{time.dateTime(target.departAtMs)}</td>
      <td className="num">{costs(car?.money)}</td>
      <td className="num">{costs(car?.naiveMoney)}</td>
      <td>{target.who}</td>
      <td className="no-print">
        <Button
          size="compact-xs"
          variant="default"
          disabled={!canCommand}
          aria-label={`Change the departure of ${name}`}
          onClick={() => ask({ kind: 'target', chargerId: target.chargerId })}
        >
          Change …
        </Button>
      </td>
    </tr>
  )
}

const Departures = (props: PlanProps) => (
  <table className="table">
    <thead>
      <tr>
        <th scope="col">Charger</th>
        <th scope="col" className="num">
          Wanted kWh
        </th>
        <th scope="col" className="num">
          Got kWh
        </th>
        <th scope="col">Leaves</th>
        <th scope="col" className="num">
          Planned
        </th>
        <th scope="col" className="num">
          At once
        </th>
        <th scope="col">Said by</th>
        <th scope="col" className="no-print">
          Action
        </th>
      </tr>
    </thead>
    <tbody>
      {props.read.targets.length === 0 ? (
        <tr>
          <td colSpan={8} className="dim">
            No vehicle has a departure: without one nothing can be shifted.
          </td>
        </tr>
      ) : null}
      {props.read.targets.map((target) => (
        <Departure key={target.chargerId} target={target} props={props} />
      ))}
    </tbody>
  </table>
)

/** When each vehicle that has a departure charges, by price, beside charging at once. */
export const PlanPanel = (props: PlanProps) => {
  const { plan, read } = props
  return (
    <section className="panel" aria-label="Planner">
      <Acts {...props} />
      <p>
        {read.isPlanApplied ? (
          <Mark kind="control">The plan is followed</Mark>
        ) : (
          'The plan is shown only; nobody is held back by it.'
        )}{' '}
        <PlanMoney plan={plan} read={read} />
        {plan.missingKWh < 0.05 ? '' : `; ${formatNumber(plan.missingKWh, 1)} kWh can’t be had before the departures`}.
        Prices: {read.pricesFrom}.
      </p>
      <Charts {...props} />
      <Departures {...props} />
    </section>
  )
}
