import type { Health } from '../../../shared/model/health.ts'
import { formatBytes, formatNumber } from '../../format/number.ts'
import { useHealth } from '../../state/live.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { ClockPanel } from './clock-panel.tsx'
import { DeviceTable } from './device-table.tsx'
import { healthCsv } from './health-csv.ts'
import { LineTable } from './line-table.tsx'
import { StorePanel } from './store-panel.tsx'
import { VolumePanel } from './volume-panel.tsx'
import './health.css'

const Program = ({ health }: { readonly health: Health }) => {
  const time = useTimeFormat()
  const { store, cycle } = health
  return (
    <section className="panel" aria-label="The program">
      <h2>The program</h2>
      <dl className="facts">
        <dt>History store</dt>
        <dd>
          {store.state === 'ok' ? (
            <Mark kind="normal">
              {store.readOnly === true ? 'read here, kept by the instance that controls the site' : 'kept'}
            </Mark>
          ) : (
            <Mark kind="warning">
              {store.state === 'off' ? 'not kept' : 'has a problem'}
              {store.problem === null ? '' : `: ${store.problem}`}
            </Mark>
          )}
          , {formatBytes(store.bytes)}
          {store.readingsSinceMs === null
            ? ', no readings yet'
            : `, readings since ${time.dateTime(store.readingsSinceMs)}`}
        </dd>
        <dt>Cycle</dt>
        <dd>
          takes {formatNumber(cycle.durationMs, 1)} ms, last one started {formatNumber(cycle.latenessMs, 1)} ms late
        </dd>
      </dl>
    </section>
  )
}

export const HealthView = () => {
  const health = useHealth((state) => state.health)
  const ended = useHealth((state) => state.ended)
  if (health === null)
    return (
      <View title="Meter health">
        {ended === null ? (
          <Loading what="the counters" />
        ) : (
          <Notice tone="alarm" title="No health data">
            {ended}
          </Notice>
        )}
      </View>
    )
  return (
    <View
      title="Meter health"
      about="Counters since the program started; turnaround over the last 200 requests"
      csv={{ name: 'health', table: () => healthCsv(health) }}
    >
      <LineTable lines={health.lines} />
      <DeviceTable devices={health.devices} />
      <ClockPanel />
      <VolumePanel lines={health.lines} />
      <Program health={health} />
      <StorePanel store={health.store} />
    </View>
  )
}
