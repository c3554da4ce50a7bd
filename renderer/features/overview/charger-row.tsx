import { memo } from 'react'
import type { SiteCharger } from '../../../shared/site/site.ts'
import { formatCountdown } from '../../format/duration.ts'
import { useNow } from '../../state/clock.ts'
import { useSite } from '../../state/live.ts'
import { chargerOf } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { ChargerCells } from './charger-cells.tsx'
import type { ChargerFacts } from './charger-facts.ts'
import { useChargerFacts } from './use-site-states.ts'

const Limit = ({ facts }: { readonly facts: ChargerFacts }) => (
  <span className="charger-limit" title={facts.limitWhy || facts.targetWhy || undefined}>
    {/* Beside the arrow there is no room for the word. */}
    <span className={facts.target === '' ? 'dim' : 'sr-only'}>limit </span>
    {facts.limit}
    {facts.limitWhy === '' ? null : <span className="sr-only"> {facts.limitWhy}</span>}
    {facts.target === '' ? null : <> → {facts.target}</>}
  </span>
)

export const OverrideMark = ({ facts }: { readonly facts: ChargerFacts }) => {
  const now = useNow()
  return (
    <Mark kind="control">
      override {facts.overrideA} A, {formatCountdown(facts.overrideEndsMs - now)}
    </Mark>
  )
}

/** Why nothing is ever written to it, in a word with the whole reason behind it. */
export const MonitoredOnly = ({ chargerId }: { readonly chargerId: string }) => {
  const why = useSite((state) => chargerOf(state.overview, chargerId)?.monitoredOnly ?? null)
  return why === null ? null : (
    <span title={why}>
      <Mark kind="info">monitored only</Mark>{' '}
    </span>
  )
}

/** One charger of the diagram: what it does, draws and may draw, and why; pressed, the whole reason below. */
export const ChargerRow = memo(function ChargerRow({
  charger,
  isChosen,
  choose,
}: {
  readonly charger: SiteCharger
  readonly isChosen: boolean
  readonly choose: (id: string) => void
}) {
  const facts = useChargerFacts(charger)
  if (facts === null) return null
  const name = charger.name ?? charger.id
  return (
    <section
      className={`charger is-${facts.kind}`}
      aria-label={`Charger ${name}`}
      data-charger={charger.id}
      data-state={facts.kind}
    >
      <button
        type="button"
        className="plain-button charger-name"
        title={name}
        aria-pressed={isChosen}
        onClick={() => choose(charger.id)}
      >
        {name}
      </button>
      <span className="charger-state" title={facts.detail}>
        <Mark kind={facts.kind}>{facts.word}</Mark>
      </span>
      <ChargerCells facts={facts} />
      <Limit facts={facts} />
      <span className="charger-why dim" title={facts.why}>
        <MonitoredOnly chargerId={charger.id} />
        {facts.overrideA === '' ? null : (
          <>
            <OverrideMark facts={facts} /> ·{' '}
          </>
        )}
        {facts.why}
      </span>
    </section>
  )
})
