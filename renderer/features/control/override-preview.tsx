import type { Overview } from '../../../shared/api/site-contract.ts'
import type { OverridePreview, PreviewPlace } from '../../../shared/model/override-preview.ts'
import type { OverrideScope } from '../../../shared/model/override.ts'
import { formatLength } from '../../format/duration.ts'
import { formatAmperes, formatLimit, plural } from '../../format/number.ts'
import { useBeat } from '../../state/beat.ts'
import { useRead } from '../../state/read.ts'
import { chargerOf, circuitName } from '../../state/site-facts.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark, PhaseLabel } from '../../ui/mark.tsx'
import { soonestTrip, tripSaid } from './preview-words.ts'

const Places = ({ overview, places }: { readonly overview: Overview; readonly places: readonly PreviewPlace[] }) => (
  <div className="override-places" tabIndex={0} role="region" aria-label="Circuits above, with the override">
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Circuit</th>
          <th scope="col">Phase</th>
          <th scope="col" className="num">
            Now A
          </th>
          <th scope="col" className="num">
            Then A
          </th>
          <th scope="col" className="num">
            Limit A
          </th>
          <th scope="col" className="num">
            Margin used
          </th>
          <th scope="col">Early trip then</th>
        </tr>
      </thead>
      <tbody>
        {places.map((place) => (
          <tr key={`${place.circuitId} ${place.phase}`}>
            <th scope="row">{circuitName(overview, place.circuitId)}</th>
            <td>
              <PhaseLabel phase={place.phase} />
            </td>
            <td className="num">
              {place.nowA === null ? <Dash why="Other load is not known" /> : formatAmperes(place.nowA)}
            </td>
            <td className="num">
              {place.thenA === null ? <Dash why="Other load is not known" /> : formatAmperes(place.thenA)}
            </td>
            <td className="num">{formatLimit(place.limitA)}</td>
            <td className="num">
              {place.usedPercent === null ? (
                <Dash why="No thermal image: no breaker model, or no current yet" />
              ) : (
                `${Math.round(place.usedPercent)} %`
              )}
            </td>
            <td>{tripSaid(place.thenTrip)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

const Shares = ({ overview, preview }: { readonly overview: Overview; readonly preview: OverridePreview }) => {
  const losers = preview.chargers.filter(({ isConcerned, nowA, thenA }) => !isConcerned && thenA < nowA)
  const held = preview.chargers.filter(({ heldBy }) => heldBy !== null)
  const mine = preview.chargers.filter(({ isConcerned }) => isConcerned)
  const [first] = mine
  const nameOf = (id: string): string => chargerOf(overview, id)?.name ?? id
  return (
    <>
      <p>
        {mine.length === 1 && first !== undefined
          ? `${nameOf(first.chargerId)} would go from ${formatAmperes(first.nowA)} to ${formatAmperes(first.thenA)} A${first.bound === null ? '' : ` (${first.bound.detail})`}.`
          : `${plural(mine.length, 'charger')}: from ${formatAmperes(mine.reduce((sum, { nowA }) => sum + nowA, 0))} to ${formatAmperes(mine.reduce((sum, { thenA }) => sum + thenA, 0))} A together.`}
        {preview.ceilingA === null
          ? ''
          : ` The hard limits leave ${mine.length === 1 ? 'it' : 'one of them'} ${formatAmperes(preview.ceilingA)} A at most now${preview.ceilingBound === null ? '' : ` (${preview.ceilingBound.detail})`}.`}
      </p>
      {held.length === 0 ? null : (
        <Mark kind="info">
          {held
            .map(({ chargerId, heldBy }) => `${nameOf(chargerId)}: the lower limit of ${heldBy ?? ''} holds`)
            .join('; ')}
        </Mark>
      )}
      {losers.length === 0 ? null : (
        <p className="dim">
          Less for{' '}
          {losers
            .slice(0, 5)
            .map(
              ({ chargerId, nowA, thenA }) =>
                `${nameOf(chargerId)} (${formatAmperes(nowA)} to ${formatAmperes(thenA)} A)`,
            )
            .join(', ')}
          {losers.length > 5 ? ` and ${losers.length - 5} more` : ''}.
        </p>
      )}
    </>
  )
}

/** What it would come to, before it is given: from the hard limits, the shares and the thermal images of this moment. */
export const OverridePreviewPanel = ({
  overview,
  scope,
  limitA,
}: {
  readonly overview: Overview
  readonly scope: OverrideScope
  readonly limitA: number
}) => {
  const beat = useBeat(3000)
  const asked = useRead('override.preview', { scope, limitA }, beat)
  const preview = asked.value
  if (asked.step === 'failed') return <p className="dim">No preview: {asked.why}</p>
  if (preview === null)
    return (
      <p className="dim">
        {asked.step === 'loading' ? 'Working out what it would come to …' : 'No preview before the first decision.'}
      </p>
    )
  if (preview.refused !== null) return <Mark kind="warning">It would not be accepted: {preview.refused}</Mark>
  const then = soonestTrip(preview.places, 'thenTrip')
  const full = soonestTrip(preview.places, 'askedTrip')
  return (
    <div className="stack override-preview" data-testid="override-preview">
      <Shares overview={overview} preview={preview} />
      {then === null ? (
        <Mark kind="normal">At what would be given, no circuit above reaches its early trip bound</Mark>
      ) : (
        <Mark kind="critical">
          {circuitName(overview, then.circuitId)} would reach the early trip bound on {then.phase} in{' '}
          {formatLength(Math.max(1, Math.round(then.earlyS)))}
        </Mark>
      )}
      {full === null || (then !== null && full.earlyS >= then.earlyS) ? null : (
        <p className="dim">
          In full it would reach the early trip bound of {circuitName(overview, full.circuitId)} on {full.phase} in{' '}
          {formatLength(Math.max(1, Math.round(full.earlyS)))}: the hard limits don’t let it.
        </p>
      )}
      <Places overview={overview} places={preview.places} />
      <p className="dim">Amperes as planned: other load of now, and every vehicle taking all it is given.</p>
    </div>
  )
}
