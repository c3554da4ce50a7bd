import type { PowerEvent } from '../../../shared/api/quality-contract.ts'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import { Sparkline, type SparkBucket } from '../../charts/sparkline.tsx'
import { formatNumber } from '../../format/number.ts'
import { useSite } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { routeTo } from '../../state/route.ts'
import { subjectName, useTimeFormat } from '../../state/site-facts.ts'
import { Loading, Notice } from '../../ui/notice.tsx'
import { Mark } from '../../ui/mark.tsx'
import { severityKind } from '../../ui/severity.ts'

/** Shown around an event. */
export const [beforeMs, afterMs] = [30_000, 90_000] as const
const mostBuckets = 130
const mostRows = 60

const rangeOf = ({ fromMs, toMs }: PowerEvent) => ({
  fromMs: Math.round(fromMs - beforeMs),
  toMs: Math.round((toMs ?? fromMs) + afterMs),
})
const own: readonly string[] = ['wave-dip', 'wave-swell', 'wave-interruption', 'wave-captured', 'wave-connected']

const joined = (columns: readonly { readonly buckets: readonly SparkBucket[] }[]): readonly SparkBucket[] =>
  (columns[0]?.buckets ?? []).map((_, index) => {
    const here = columns.flatMap(({ buckets }) => buckets[index] ?? [])
    return here.length === 0
      ? null
      : [
          Math.min(...here.filter((_value, at) => at % 3 === 0)),
          here[1] ?? 0,
          Math.max(...here.filter((_value, at) => at % 3 === 2)),
        ]
  })

const rangeText = (buckets: readonly SparkBucket[], unit: string): string => {
  const known = buckets.filter((bucket) => bucket !== null)
  if (known.length === 0) return 'nothing was read'
  const low = Math.min(...known.map(([least]) => least))
  const high = Math.max(...known.map(([, , most]) => most))
  return `${formatNumber(low, 1)} to ${formatNumber(high, 1)} ${unit}`
}

const Trend = ({ meter, event }: { readonly meter: MeterDescription; readonly event: PowerEvent }) => {
  const range = rangeOf(event)
  const has = (keys: readonly string[]) => keys.filter((key) => Object.hasOwn(meter.quantities, key))
  const [volts, amperes] = [has(['u_l1n', 'u_l2n', 'u_l3n']), has(['i_l1', 'i_l2', 'i_l3'])]
  const quantities = [...volts, ...amperes]
  const read = useRead(
    'history.read',
    quantities.length === 0 ? null : { meterId: meter.id, quantities, ...range, maxBuckets: mostBuckets },
  )
  const columns = read.value?.columns ?? []
  const length = range.toMs - range.fromMs
  const marked = [
    (event.fromMs - range.fromMs) / length,
    ((event.toMs ?? event.fromMs) - range.fromMs) / length,
  ] as const
  return (
    <tr>
      <th scope="row">{meter.name}</th>
      {[
        { keys: volts, unit: 'V', what: 'voltages' },
        { keys: amperes, unit: 'A', what: 'currents' },
      ].map(({ keys, unit, what }) => {
        const buckets = joined(columns.filter(({ quantity }) => keys.includes(quantity)))
        const text = rangeText(buckets, unit)
        return (
          <td key={unit}>
            <Sparkline buckets={buckets} marked={marked} label={`${meter.name}, ${what}: ${text}`} />
            <span className="dim">{text}</span>
          </td>
        )
      })}
    </tr>
  )
}

const Rows = ({ event }: { readonly event: PowerEvent }) => {
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  const range = rangeOf(event)
  const rows = useRead('events.read', { ...range, limit: 1000 })
  const writes = useRead('writes.read', { ...range, limit: 500 })
  const told = (rows.value ?? []).filter(({ kind }) => !own.includes(kind))
  const limits = writes.value ?? []
  return (
    <section aria-label="What happened around it">
      <h3>
        What happened from {formatNumber(beforeMs / 1000, 0)} s before to {formatNumber(afterMs / 1000, 0)} s after
      </h3>
      {rows.step === 'failed' ? (
        <Notice tone="alarm" live title="The history could not be read">
          {rows.why}
        </Notice>
      ) : rows.value === null ? (
        <Loading what="the history of that time" />
      ) : told.length === 0 ? (
        <p className="dim">The history has no other row of that time: no charger, breaker or meter said anything.</p>
      ) : (
        <ol className="quality-rows">
          {told.slice(0, mostRows).map((row) => (
            <li key={row.id}>
              <span className="nowrap">{time.clock(row.atMs)}</span>{' '}
              <Mark kind={severityKind(row.severity)}>{subjectName(overview, row.subject)}</Mark> {row.message}
            </li>
          ))}
          {told.length > mostRows ? <li className="dim">and {told.length - mostRows} more rows</li> : null}
        </ol>
      )}
      <p className="dim">
        Limits sent to chargers in that time: {writes.value === null ? '…' : limits.length}.{' '}
        <a href={routeTo('events')}>All events</a>
      </p>
    </section>
  )
}

/** What the whole site did around an event: what chargers did, what tripped, polled trends. */
export const EventStory = ({ event }: { readonly event: PowerEvent }) => {
  const overview = useSite((state) => state.overview)
  return (
    <div className="quality-story">
      <Rows event={event} />
      <section aria-label="Trends of the meters">
        <h3>Trends of the meters (polled RMS, lowest to highest of all phases)</h3>
        <div className="table-scroll" tabIndex={0} role="region" aria-label="Trends around the event">
          <table className="table is-dense">
            <thead>
              <tr>
                <th scope="col">Meter</th>
                <th scope="col">Voltage</th>
                <th scope="col">Current</th>
              </tr>
            </thead>
            <tbody>
              {(overview?.meters ?? []).slice(0, 24).map((meter) => (
                <Trend key={meter.id} meter={meter} event={event} />
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  )
}
