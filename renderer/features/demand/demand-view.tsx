import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { OutputOf } from '../../../shared/api/define.ts'
import { StepChart } from '../../charts/step-chart.tsx'
import { formatNumber } from '../../format/number.ts'
import { isoTime } from '../../format/time.ts'
import { useSite } from '../../state/live.ts'
import { useMayCommand } from '../../state/may.ts'
import { useRead } from '../../state/read.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { money } from './money.tsx'
import { DemandDialog, type DemandAct } from './demand-dialog.tsx'
import { PlanPanel } from './plan-panel.tsx'
import './demand.css'

type Demand = OutputOf<TripscopeContract['demand.read']>

const refreshMs = 2000
const hourMs = 3_600_000
const kW = (watts: number): string => formatNumber(watts / 1000, 1)

const Figure = ({
  label,
  value,
  unit,
  why,
  mark,
}: {
  readonly label: string
  readonly value: string | null
  readonly unit: string
  readonly why: string
  readonly mark?: boolean
}) => (
  <div className="demand-figure">
    <span className="dim">{label}</span>
    <span>
      {value === null ? (
        <Dash why={why} />
      ) : mark === true ? (
        <Mark kind="warning">
          {value} {unit}
        </Mark>
      ) : (
        <>
          <strong>{value}</strong> {unit}
        </>
      )}
    </span>
  </div>
)

const Interval = ({ read }: { readonly read: Demand }) => {
  const time = useTimeFormat()
  const { demand, currency } = read
  if (demand === null)
    return (
      <Notice tone="normal" title="No demand is watched">
        Add demand: with a target in watts to the site file to see the billed interval, its prediction and what is
        allowed for its rest.
      </Notice>
    )
  const isOver = demand.targetW !== null && demand.predictedW > demand.targetW
  const begun = demand.energyKWh !== null
  return (
    <section className="panel" aria-label="Demand interval">
      <h2>
        Interval {time.minute(demand.startMs)} to {time.minute(demand.endMs)}
      </h2>
      <div className="demand-figures">
        <Figure
          label="Mean so far"
          value={begun ? kW(demand.soFarW) : null}
          unit="kW"
          why="The program began within this interval: what came before is not known"
        />
        <Figure label="Predicted at the end" value={kW(demand.predictedW)} unit="kW" why="" mark={isOver} />
        <Figure
          label="Target that counts"
          value={demand.targetW === null ? null : kW(demand.targetW)}
          unit="kW"
          why="The site file declares no target"
        />
        <Figure
          label={
            demand.allowedW !== null && demand.allowedW < 0 ? 'Target missed, least possible' : 'Allowed for the rest'
          }
          value={demand.allowedW === null ? null : demand.allowedW < 0 ? kW(demand.leastW) : kW(demand.allowedW)}
          unit="kW"
          why="Without a target nothing is held back"
          mark={demand.allowedW !== null && demand.allowedW < 0}
        />
        <Figure
          label={`Peak of ${demand.month}`}
          value={demand.monthPeakW === null ? null : kW(demand.monthPeakW)}
          unit="kW"
          why="No whole interval of this month was seen"
        />
        <Figure
          label="Peak costs"
          value={read.peakMoney === null ? null : money(read.peakMoney, currency)}
          unit=""
          why="No demand charge is declared, or no peak is known"
        />
        <Figure
          label="If it ends as predicted"
          value={read.predictedMoney === null ? null : money(read.predictedMoney, currency)}
          unit=""
          why="No demand charge is declared"
        />
      </div>
      <StepChart
        title="Mean power of the intervals of the last twelve hours"
        unit="kW"
        times={read.intervals.map(({ startMs }) => startMs)}
        series={[
          {
            label: 'mean of the interval, by the energy register',
            colour: '--ts-bar',
            values: read.intervals.map(({ watts }) => watts / 1000),
            isArea: true,
          },
        ]}
        fromMs={demand.endMs - 12 * hourMs}
        toMs={demand.endMs}
        height={130}
        clock={time.minute}
        limit={demand.targetW === null ? undefined : { value: demand.targetW / 1000, label: 'target that counts' }}
      />
      <p className="dim">
        Energy from the meter’s own register
        {demand.ageMs === null ? '' : `, read ${formatNumber(demand.ageMs / 1000, 1)} s ago`}; the rest of the interval
        is predicted from the mean power of the last minute.
      </p>
    </section>
  )
}

const Dimming = ({
  read,
  isDeclared,
  ask,
  canCommand,
}: {
  readonly read: Demand
  readonly isDeclared: boolean
  readonly ask: (act: DemandAct) => void
  readonly canCommand: boolean
}) => {
  const time = useTimeFormat()
  const { dimming } = read
  const isDimmed = dimming?.isDimmed === true
  return (
    <section className="panel" aria-label="Dimming by the grid operator">
      <div className="row">
        <h2 className="grow">Dimming by the grid operator (section 14a)</h2>
        <Button
          variant="default"
          disabled={!canCommand || !isDeclared}
          onClick={() => ask({ kind: 'dim', isDimmed: !isDimmed })}
        >
          {isDimmed ? 'End dimming …' : 'Dim now …'}
        </Button>
      </div>
      <p>
        {!isDeclared ? (
          'Not declared: add dimming: {} to the site file where the grid operator may dim; an input or a file that tells is named in it.'
        ) : dimming === null || !isDimmed ? (
          'Not dimmed. Each dimming is kept with its time and power in events and audit.'
        ) : (
          <Mark kind="warning">
            Dimmed by {dimming.source} since {time.dateTime(dimming.sinceMs)}: {kW(dimming.allowedW)} kW for{' '}
            {dimming.devices} chargers
          </Mark>
        )}
      </p>
    </section>
  )
}

export const DemandView = () => {
  const overview = useSite((state) => state.overview)
  const canCommand = useMayCommand()
  const [beat, setBeat] = useState(0)
  const [act, setAct] = useState<DemandAct | null>(null)
  useEffect(() => {
    const timer = setInterval(() => setBeat((now) => now + 1), refreshMs)
    return () => clearInterval(timer)
  }, [])
  const read = useRead('demand.read', {}, beat)
  const plan = useRead('demand.plan', {}, beat)
  if (overview === null || read.value === null || plan.value === null)
    return (
      <View title="Demand">
        {read.step === 'failed' ? (
          <Notice tone="warn" title="Demand could not be read">
            {read.why}
          </Notice>
        ) : (
          <Loading what="demand and tariff" />
        )}
      </View>
    )
  const shown = read.value
  return (
    <View
      picture="demand"
      title="Demand"
      about="What the billed interval comes to, what power costs, and when to charge"
      csv={{
        name: 'demand',
        table: () => ({
          header: ['interval_start_utc', 'mean_W'],
          rows: shown.intervals.map(({ startMs, watts }) => [isoTime(startMs), Math.round(watts)]),
        }),
      }}
    >
      <Interval read={shown} />
      <PlanPanel plan={plan.value} read={shown} overview={overview} ask={setAct} canCommand={canCommand} />
      <Dimming read={shown} isDeclared={overview.site.dimming !== undefined} ask={setAct} canCommand={canCommand} />
      {act === null ? null : <DemandDialog act={act} overview={overview} close={() => setAct(null)} />}
    </View>
  )
}
