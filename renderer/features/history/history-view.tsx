import { useCallback, useState } from 'react'
import type { MeterDescription, Overview } from '../../../shared/api/site-contract.ts'
import { isRoot } from '../../../shared/site/circuit-limit.ts'
import { useSite } from '../../state/live.ts'
import { routeTo, useRoute } from '../../state/route.ts'
import { meterOf, useTimeFormat } from '../../state/site-facts.ts'
import { useViewKey } from '../../state/view-keys.ts'
import { Empty, Loading } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { useAsSent } from '../meters/as-sent.ts'
import { HistoryControls } from './history-controls.tsx'
import { HistoryPanel } from './history-panel.tsx'
import { IntervalsPanel } from './intervals-panel.tsx'
import { useHistory } from './use-history.ts'
import './history.css'

const Page = ({ overview, meter: described }: { readonly overview: Overview; readonly meter: MeterDescription }) => {
  const meter = useAsSent(described)
  const time = useTimeFormat()
  const history = useHistory(meter)
  const [asTable, setAsTable] = useState(false)
  const toggleTable = useCallback(() => setAsTable((table) => !table), [])
  useViewKey('t', toggleTable)
  const { range, choice, drawn, csv, again } = history
  const { fromMs, toMs } = range
  return (
    <View
      picture="history"
      title="History"
      about={`${meter.name}: ${time.dateTime(fromMs)} to ${time.dateTime(toMs)} ${time.zone}`}
      csv={drawn === null ? undefined : { name: `history-${meter.id}-${choice?.value ?? ''}`, table: csv }}
    >
      <HistoryControls overview={overview} meter={meter} history={history} />
      <HistoryPanel history={history} asTable={asTable} toggleTable={toggleTable} />
      <IntervalsPanel meter={meter} fromMs={fromMs} toMs={toMs} again={again} />
    </View>
  )
}

export const HistoryView = () => {
  const overview = useSite((state) => state.overview)
  const { params } = useRoute()
  if (overview === null)
    return (
      <View title="History">
        <Loading what="the site" />
      </View>
    )
  const asked = params.meter ?? overview.site.circuits.find(isRoot)?.meter ?? overview.meters[0]?.id
  const meter = asked === undefined ? undefined : meterOf(overview, asked)
  if (meter === undefined) {
    return (
      <View title="History">
        <Empty title={asked === undefined ? 'No meter in the site file' : `The site file has no meter "${asked}".`}>
          <a href={routeTo('meters')}>See all meters</a>
        </Empty>
      </View>
    )
  }
  return <Page key={meter.id} overview={overview} meter={meter} />
}
