import { SegmentedControl } from '@mantine/core'
import { useCallback, useState } from 'react'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { CsvTable } from '../../format/csv.ts'
import { plural } from '../../format/number.ts'
import { isoTime } from '../../format/time.ts'
import { useLive, useSite } from '../../state/live.ts'
import { useIsLive } from '../../state/liveness.ts'
import { changeSettings, useSettings, type Settings } from '../../state/settings.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { Callout } from './callout.tsx'
import { ChargerDetail } from './charger-detail.tsx'
import { DenseView } from './dense-view.tsx'
import { Diagram } from './diagram.tsx'
import { aboutText, headlineOf, type Headline } from './headline.ts'
import { fitsDiagram } from './site-tree.ts'
import './overview.css'

const csvOf = (live: Live): CsvTable => ({
  header: [
    'circuit',
    'known_as',
    'phase',
    'current_A',
    'quality',
    'measured_at_utc',
    'limit_A',
    'headroom_A',
    'thermal_used_percent',
    'thermal_low_percent',
    'thermal_high_percent',
    'earliest_trip_s',
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
          'polled RMS',
          phase,
          value,
          quality,
          atMs === null ? null : isoTime(atMs),
          reading.limitA,
          reading.headroomA,
          reading.thermalUsedPercent,
          reading.thermal?.lowPercent ?? null,
          reading.thermal?.highPercent ?? null,
          reading.thermal?.toTrip?.earlyS ?? null,
          circuit.source,
        ],
      ]
    }),
  ),
})

const heads = new WeakMap<Live, Headline>()
/** Worked out once a picture: the callout and the diagram's frame both ask. */
const useHeadline = (): Headline | null =>
  useLive(({ live }) => {
    if (live === null) return null
    const headline = heads.get(live) ?? headlineOf(live)
    heads.set(live, headline)
    return headline
  })

const Remarks = ({ warnings }: { readonly warnings: readonly string[] }) =>
  warnings.length === 0 ? null : (
    <details className="panel site-remarks">
      <summary>
        <Mark kind="warning">{plural(warnings.length, 'remark')} on the site file</Mark>
      </summary>
      <ul className="lines">
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </details>
  )

const Site = ({ overview, isDense }: { readonly overview: Overview; readonly isDense: boolean }) => {
  const headline = useHeadline()
  const [chosen, setChosen] = useState<string | null>(null)
  const choose = useCallback((id: string) => setChosen((now) => (now === id ? null : id)), [])
  const charger = overview.site.chargers.find(({ id }) => id === chosen)
  if (headline === null) return null
  const nearestId = headline.kind === 'nearest' ? headline.nearest.circuitId : null
  const Form = isDense ? DenseView : Diagram
  return (
    <>
      <Callout overview={overview} headline={headline} />
      <Form overview={overview} nearestId={nearestId} chosen={chosen} choose={choose} />
      <Remarks warnings={overview.warnings} />
      {overview.chargers.length === 0 ? (
        <Empty title="No charger in the site file">Add chargers to the site file to see and control them here.</Empty>
      ) : null}
      {charger === undefined ? null : <ChargerDetail charger={charger} close={() => setChosen(null)} />}
    </>
  )
}

const forms = [
  { value: 'diagram', label: 'Diagram' },
  { value: 'dense', label: 'Dense' },
]

export const OverviewView = () => {
  const overview = useSite((state) => state.overview)
  const about = useLive((state) => (state.live === null ? '' : aboutText(state.live.image)))
  const hasLive = useLive((state) => state.live !== null)
  const isLive = useIsLive()
  const wanted = useSettings((state) => state.overviewForm)
  const isDense = overview !== null && (wanted === 'auto' ? !fitsDiagram(overview.site) : wanted === 'dense')
  return (
    <View
      title="Overview"
      about={!hasLive ? '' : isLive ? about : 'The last picture, not live'}
      actions={
        <SegmentedControl
          aria-label="Form of the overview"
          data={forms}
          value={isDense ? 'dense' : 'diagram'}
          onChange={(form) => changeSettings({ overviewForm: form as Settings['overviewForm'] })}
        />
      }
      csv={
        !hasLive
          ? undefined
          : {
              name: 'overview',
              table: () => {
                const { live } = useLive.getState()
                return live === null ? { header: [], rows: [] } : csvOf(live)
              },
            }
      }
    >
      {overview === null || !hasLive ? (
        <Loading what="the first picture of the site" />
      ) : (
        <Site overview={overview} isDense={isDense} />
      )}
    </View>
  )
}
