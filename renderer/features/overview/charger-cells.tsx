import { phases } from '../../../shared/model/phase.ts'
import type { ChargerFacts } from './charger-facts.ts'

/** Amperes of the three phases, each with its label: a phase is never told by its colour or its place alone. */
export const ChargerCells = ({ facts }: { readonly facts: ChargerFacts }) => (
  <span className="charger-currents">
    {phases.map((phase) => (
      <span key={phase} className={facts[phase] === '·' ? 'dim' : ''} title={facts[`${phase}why`] || undefined}>
        <span className="cell-phase">{phase}</span> <span className="cell-value">{facts[phase]}</span>
        {facts[`${phase}why`] === '' ? null : <span className="sr-only"> {facts[`${phase}why`]}</span>}
      </span>
    ))}
    <span className="dim">A</span>
  </span>
)
