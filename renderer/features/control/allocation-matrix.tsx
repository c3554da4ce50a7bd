import { memo, type KeyboardEvent } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { ChargerDescription, Overview } from '../../../shared/api/site-contract.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import { formatAmperes } from '../../format/number.ts'
import { useLive } from '../../state/live.ts'
import { PhaseLabel } from '../../ui/mark.tsx'
import type { AllocationGroup } from './allocation-groups.ts'
import { cellState, cellStates, cellStateSigns, cellStateWords, phaseStateMatrix } from './phase-state-matrix.ts'

/** Chargers by phase and state, as numbers. Drawn anew only when one that can be read has changed. */
export const PhaseStates = memo(function PhaseStates({ overview }: { readonly overview: Overview }) {
  const text = useLive(({ live }) => {
    if (live === null) return ''
    const matrix = phaseStateMatrix(overview.chargers, live)
    return phases
      .map((phase) =>
        cellStates
          .map((state) => {
            const cell = matrix[phase][state]
            return cell === undefined ? '' : `${cell.chargers} · ${formatAmperes(cell.givenA)} A`
          })
          .join('|'),
      )
      .join('#')
  })
  const rows = text.split('#').map((row) => row.split('|'))
  return (
    <table className="table phase-states">
      <caption className="sr-only">Chargers and what they are given, by phase and state</caption>
      <thead>
        <tr>
          <th scope="col">Phase</th>
          {cellStates.map((state) => (
            <th key={state} scope="col" className="num">
              {cellStateWords[state]} <span aria-hidden="true">{cellStateSigns[state]}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {phases.map((phase, index) => (
          <tr key={phase}>
            <th scope="row">
              <PhaseLabel phase={phase} />
            </th>
            {cellStates.map((state, column) => (
              <td key={state} className={`num ${state === 'abnormal' && rows[index]?.[column] ? 'is-abnormal' : ''}`}>
                {rows[index]?.[column] || <span className="dim">0</span>}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
})

/** Flat, so that a cell is drawn anew only when something on it changes. */
type CellFacts = {
  readonly state: (typeof cellStates)[number]
  readonly target: string
  readonly said: string
} & Readonly<Record<`${Phase}${'drawn' | 'given'}`, number>>

/** Whole percent of the charger's maximum: finer than a cell can show would only draw it anew. */
const percentOf = (amperes: number | null, charger: ChargerDescription): number =>
  amperes === null ? 0 : Math.max(0, Math.min(100, Math.round((100 * amperes) / charger.maximumA)))

const useCell = (charger: ChargerDescription): CellFacts | null =>
  useLive(
    useShallow(({ live }) => {
      if (live === null) return null
      const state = cellState(live, charger.id)
      const decided = own(live.control.decision?.chargers, charger.id)
      const reading = own(live.image.chargers, charger.id)
      const target = decided === undefined ? '–' : String(Math.round(decided.targetA))
      const percents: Record<string, number> = {}
      for (const phase of phases) {
        const isOn = (decided?.phases ?? charger.phases).includes(phase)
        percents[`${phase}drawn`] = percentOf(reading?.siteCurrentA[phase].value ?? null, charger)
        percents[`${phase}given`] = isOn ? percentOf(decided?.targetA ?? null, charger) : -1
      }
      const said = `${cellStateWords[state]}, ${target} A on ${(decided?.phases ?? charger.phases).join(' ')}`
      return { state, target, said, ...percents } as CellFacts
    }),
  )

const Cell = memo(function Cell({
  charger,
  isChosen,
  isFirst,
  choose,
}: {
  readonly charger: ChargerDescription
  readonly isChosen: boolean
  readonly isFirst: boolean
  readonly choose: (id: string) => void
}) {
  const facts = useCell(charger)
  if (facts === null) return null
  return (
    <button
      type="button"
      className={`matrix-cell is-${facts.state}`}
      data-charger={charger.id}
      aria-pressed={isChosen}
      aria-label={`${charger.name}: ${facts.said}`}
      title={`${charger.name}: ${facts.said}`}
      tabIndex={isFirst || isChosen ? 0 : -1}
      onClick={() => choose(charger.id)}
    >
      <span className="matrix-name">{charger.name}</span>
      <span className="matrix-bars" aria-hidden="true">
        {phases.map((phase) => {
          const given = facts[`${phase}given`]
          return (
            <span key={phase} className={given < 0 ? 'matrix-bar is-absent' : 'matrix-bar'}>
              <span className="is-drawn" style={{ height: `${facts[`${phase}drawn`]}%` }} />
              {given < 0 ? null : <span className="is-given" style={{ bottom: `${given}%` }} />}
            </span>
          )
        })}
      </span>
      <span className="matrix-target">
        {cellStateSigns[facts.state]} {facts.target}
      </span>
    </button>
  )
})

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** Arrows go from cell to cell; Tab leaves the cells. */
const walk = (event: KeyboardEvent<HTMLElement>): void => {
  const step = own(steps, event.key)
  if (step === undefined) return
  const cells = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('button.matrix-cell')]
  const next = cells[cells.indexOf(document.activeElement as HTMLButtonElement) + step]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

/** A cell per charger: three bars against its maximum, the tick what it is given; its place never changes. */
export const MatrixCells = ({
  group,
  chosen,
  choose,
}: {
  readonly group: AllocationGroup
  readonly chosen: string | null
  readonly choose: (id: string) => void
}) => (
  <div className="matrix-cells" role="group" aria-label={`Chargers of ${group.name}`} onKeyDown={walk}>
    {group.chargers.map((charger, index) => (
      <Cell key={charger.id} charger={charger} isChosen={charger.id === chosen} isFirst={index === 0} choose={choose} />
    ))}
  </div>
)

export const MatrixLegend = () => (
  <p className="dim matrix-legend">
    Bars: L1, L2, L3 drawn against the charger’s maximum; the tick is what it is given; below the sign of its state and
    its limit in amperes.
  </p>
)
