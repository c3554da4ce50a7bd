import { NativeSelect } from '@mantine/core'
import { useCallback, useState } from 'react'
import type { WaveSourceState } from '../../../shared/api/waves-contract.ts'
import { harmonicLimit } from '../../../shared/power-quality/week-report.ts'
import { HarmonicBars, type HarmonicBar } from '../../charts/harmonic-bars.tsx'
import { formatNumber, plural } from '../../format/number.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { useViewKey } from '../../state/view-keys.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import { Loading, Notice } from '../../ui/notice.tsx'
import { BalanceFacts } from './balance-facts.tsx'
import { kindWords } from './quality-words.ts'
import { Truth } from '../../ui/truth.tsx'
import { useQualityWatch, type QualityValues } from './use-quality.ts'
import { ValueTables } from './value-table.tsx'

const lengths = [
  { value: '3s', label: '150 or 180 cycles (3 s)' },
  { value: 'window', label: '10 or 12 cycles (200 ms)' },
]
const kinds = [
  { value: 'u', label: 'Voltages' },
  { value: 'i', label: 'Currents' },
] as const
const parts = [
  { value: 'h', label: 'Harmonics' },
  { value: 'ih', label: 'Interharmonics' },
  { value: 'b', label: '2 to 9 kHz' },
] as const
type Part = (typeof parts)[number]['value']
/** Of its first column, number and what the number is called; the 200 Hz bands go by their middle in hundreds of hertz. */
const firstOf: Readonly<Record<Part, number>> = { h: 2, ih: 0, b: 0 }
const orderOf = (part: Part, number: number): number => (part === 'b' ? 21 + 2 * number : number)
const evidenceOf = (part: Part, orders: number, isVoltage: boolean): string => {
  if (part === 'ih')
    return `sampled, interharmonic subgroups of IEC 61000-4-7, between an order and the next, 0 to ${orders - 1}`
  if (part === 'b') return 'sampled, bands of 200 Hz (IEC 61000-4-7, Annex B), by their middle in hundreds of hertz'
  return `sampled, subgroups of IEC 61000-4-7, orders 2 to ${orders}${isVoltage ? ', limits EN 50160:2010 for 95 % of a week' : ''}`
}

const barsOf = (values: QualityValues, channels: readonly string[], part: Part): readonly HarmonicBar[] => {
  const { orders, bands } = values.row.scheme
  const first = firstOf[part]
  const last = part === 'h' ? orders : part === 'ih' ? orders - 1 : bands - 1
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const number = first + index
    return {
      order: orderOf(part, number),
      values: channels.map((channel) => {
        const [value, fundamental] = [values.of(`${channel}.${part}${number}`), values.of(`${channel}.h1`)]
        return value === null || fundamental === null || fundamental <= 0 ? null : (100 * value) / fundamental
      }),
      limit: part === 'h' && channels[0]?.startsWith('u') === true ? harmonicLimit(number, '2010') : null,
    }
  })
}

const Flicker = ({ values, tenMinutes }: { values: QualityValues | null; tenMinutes: QualityValues | null }) => (
  <p>
    Flicker:{' '}
    {(values?.row.flicker ?? []).map(({ channel, pstSoFar, soFarS }) => {
      const last = tenMinutes?.of(`${channel}.pst`) ?? null
      return (
        <span key={channel} className="quality-flicker">
          L{channel.slice(1)} Pst so far{' '}
          {pstSoFar === null ? (
            <Dash why="Less than a minute of these ten minutes has been classed" />
          ) : (
            `${formatNumber(pstSoFar, 2)} of ${formatNumber(soFarS / 60, 1)} min`
          )}
          , last ten minutes{' '}
          {last === null ? <Dash why="No whole ten minutes since the samples began" /> : formatNumber(last, 2)}
        </span>
      )
    })}
    <span className="dim">IEC 61000-4-15</span>
  </p>
)

const Flags = ({ values }: { readonly values: QualityValues }) => {
  const { windows, flagged } = values.row
  return flagged === 0 ? (
    <span className="dim">not flagged</span>
  ) : (
    <Mark kind="warning">
      flagged: {flagged} of {plural(windows, 'window')} hold a dip, swell or interruption
    </Mark>
  )
}

/** What samples say of the supply now. */
export const LivePanel = ({ source }: { readonly source: WaveSourceState }) => {
  const [length, setLength] = useState<'window' | '3s'>('3s')
  const [kind, setKind] = useState('u')
  const [part, setPart] = useState<Part>('h')
  const [isHeld, setHeld] = useState(false)
  const { now, tenMinutes, ongoing, ended } = useQualityWatch(source.id, length, isHeld)
  const time = useTimeFormat()
  useViewKey(
    'p',
    useCallback(() => setHeld((held) => !held), []),
  )
  const channels = (now?.row.scheme.channels ?? []).filter((name) => new RegExp(`^${kind}[123]$`).test(name))
  return (
    <div className="stack">
      <div className="row no-print quality-tools">
        <NativeSelect
          label="Interval"
          value={length}
          onChange={(event) => setLength(event.currentTarget.value === 'window' ? 'window' : '3s')}
          data={lengths}
        />
        <NativeSelect
          label="Spectrum of"
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
          data={[...kinds]}
        />
        <NativeSelect
          label="Part of it"
          value={part}
          onChange={({ currentTarget: { value } }) => setPart(parts.find((each) => each.value === value)?.value ?? 'h')}
          data={[...parts]}
        />
        <span role="status" className="dim">
          {isHeld ? 'Paused (p)' : now === null ? 'Waits for the first interval' : `to ${time.clock(now.row.toMs)}`}
        </span>
      </div>
      {ended === null ? null : (
        <Notice tone="alarm" live title="No power quality just now">
          {ended}
        </Notice>
      )}
      {ongoing.map((event) => (
        <Notice key={event.kind} tone="alarm" live title={`${kindWords[event.kind]} now`}>
          {event.channels.map((name) => `L${name.slice(1)}`).join(', ')}, since {time.clock(event.fromMs)} (sampled)
        </Notice>
      ))}
      {now === null ? (
        <Loading what={`samples of ${source.name}`} />
      ) : (
        <>
          <section className="panel stack" aria-label="Values of the interval">
            <div className="strip-head">
              <h2>
                {source.name} <Truth kind="sampled" />
              </h2>
              <Flags values={now} />
            </div>
            <ValueTables values={now} />
            <BalanceFacts values={now} />
            <Flicker values={now} tenMinutes={tenMinutes} />
          </section>
          <HarmonicBars
            title={`${kind === 'u' ? 'Voltage' : 'Current'} ${part === 'h' ? 'harmonics' : part === 'ih' ? 'interharmonics' : 'bands above 2 kHz'}`}
            evidence={evidenceOf(part, now.row.scheme.orders, kind === 'u')}
            series={channels.map((name) => ({ label: `L${name.slice(1)}`, colour: `--ts-phase-${name.slice(1)}` }))}
            bars={barsOf(now, channels, part)}
          />
          <p className="dim">
            Methods of IEC 61000-4-30, 4-7 and 4-15 on the samples of{' '}
            {source.device ?? 'a front end that has not said what it is'}. The class belongs to an instrument with its
            whole chain: this program claims none.
            {now.row.scheme.orders < 50
              ? ` The sampling rate carries harmonics up to order ${now.row.scheme.orders}.`
              : ''}
          </p>
        </>
      )}
    </div>
  )
}
