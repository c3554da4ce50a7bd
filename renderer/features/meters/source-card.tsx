import type { MeterDescription, QuantitySource } from '../../../shared/api/site-contract.ts'
import type { MeterReading } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import { formatPeriod } from '../../format/duration.ts'
import { qualityText } from '../../format/quality.ts'
import { formatQuantity, quantityLabel } from '../../format/quantity.ts'
import type { Extreme } from '../../state/extremes.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Age } from '../../ui/age.tsx'

const confidence: Record<QuantitySource['confidence'], string> = {
  confirmed: "confirmed by the maker's document and another source",
  'single-source': "one source only: check it once against the meter's display",
  conflicting: "sources disagree: check it against the meter's display before you rely on it",
}

type OwnExtremes = NonNullable<MeterReading['extremes']>[string]
const sinceText = {
  reset: 'since it was reset at the meter',
  'demand-period': 'of its demand period',
  unknown: 'since when its maker does not say',
} as const

/** What the meter itself registered as highest and lowest, and where that is more than polling saw. */
const OwnExtremesLine = ({ quantity, own }: { readonly quantity: string; readonly own: OwnExtremes }) => {
  const time = useTimeFormat()
  return (['maximum', 'minimum'] as const).map((kind) => {
    const extreme = own[kind]
    if (extreme === undefined) return null
    const { evidence } = extreme
    return (
      <div key={kind}>
        {kind === 'maximum' ? 'Highest' : 'Lowest'} {formatQuantity(quantity, extreme.value)},{' '}
        {sinceText[extreme.since]}; read <Age atMs={extreme.atMs} suffix=" ago" />.
        {evidence === null ? null : (
          <Mark kind="warning">
            {' '}
            Between {time.clock(evidence.fromMs)} and {time.clock(evidence.toMs)} it{' '}
            {kind === 'maximum' ? 'rose' : 'fell'} from {formatQuantity(quantity, evidence.before)} to{' '}
            {formatQuantity(quantity, evidence.value)};
            {evidence.polled === null
              ? ' polling saw nothing in that time'
              : ` polling saw ${kind === 'maximum' ? 'at most' : 'no less than'} ${formatQuantity(quantity, evidence.polled)}`}
            {evidence.unseenMs > 0 && evidence.polled !== null
              ? `, and no value for ${formatPeriod(evidence.unseenMs)} of it`
              : ''}
          </Mark>
        )}
      </div>
    )
  })
}

/** The blind time as it is now: a period that is not reached, or reads that fail, widen what could have been missed. */
const BlindTime = ({
  source,
  sample,
  achievedPeriodMs,
}: {
  readonly source: QuantitySource
  readonly sample: Sample | undefined
  readonly achievedPeriodMs: number | null
}) => {
  if (sample !== undefined && sample.value === null && sample.quality !== 'absent')
    return <Mark kind="warning">nothing is read now: whatever happens meanwhile is missed</Mark>
  const isSlower = achievedPeriodMs !== null && achievedPeriodMs > 1.1 * source.periodMs
  const blindMs = isSlower ? Math.max(0, Math.round(achievedPeriodMs) - (source.windowMs ?? 0)) : source.blindMs
  const text =
    blindMs === 0 ? 'none between reads' : `an event shorter than ${formatPeriod(blindMs)} can be missed entirely`
  return isSlower ? (
    <Mark kind="warning">
      {text}: it is read every {formatPeriod(Math.round(achievedPeriodMs))}, not every {formatPeriod(source.periodMs)}{' '}
      as asked
    </Mark>
  ) : (
    text
  )
}

/** "How do you know?" for one quantity: register, period, window, blind time, confidence, age, min and max. */
export const SourceCard = ({
  quantity,
  sample,
  source,
  bus,
  extreme,
  sinceMs,
  own,
  achievedPeriodMs,
}: {
  readonly quantity: string
  readonly sample: Sample | undefined
  readonly source: QuantitySource | undefined
  readonly extreme: Extreme | undefined
  readonly sinceMs: number
  readonly bus: MeterDescription['bus']
  /** The meter's own highest and lowest values of it. */
  readonly own: OwnExtremes | undefined
  /** How often its sweep really comes, ms; null where that is not known or not this quantity's sweep. */
  readonly achievedPeriodMs: number | null
}) => {
  const time = useTimeFormat()
  return (
    <section
      className="panel source-card"
      aria-label={`Source of ${quantityLabel(quantity)}`}
      data-testid="source-card"
    >
      <h2>How it is known: {quantityLabel(quantity)}</h2>
      {source === undefined ? (
        <p>
          {bus === 'mbus' ? 'This meter’s answers hold no record of it' : 'This meter’s profile has no register for it'}
          : there is no value, and nothing is calculated in its place.
        </p>
      ) : (
        <dl className="facts">
          <dt>Value</dt>
          <dd>
            {sample?.value == null ? (
              <Mark kind="unknown">{qualityText(sample?.quality ?? 'waiting').long}</Mark>
            ) : (
              <>
                {formatQuantity(quantity, sample.value)}, <Age atMs={sample.atMs} suffix=" old" />, quality{' '}
                {qualityText(sample.quality).short}
              </>
            )}
          </dd>
          <dt>{bus === 'mbus' ? 'Record' : 'Register'}</dt>
          <dd className="mono">{source.register}</dd>
          <dt>Read</dt>
          <dd>
            every {formatPeriod(source.periodMs)}; the meter averages over{' '}
            {source.windowMs === null ? 'a time its maker does not state' : formatPeriod(source.windowMs)}
          </dd>
          <dt>Blind time</dt>
          <dd>
            <BlindTime source={source} sample={sample} achievedPeriodMs={achievedPeriodMs} />
          </dd>
          <dt>Confidence</dt>
          <dd>
            {source.confidence === 'confirmed' ? (
              bus === 'mbus' ? (
                'the meter’s answer says itself what this record is'
              ) : (
                confidence.confirmed
              )
            ) : (
              <Mark kind="warning">{confidence[source.confidence]}</Mark>
            )}
          </dd>
          {own === undefined ? null : (
            <>
              <dt>The meter&rsquo;s own</dt>
              <dd data-testid="own-extremes">
                <OwnExtremesLine quantity={quantity} own={own} />
              </dd>
            </>
          )}
          <dt>Min, max</dt>
          <dd>
            {extreme === undefined
              ? `no value since ${time.clock(sinceMs)}`
              : `${formatQuantity(quantity, extreme.min)} at ${time.clock(extreme.minAtMs)}, ${formatQuantity(quantity, extreme.max)} at ${time.clock(extreme.maxAtMs)}`}
          </dd>
        </dl>
      )}
    </section>
  )
}
