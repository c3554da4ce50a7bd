import { Button } from '@mantine/core'
import type { SiteCharger } from '../../../shared/site/site.ts'
import { chargerOf, useTimeFormat } from '../../state/site-facts.ts'
import { useLive, useSite } from '../../state/live.ts'
import { Mark } from '../../ui/mark.tsx'
import { FallbackButton } from '../control/fallback-button.tsx'
import { ChargerCells } from './charger-cells.tsx'
import { MonitoredOnly, OverrideMark } from './charger-row.tsx'
import { useChargerFacts } from './use-site-states.ts'

/** The chosen charger with its whole reason, in a place of its own: reasons change their length, rows must not. */
export const ChargerDetail = ({ charger, close }: { readonly charger: SiteCharger; readonly close: () => void }) => {
  const facts = useChargerFacts(charger)
  const time = useTimeFormat()
  const description = useSite(({ overview }) => chargerOf(overview, charger.id))
  const decidedAtMs = useLive((state) => state.live?.control.decision?.atMs ?? null)
  if (facts === null) return null
  const name = charger.name ?? charger.id
  return (
    <section className="charger-detail" aria-label={`Chosen charger ${name}`} data-testid="charger-detail">
      <div className="charger-detail-head">
        <strong title={charger.id}>{name}</strong>
        <Mark kind={facts.kind}>{facts.word}</Mark>
        <ChargerCells facts={facts} />
        <span>
          <span className="dim">limit</span> {facts.limit}
          {facts.target === '' ? '' : ` → ${facts.target}`}
        </span>
        <MonitoredOnly chargerId={charger.id} />
        {facts.overrideA === '' ? null : <OverrideMark facts={facts} />}
        {description === undefined ? null : <FallbackButton charger={description} />}
        <span className="grow" />
        <Button size="compact-xs" variant="default" onClick={close}>
          Close
        </Button>
      </div>
      <p className="charger-detail-why" tabIndex={0}>
        {facts.kind === 'critical' || facts.kind === 'warning' || facts.kind === 'unknown' ? `${facts.detail}. ` : ''}
        {facts.why}
        <span className="dim">{decidedAtMs === null ? '' : ` (decided ${time.clock(decidedAtMs)})`}</span>
      </p>
    </section>
  )
}
