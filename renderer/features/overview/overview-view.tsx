import type { Live, Overview } from '../../../shared/api/contract.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { CsvTable } from '../../format/csv.ts'
import { formatLimit, plural } from '../../format/number.ts'
import { isoTime } from '../../format/time.ts'
import { useLive, useSite } from '../../state/live.ts'
import { useIsLive } from '../../state/liveness.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { isRunning } from '../control/override-state.ts'
import { Callout } from './callout.tsx'
import { ChargerRow } from './charger-row.tsx'
import { CircuitBlock } from './circuit-block.tsx'
import { nearestToLimit } from './nearest.ts'
import { siteTree, type CircuitNode } from './site-tree.ts'
import './overview.css'

const Branch = ({
  node,
  live,
  nearestId,
}: {
  readonly node: CircuitNode
  readonly live: Live
  readonly nearestId: string | null
}) => {
  const { image, control } = live
  const descriptions = useSite((state) => state.overview?.chargers)
  return (
    <div className="branch">
      <CircuitBlock
        circuit={node.circuit}
        reading={image.circuits[node.circuit.id]}
        isNearest={node.circuit.id === nearestId}
      />
      {node.circuits.length + node.chargers.length === 0 ? null : (
        <ul className="branch-children">
          {node.circuits.map((child) => (
            <li key={child.circuit.id}>
              <Branch node={child} live={live} nearestId={nearestId} />
            </li>
          ))}
          {node.chargers.map((charger) => (
            <li key={charger.id} className="is-charger">
              <ChargerRow
                charger={charger}
                monitoredOnly={descriptions?.find(({ id }) => id === charger.id)?.monitoredOnly ?? null}
                reading={image.chargers[charger.id]}
                decision={control.decision?.chargers[charger.id]}
                write={control.writes[charger.id]}
                armed={control.mode === 'armed'}
                override={control.overrides.find((entry) => entry.chargerId === charger.id && isRunning(entry))}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

const csvOf = (live: Live): CsvTable => ({
  header: [
    'circuit',
    'phase',
    'current_A',
    'quality',
    'measured_at_utc',
    'limit_A',
    'headroom_A',
    'thermal_used_percent',
    'source',
  ],
  rows: Object.entries(live.image.circuits).flatMap(([id, circuit]) =>
    phases.flatMap((phase) => {
      const reading = circuit.phases[phase]
      if (reading === undefined) return []
      const { value, quality, atMs } = reading.currentA
      return [
        [
          id,
          phase,
          value,
          quality,
          atMs === null ? null : isoTime(atMs),
          reading.limitA,
          reading.headroomA,
          reading.thermalUsedPercent,
          circuit.source,
        ],
      ]
    }),
  ),
})

const Diagram = ({ overview, live }: { readonly overview: Overview; readonly live: Live }) => {
  const { grid } = overview.site
  const nearestId = nearestToLimit(live.image)?.circuitId ?? null
  return (
    <section className="diagram" aria-label="Single-line diagram">
      <div className="grid-node">
        <strong>Grid</strong>
        <span>{formatLimit(grid.limit)} A</span>
        <span className="dim">{grid.nominalVoltage} V</span>
        <span className="dim">{grid.frequency} Hz</span>
      </div>
      <ul className="branch-children is-root">
        {siteTree(overview.site).map((node) => (
          <li key={node.circuit.id}>
            <Branch node={node} live={live} nearestId={nearestId} />
          </li>
        ))}
      </ul>
    </section>
  )
}

export const OverviewView = () => {
  const overview = useSite((state) => state.overview)
  const live = useLive((state) => state.live)
  const isLive = useIsLive()
  return (
    <View
      title="Overview"
      about={
        live === null
          ? ''
          : isLive
            ? 'Measured now; limits as read back from the chargers'
            : 'The last picture, not live'
      }
      csv={live === null ? undefined : { name: 'overview', table: () => csvOf(live) }}
    >
      {overview === null || live === null ? (
        <Loading what="the first picture of the site" />
      ) : (
        <>
          <Callout overview={overview} live={live} />
          <Diagram overview={overview} live={live} />
          {overview.warnings.length === 0 ? null : (
            <details className="panel site-remarks">
              <summary>
                <Mark kind="warning">{plural(overview.warnings.length, 'remark')} on the site file</Mark>
              </summary>
              <ul className="lines">
                {overview.warnings.map((warning) => (
                  <li key={warning}>{warning}</li>
                ))}
              </ul>
            </details>
          )}
          {overview.chargers.length === 0 ? (
            <Empty title="No charger in the site file">
              Add chargers to the site file to see and control them here.
            </Empty>
          ) : null}
        </>
      )}
    </View>
  )
}
