import { Button, SegmentedControl } from '@mantine/core'
import { useCallback, useMemo, useState } from 'react'
import type { MeterDescription } from '../../../shared/api/contract.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import { StripChart } from '../../charts/strip-chart.tsx'
import type { CsvTable } from '../../format/csv.ts'
import { formatPeriod } from '../../format/duration.ts'
import { formatQuantity, quantityLabel, quantityUnit } from '../../format/quantity.ts'
import { isoTime } from '../../format/time.ts'
import type { Extreme } from '../../state/extremes.ts'
import { resetExtremes } from '../../state/bind.ts'
import { programNow } from '../../state/clock.ts'
import { unzoom, useCursor } from '../../state/cursor.ts'
import { useHealth, useLive } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { useTrace } from '../../state/trace.ts'
import { Mark } from '../../ui/mark.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Age, Missing } from '../../ui/value.tsx'
import { View } from '../../ui/view.tsx'
import { useViewKey } from '../../state/view-keys.ts'
import { useAsSent } from './as-sent.ts'
import { PhaseTable } from './phase-table.tsx'
import { chartGroups, lackingWords, otherKeys } from './quantity-groups.ts'
import { SourceCard } from './source-card.tsx'
import './meters.css'
import { own } from '../../../shared/own.ts'

const windows = [
  { value: '1', label: '1 min' },
  { value: '5', label: '5 min' },
  { value: '10', label: '10 min' },
]

