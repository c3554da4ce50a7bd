import type { QuantitySource } from '../../../shared/api/contract.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import { formatPeriod } from '../../format/duration.ts'
import { qualityText } from '../../format/quality.ts'
import { formatQuantity, quantityLabel } from '../../format/quantity.ts'
import type { Extreme } from '../../state/extremes.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { Age } from '../../ui/value.tsx'

const confidence: Record<QuantitySource['confidence'], string> = {
  confirmed: 'confirmed by the maker\'s document and another source',
  'single-source': 'one source only: check it once against the meter\'s display',
  conflicting: 'sources disagree: check it against the meter\'s display before you rely on it',
}

/** "How do you know?" for one quantity: register, period, window, blind time, confidence, age, min and max. */
export const SourceCard = ({ quantity, sample, source, extreme, sinceMs }: {
  readonly quantity: string; readonly sample: Sample | undefined; readonly source: QuantitySource | undefined
  readonly extreme: Extreme | undefined; readonly sinceMs: number
}) => {
  const time = useTimeFormat()
  return (
    <section className="panel source-card" aria-label={`Source of ${quantityLabel(quantity)}`} data-testid="source-card">
      <h2>How it is known: {quantityLabel(quantity)}</h2>
      {source === undefined
        ? <p>This meter&rsquo;s profile has no register for it: there is no value, and nothing is calculated in its place.</p>
        : (
          <dl className="facts">
            <dt>Value</dt>
            <dd>{sample?.value == null ? <Mark kind="unknown">{qualityText(sample?.quality ?? 'waiting').long}</Mark> : <>{formatQuantity(quantity, sample.value)}, <Age atMs={sample.atMs} suffix=" old" />, quality {qualityText(sample.quality).short}</>}</dd>
            <dt>Register</dt><dd className="mono">{source.register}</dd>
            <dt>Read</dt><dd>every {formatPeriod(source.periodMs)}; the meter averages over {source.windowMs === null ? 'a time its maker does not state' : formatPeriod(source.windowMs)}</dd>
            <dt>Blind time</dt><dd>{source.blindMs === 0 ? 'none between reads' : `an event shorter than ${formatPeriod(source.blindMs)} can be missed entirely`}</dd>
            <dt>Confidence</dt><dd>{source.confidence === 'confirmed' ? confidence.confirmed : <Mark kind="warning">{confidence[source.confidence]}</Mark>}</dd>
            <dt>Min, max</dt>
            <dd>{extreme === undefined ? `no value since ${time.clock(sinceMs)}` : `${formatQuantity(quantity, extreme.min)} at ${time.clock(extreme.minAtMs)}, ${formatQuantity(quantity, extreme.max)} at ${time.clock(extreme.maxAtMs)}`}</dd>
          </dl>
        )}
    </section>
  )
}
