import type { Live, Overview } from '../../../shared/api/contract.ts'
import { isRoot } from '../../../shared/site/circuit-limit.ts'
import { formatQuantity } from '../../format/quantity.ts'
import { useNow } from '../../state/clock.ts'
import { circuitName } from '../../state/site-facts.ts'
import { loadState } from '../../ui/load-state.ts'
import { Mark } from '../../ui/mark.tsx'
import { Missing } from '../../ui/value.tsx'
import { nearestText, nearestToLimit, unseenCircuits } from './nearest.ts'

/** The answer first: which node is nearest to tripping, then the site in three numbers. */
export const Callout = ({ overview, live }: { readonly overview: Overview; readonly live: Live }) => {
  const now = useNow()
  const nearest = nearestToLimit(live.image)
  const unseen = unseenCircuits(live.image)
  const rootMeter = overview.site.circuits.find(isRoot)?.meter
  const power = rootMeter === undefined ? undefined : live.image.meters[rootMeter]?.samples.p_total
  const charging = Object.values(live.image.chargers).filter((charger) => charger.status.value === 'charging').length
  const unread = Object.values(live.image.chargers).filter((charger) => charger.status.value === null).length
  return (
    <section className="callout panel" aria-label="Nearest to its limit" data-testid="nearest">
      {nearest === null ? (
        <p>
          <Mark kind="unknown">
            No circuit current is known yet: see <a href="#/health">Meter health</a> for what answers.
          </Mark>
        </p>
      ) : (
        <p className="callout-text">
          <Mark kind={loadState(nearest.reading).kind}>
            <span className="dim">Nearest to its limit: </span>
          </Mark>
          <strong>{nearestText(nearest, circuitName(overview, nearest.circuitId), now)}</strong>
          {unseen.length === 0 ? null : (
            <Mark kind="unknown"> not seen now: {unseen.map((id) => circuitName(overview, id)).join(', ')}</Mark>
          )}
        </p>
      )}
      <dl className="callout-facts">
        <div>
          <dt>Site power</dt>
          <dd>{power?.value == null ? <Missing sample={power} /> : formatQuantity('p_total', power.value)}</dd>
        </div>
        <div>
          <dt>Charging</dt>
          <dd>
            {charging} of {overview.chargers.length}
          </dd>
        </div>
        {unread === 0 ? null : (
          <div>
            <dt>Not answering</dt>
            <dd>
              <Mark kind="warning">{unread}</Mark>
            </dd>
          </div>
        )}
      </dl>
    </section>
  )
}
