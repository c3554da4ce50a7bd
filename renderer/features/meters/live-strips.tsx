import { Button, NativeSelect, SegmentedControl } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import { own } from '../../../shared/own.ts'
import { StripChart } from '../../charts/strip-chart.tsx'
import type { StripTraces } from '../../charts/strip-data.ts'
import type { StripView } from '../../charts/strip-view.ts'
import { formatPeriod } from '../../format/duration.ts'
import { siteNow, useNow } from '../../state/clock.ts'
import { useColourScheme } from '../../state/colour-scheme.ts'
import { markAt, pointAt, unzoom, useCursor, zoomTo } from '../../state/cursor.ts'
import { useSite } from '../../state/live.ts'
import { useSettings } from '../../state/settings.ts'
import { meterOf, useTimeFormat } from '../../state/site-facts.ts'
import { useTrace } from '../../state/trace.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useViewKey } from '../../state/view-keys.ts'
import { meterLimits } from './meter-limits.ts'
import { chartGroups, type ChartGroup } from './quantity-groups.ts'

const windows = [
  { value: '1', label: '1 min' },
  { value: '5', label: '5 min' },
  { value: '10', label: '10 min' },
]
const acts = { point: pointAt, mark: markAt, show: zoomTo }
const noKeys: readonly string[] = []

/** Cursors, zoom and time as every strip of the page shares them; drawn again twice a second for numbers and words. */
const useStripView = (): StripView => {
  useNow()
  const { atMs: cursorMs, markMs, zoom } = useCursor()
  const time = useTimeFormat()
  const colours = `${useColourScheme()} ${useSettings((state) => state.phaseColours)}`
  return { cursorMs, markMs, zoom, acts, now: siteNow, time, colours }
}

const keysOf = (groups: readonly ChartGroup[]): readonly string[] =>
  groups.flatMap((group) => group.series.map(({ key }) => key))

/** The traces of the meter it is compared with that fit a group: the same quantities, drawn broken, with a mark at the label. */
const comparedSeries = (group: ChartGroup, other: MeterDescription): ChartGroup['series'] =>
  group.series
    .filter(({ key }) => own(other.quantities, key) !== undefined)
    .map((entry) => ({ ...entry, label: `${entry.label}′`, isBroken: true }))

/** Live strips of a meter, alone or beside those of another one. */
export const LiveStrips = ({ meter }: { readonly meter: MeterDescription }) => {
  const overview = useSite((state) => state.overview)
  const [minutes, setMinutes] = useState('5')
  const [untilMs, setUntilMs] = useState<number | null>(null)
  const [asTable, setAsTable] = useState(false)
  const [otherId, setOtherId] = useState('')
  const view = useStripView()
  const { zoom, markMs, time } = view
  const groups = useMemo(() => chartGroups(Object.keys(meter.quantities)), [meter])
  const keys = useMemo(() => keysOf(groups), [groups])
  const other = otherId === '' ? undefined : meterOf(overview, otherId)
  const otherKeys = useMemo(
    () => (other === undefined ? noKeys : keys.filter((key) => own(other.quantities, key) !== undefined)),
    [other, keys],
  )
  const buffer = useTrace(meter.id, keys)
  const otherBuffer = useTrace(otherId, otherKeys)
  const strips = useMemo(
    () =>
      groups.map((group) => {
        const own: StripTraces = { name: null, series: group.series, buffer }
        const compared = other === undefined ? [] : comparedSeries(group, other)
        return {
          title: group.title,
          limits: overview === null ? [] : meterLimits(overview.site, meter.id, group.series[0]?.key ?? ''),
          traces:
            other === undefined || compared.length === 0
              ? [own]
              : [own, { name: other.name, series: compared, buffer: otherBuffer }],
        }
      }),
    [groups, buffer, otherBuffer, other, overview, meter.id],
  )
  const shown = useMemo(() => ({ windowMs: Number(minutes) * 60_000, untilMs }), [minutes, untilMs])
  const togglePause = useCallback(() => setUntilMs((until) => (until === null ? siteNow() : null)), [])
  const toggleTable = useCallback(() => setAsTable((table) => !table), [])
  useViewKey('p', togglePause)
  useViewKey('t', toggleTable)
  const fastest = Math.min(...keys.map((key) => own(meter.quantities, key)?.periodMs ?? Infinity))
  const evidence = Number.isFinite(fastest) ? `polled RMS, every ${formatPeriod(fastest)}` : 'polled RMS'

  if (groups.length === 0)
    return (
      <Notice tone="normal" title="No charts">
        This meter reports no voltage, current or power.
      </Notice>
    )
  return (
    <section className="stack meter-charts" aria-label="Strip charts">
      <div className="row no-print">
        <SegmentedControl aria-label="Time window" data={windows} value={minutes} onChange={setMinutes} />
        <Button variant="default" onClick={togglePause} aria-pressed={untilMs !== null}>
          {untilMs === null ? 'Pause' : 'Resume'}
        </Button>
        <Button variant="default" onClick={toggleTable}>
          {asTable ? 'As chart' : 'As table'}
        </Button>
        <NativeSelect
          aria-label="Compare with another meter"
          w={150}
          data={[
            { value: '', label: 'Compare with …' },
            ...(overview?.meters ?? [])
              .filter(({ id, bus }) => id !== meter.id && bus === 'modbus')
              .map(({ id, name }) => ({ value: id, label: name })),
          ]}
          value={otherId}
          onChange={(event) => setOtherId(event.currentTarget.value)}
        />
        {zoom === null ? null : (
          <Button variant="default" onClick={unzoom}>
            End zoom
          </Button>
        )}
        {markMs === null ? null : (
          <Button variant="default" onClick={() => markAt(null)}>
            Clear cursor
          </Button>
        )}
      </div>
      <p className={`live-band ${zoom === null && untilMs === null ? 'dim' : 'is-past'}`} role="status">
        {zoom === null && untilMs === null ? (
          `${meter.bus === 'mbus' ? 'The charts follow the newest reading' : 'Live: the charts follow the newest sample'}${other === undefined ? '' : `; broken lines and ′: ${other.name}`}`
        ) : (
          <Mark kind="warning">
            Not live:{' '}
            {zoom === null
              ? `paused at ${time.clock(untilMs ?? 0)}`
              : `zoomed to ${time.clockTenths(zoom.fromMs)} – ${time.clockTenths(zoom.toMs)}`}
            ; measuring goes on
          </Mark>
        )}
      </p>
      {strips.map(({ title, limits, traces }) => (
        <StripChart
          key={title}
          title={title}
          traces={traces}
          limits={limits}
          evidence={evidence}
          shown={shown}
          asTable={asTable}
          height={144}
          view={view}
        />
      ))}
      <p className="dim no-print">
        Polled RMS values are no waveform. Drag or Ctrl and wheel zoom, with Shift the wheel pans; a chart in focus
        takes the wheel alone, arrows, + and −, Page Up and Down. Esc ends the zoom.
      </p>
    </section>
  )
}
