import type { ChargerDecision, Override, Write } from '../../../shared/model/decision.ts'
import type { ChargerReading } from '../../../shared/model/image.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { SiteCharger } from '../../../shared/site/site.ts'
import { formatCountdown } from '../../format/duration.ts'
import { formatAmperes } from '../../format/number.ts'
import { useNow } from '../../state/clock.ts'
import { chargerStatusText } from '../../ui/charger-status.ts'
import { Mark } from '../../ui/mark.tsx'
import { Missing } from '../../ui/value.tsx'

const Currents = ({
  charger,
  reading,
}: {
  readonly charger: SiteCharger
  readonly reading: ChargerReading | undefined
}) => (
  <span className="charger-currents">
    {phases.map((phase) => {
      if (!charger.phases.includes(phase))
        return (
          <span key={phase} className="dim">
            ·<span className="sr-only"> {phase} not connected</span>
          </span>
        )
      const sample = reading?.siteCurrentA[phase]
      return (
        <span key={phase}>
          <span className={`phase phase-${phase} is-small`}>
            <span className="sr-only">{phase} </span>
          </span>
          {sample?.value == null ? <Missing sample={sample} brief /> : formatAmperes(sample.value)}
        </span>
      )
    })}
    <span className="dim">A</span>
  </span>
)

const Limit = ({
  reading,
  decision,
  write,
  armed,
}: {
  readonly reading: ChargerReading | undefined
  readonly decision: ChargerDecision | undefined
  readonly write: Write | undefined
  readonly armed: boolean
}) => {
  const readBack = reading?.samples.limit
  const target = decision?.targetA
  const differs =
    armed && target !== undefined && (readBack?.value == null || Math.abs(readBack.value - target) >= 0.05)
  return (
    <span className="charger-limit">
      <span className="dim">limit </span>
      {readBack?.value == null ? <Missing sample={readBack} brief /> : `${formatAmperes(readBack.value)} A`}
      {differs ? (
        <span title={write === undefined ? 'decided, not yet sent' : `write ${write.state}`}>
          {' '}
          → {formatAmperes(target)} A
        </span>
      ) : null}
    </span>
  )
}

const OverrideMark = ({ override }: { readonly override: Override }) => {
  const now = useNow()
  return (
    <Mark kind="control">
      override {formatAmperes(override.effectiveA ?? override.limitA)} A, {formatCountdown(override.expiresAtMs - now)}
    </Mark>
  )
}

/** One charger of the diagram: what it does, draws and may draw, and why. */
export const ChargerRow = ({
  charger,
  monitoredOnly,
  reading,
  decision,
  write,
  override,
  armed,
}: {
  readonly charger: SiteCharger
  /** Why nothing is ever written to it; null for one that is steered. */
  readonly monitoredOnly: string | null
  readonly reading: ChargerReading | undefined
  readonly decision: ChargerDecision | undefined
  readonly write: Write | undefined
  readonly override: Override | undefined
  readonly armed: boolean
}) => {
  const status = chargerStatusText(reading)
  const name = charger.name ?? charger.id
  return (
    <section className="charger" aria-label={`Charger ${name}`} data-charger={charger.id}>
      <strong className="charger-name" title={name}>
        {name}
      </strong>
      <span title={status.detail}>
        <Mark kind={status.kind}>{status.word}</Mark>
      </span>
      <Currents charger={charger} reading={reading} />
      <Limit reading={reading} decision={decision} write={write} armed={armed} />
      <span className="charger-why dim" title={decision?.why ?? ''}>
        {monitoredOnly === null ? null : (
          <>
            <span title={monitoredOnly}>
              <Mark kind="info">monitored only</Mark>
            </span>{' '}
            ·{' '}
          </>
        )}
        {override === undefined ? null : (
          <>
            <OverrideMark override={override} /> ·{' '}
          </>
        )}
        {armed && (write?.state === 'pending' || write?.state === 'written') ? <>{write.state} · </> : null}
        {write?.state === 'failed' ? (
          <>
            <Mark kind="critical">write failed: {write.why ?? 'no reason given'}</Mark> ·{' '}
          </>
        ) : null}
        {decision === undefined
          ? 'no decision yet'
          : monitoredOnly !== null
            ? `${formatAmperes(decision.targetA)} A set aside: ${monitoredOnly}`
            : `${armed ? '' : 'would be '}${decision.why}`}
      </span>
    </section>
  )
}
