import { memo } from 'react'
import { phases } from '../../../shared/model/phase.ts'
import type { SiteCharger } from '../../../shared/site/site.ts'
import { Mark } from '../../ui/mark.tsx'
import { isAbnormal } from './node-state.ts'
import { useChargerFacts } from './use-site-states.ts'

/** One charger of the dense form: its state as a shape, a cell per phase; a word and colour only where something is abnormal. */
export const ChargerTile = memo(function ChargerTile({
  charger,
  isChosen,
  inTabOrder,
  choose,
}: {
  readonly charger: SiteCharger
  readonly isChosen: boolean
  /** One tile a circuit takes the Tab key; arrow keys reach the others. */
  readonly inTabOrder: boolean
  readonly choose: (id: string) => void
}) {
  const facts = useChargerFacts(charger)
  if (facts === null) return null
  const name = charger.name ?? charger.id
  const isOff = isAbnormal(facts)
  return (
    <button
      type="button"
      className={`tile is-${facts.kind}`}
      data-charger={charger.id}
      data-state={facts.kind}
      tabIndex={inTabOrder || isChosen ? 0 : -1}
      aria-pressed={isChosen}
      title={`${name}: ${facts.word}, limit ${facts.limit}. ${facts.detail}`}
      onClick={() => choose(charger.id)}
    >
      <span className="tile-head">
        <Mark kind={facts.kind}>
          <span className="tile-name">{name}</span>
        </Mark>
        <span className={isOff ? `tile-word is-${facts.kind}` : 'tile-word dim'}>
          {isOff || facts.kind === 'unknown' ? facts.word : facts.limit}
          {isOff || facts.kind === 'unknown' ? null : <span className="sr-only"> limit, {facts.word}</span>}
        </span>
      </span>
      <span className="tile-cells">
        {phases.map((phase) => (
          <span key={phase} className={`tile-cell ${facts.over.includes(phase) ? 'is-critical' : ''}`}>
            <span className="dim">{phase}</span> {facts[phase]}
            {facts[`${phase}why`] === '' ? null : <span className="sr-only"> {facts[`${phase}why`]}</span>}
          </span>
        ))}
      </span>
    </button>
  )
})
