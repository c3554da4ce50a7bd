import { Button } from '@mantine/core'
import { useState } from 'react'
import type { MeterDescription } from '../../../shared/api/site-contract.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'
import type { CsvTable } from '../../format/csv.ts'
import { formatQuantity, quantityLabel, polledAs, quantityUnit } from '../../format/quantity.ts'
import { isoTime } from '../../format/time.ts'
import type { Extreme } from '../../state/extremes.ts'
import { resetExtremes } from '../../state/bind.ts'
import { useHealth, useLive } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Age } from '../../ui/age.tsx'
import { Missing } from '../../ui/dash.tsx'
import { View } from '../../ui/view.tsx'
import { useAsSent } from './as-sent.ts'
import { LiveStrips } from './live-strips.tsx'
import { PhaseTable } from './phase-table.tsx'
import { lackingWords, otherKeys } from './quantity-groups.ts'
import { SourceCard } from './source-card.tsx'
import './meters.css'
import { own } from '../../../shared/own.ts'

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
        {identity.maker ?? 'maker not said'}, {identity.model ?? 'model not said'}
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
      'meter',
      'known_as',
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
        meter.id,
        polledAs(key),
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
      picture="meter"
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
        <LiveStrips key={meter.id} meter={meter} />
      </div>
      <div className="meter-grid">
        <Others meter={meter} choose={choose} chosen={chosen} />
        <About meter={meter} />
      </div>
    </View>
  )
}