const Charts = ({ meter }: { readonly meter: MeterDescription }) => {
  const [minutes, setMinutes] = useState('5')
  const [untilMs, setUntilMs] = useState<number | null>(null)
  const [asTable, setAsTable] = useState(false)
  const zoom = useCursor((state) => state.zoom)
  const time = useTimeFormat()
  const groups = useMemo(() => chartGroups(Object.keys(meter.quantities)), [meter])
  const keys = useMemo(() => groups.flatMap((group) => group.series.map((entry) => entry.key)), [groups])
  const buffer = useTrace(meter.id, keys)
  const shown = useMemo(() => ({ windowMs: Number(minutes) * 60_000, untilMs }), [minutes, untilMs])
  const togglePause = useCallback(() => setUntilMs((until) => (until === null ? programNow() : null)), [])
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
          {asTable ? 'View as chart' : 'View as table'}
        </Button>
        {zoom === null ? null : (
          <Button variant="default" onClick={unzoom}>
            End zoom
          </Button>
        )}
      </div>
      <p className={`live-band ${zoom === null && untilMs === null ? 'dim' : 'is-past'}`} role="status">
        {zoom === null && untilMs === null ? (
          `${meter.bus === 'mbus' ? 'The charts follow the newest reading' : 'Live: the charts follow the newest sample'}`
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
      {groups.map((group) => (
        <StripChart
          key={group.title}
          title={group.title}
          series={group.series}
          evidence={evidence}
          buffer={buffer}
          shown={shown}
          asTable={asTable}
          height={144}
        />
      ))}
      <p className="dim no-print">
        Polled RMS values are no waveform. Drag to zoom, Esc ends it; arrow keys move the cursor of a chart in focus.
      </p>
    </section>
  )
}

const Others = ({
  meter,
  choose,
  chosen,
}: {
  readonly meter: MeterDescription
  readonly choose: (key: QuantityKey) => void
  readonly chosen: string
}) => {
  const reading = useLive((state) => own(state.live?.image.meters, meter.id))
  const keys = otherKeys(Object.keys(meter.quantities))
  return (
    <section className="panel" aria-label="All other quantities">
      <h2>All other quantities</h2>
      {keys.length === 0 ? (
        <p className="dim">This meter reports no others.</p>
      ) : (
        <ul className="others">
          {keys.map((key) => {
            const sample = reading?.samples[key]
            return (
              <li key={key}>
                <button
                  type="button"
                  className="plain-button"
                  aria-pressed={chosen === key}
                  onClick={() => choose(key)}
                >
                  {quantityLabel(key)}
                </button>
                <span className="num">
                  {sample?.value == null ? <Missing sample={sample} /> : formatQuantity(key, sample.value)}
                </span>
                <span className="num dim">
                  <Age atMs={sample?.value == null ? null : sample.atMs} />
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

const noNotes: readonly string[] = []

/** What the device itself says it is. */
const Identity = ({ identity }: { readonly identity: NonNullable<MeterDescription['identity']> | null }) =>
  identity === null ? (
    <>
      <dt>SunSpec</dt>
      <dd>
        <Mark kind="unknown">being looked up in the device; the registers shown are the usual ones until then</Mark>
      </dd>
    </>
  ) : (
    <>
      <dt>Maker, model</dt>
      <dd>
        {identity.maker ?? '–'}, {identity.model ?? '–'}
        {identity.version === null ? '' : `, version ${identity.version}`}
      </dd>
      <dt>Serial number</dt>
      <dd>{identity.serial ?? 'the device does not say'}</dd>
      <dt>SunSpec</dt>
      <dd>
        {identity.place}
        {identity.notes.length === 0 ? null : <Mark kind="warning"> {identity.notes.join('; ')}</Mark>}
      </dd>
    </>
  )

const About = ({ meter }: { readonly meter: MeterDescription }) => {
  const notes = useHealth((state) => own(state.health?.devices, meter.id)?.notes ?? noNotes)
  return (
    <section className="panel" aria-label="About this meter">
      <h2>About this meter</h2>
      <dl className="facts">
        {meter.identity === undefined ? null : <Identity identity={meter.identity} />}
        <dt>Billing</dt>
        <dd>{meter.billing}</dd>
        <dt>Current transformer</dt>
        <dd>{meter.currentTransformer ?? 'none declared: direct connection'}</dd>
        <dt>Line, address</dt>
        <dd>
          <a href={routeTo('health')}>{meter.lineId}</a>, {meter.address}
        </dd>
        {meter.bus === 'mbus' ? (
          <>
            <dt>Read over</dt>
            <dd>
              wired M-Bus: for energy and diagnostics only. One read takes up to 1.5 s, so nothing is steered by it and
              short events go unseen
            </dd>
          </>
        ) : null}
        {notes.length === 0 ? null : (
          <>
            <dt>It says of itself</dt>
            <dd>
              <Mark kind="warning">{notes.join('; ')}</Mark>
            </dd>
          </>
        )}
        <dt>Does not report</dt>
        <dd>
          {meter.lacks.length === 0
            ? 'nothing of a normal meter page is missing'
            : lackingWords(meter.lacks, quantityLabel).join(', ')}
        </dd>
        {meter.quirks.length === 0 ? null : (
          <>
            <dt>Known habits</dt>
            <dd>{meter.quirks.join(' ')}</dd>
          </>
        )}
        <dt>{meter.bus === 'mbus' ? 'Records from' : 'Registers from'}</dt>
        <dd>{meter.documents.join('; ')}</dd>
      </dl>
    </section>
  )
}

const none: Readonly<Record<string, Extreme>> = {}

export const MeterPage = ({ meter: described }: { readonly meter: MeterDescription }) => {
  const meter = useAsSent(described)
  const reading = useLive((state) => own(state.live?.image.meters, meter.id))
  const device = useHealth((state) => own(state.health?.devices, meter.id))
  const sinceMs = useLive((state) => state.extremes.sinceMs)
  const extremes = useLive((state) => own(state.extremes.byMeter, meter.id) ?? none)
  const [chosen, choose] = useState<QuantityKey>(() => (meter.bus === 'mbus' ? 'e_import' : 'i_l1'))
  const time = useTimeFormat()
  const csv = (): CsvTable => ({
    header: [
      'quantity',
      'value',
      'unit',
      'quality',
      'measured_at_utc',
      'min',
      'min_at_utc',
      'max',
      'max_at_utc',
      'min_max_since_utc',
    ],
    rows: Object.entries(reading?.samples ?? {}).map(([key, sample]) => {
      const extreme = own(own(useLive.getState().extremes.byMeter, meter.id), key)
      return [
        key,
        sample.value,
        quantityUnit(key),
        sample.quality,
        sample.atMs === null ? null : isoTime(sample.atMs),
        extreme?.min ?? null,
        extreme === undefined ? null : isoTime(extreme.minAtMs),
        extreme?.max ?? null,
        extreme === undefined ? null : isoTime(extreme.maxAtMs),
        isoTime(sinceMs),
      ]
    }),
  })
  return (
    <View
      title={meter.name}
      about={`${meter.make} ${meter.model}`}
      csv={{ name: `meter-${meter.id}`, table: csv }}
      actions={
        <>
          <a href={routeTo('meters')}>All meters</a>
          <a href={routeTo('history', null, { meter: meter.id })}>History</a>
        </>
      }
    >
      <div className="meter-grid">
        <div className="stack">
          <section className="panel" aria-label="Live values">
            <PhaseTable meter={meter} reading={reading} extremes={extremes} chosen={chosen} choose={choose} />
            <div className="row meter-since">
              <span className="dim grow">Small: lowest … highest this screen saw since {time.dateTime(sinceMs)}</span>
              <Button size="compact-xs" variant="default" className="no-print" onClick={resetExtremes}>
                Reset min/max
              </Button>
            </div>
          </section>
          <SourceCard
            quantity={chosen}
            sample={reading?.samples[chosen]}
            source={meter.quantities[chosen]}
            bus={meter.bus}
            extreme={extremes[chosen]}
            sinceMs={sinceMs}
            own={reading?.extremes?.[chosen]}
            achievedPeriodMs={
              meter.quantities[chosen]?.periodMs === device?.periodMs ? (device?.achievedPeriodMs ?? null) : null
            }
          />
        </div>
        <Charts key={meter.id} meter={meter} />
      </div>
      <div className="meter-grid">
        <Others meter={meter} choose={choose} chosen={chosen} />
        <About meter={meter} />
      </div>
    </View>
  )
}
