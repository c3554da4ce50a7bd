import { memo, type KeyboardEvent } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { phases } from '../../../shared/model/phase.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import { useLive, useSite } from '../../state/live.ts'
import { routeTo } from '../../state/route.ts'
import { Mark } from '../../ui/mark.tsx'
import { Age } from '../../ui/age.tsx'
import { circuitFacts, type CircuitFacts } from './circuit-facts.ts'
import { hasBelow } from './fold.ts'
import { breakerText, breakerTitle, type CircuitRow } from './site-tree.ts'
import { own } from '../../../shared/own.ts'
import { statesOf } from './use-site-states.ts'

const PhaseCells = ({ facts }: { readonly facts: CircuitFacts }) =>
  phases.map((phase) => (
    <span key={phase} className={`dense-phase is-${facts[`${phase}Kind`]}`} title={facts[`${phase}Why`] || undefined}>
      <span className="num load-now">
        <span className="sr-only">{phase} </span>
        {facts[`${phase}Text`]}
        {facts[`${phase}Why`] === '' ? null : <span className="sr-only"> {facts[`${phase}Why`]}</span>}
      </span>
      <span className={`load-bar is-${facts[`${phase}Kind`]}`} aria-hidden="true">
        <span style={{ width: `${facts[`${phase}Share`]}%` }} />
      </span>
    </span>
  ))

/** The meter and how old its oldest current is; apart, because it changes twice a second and the rest does not. */
const Source = ({ circuitId }: { readonly circuitId: string }) => {
  const [source, meterId, atMs] = useLive(
    useShallow(({ live }): readonly [string, string | null, number | null] => {
      const reading = own(live?.image.circuits, circuitId)
      const times = phases.flatMap((phase) => {
        const sample = reading?.phases[phase]?.currentA
        return sample?.value == null || sample.atMs === null ? [] : [sample.atMs]
      })
      return [reading?.source ?? 'none', reading?.meterId ?? null, times.length === 0 ? null : Math.min(...times)]
    }),
  )
  if (source === 'none') return <span className="dim">not measured</span>
  return (
    <>
      {meterId === null ? (
        'sum of chargers'
      ) : (
        <a href={routeTo('meters', meterId)} aria-label={`meter ${meterId}`} title={meterId} tabIndex={-1}>
          meter
        </a>
      )}{' '}
      {atMs === null ? null : <Age atMs={atMs} suffix=" old" />}
    </>
  )
}

/** One circuit of the folding tree: a line of fixed height with every phase against its limit. */
export const DenseCircuit = memo(function DenseCircuit({
  row,
  isUnfolded,
  isNearest,
  inTabOrder,
  toggle,
  onKey,
}: {
  readonly row: CircuitRow
  readonly isUnfolded: boolean
  readonly isNearest: boolean
  readonly inTabOrder: boolean
  readonly toggle: (id: string) => void
  readonly onKey: (row: CircuitRow, event: KeyboardEvent) => void
}) {
  const { node, depth } = row
  const { circuit } = node
  const site = useSite((state) => state.overview?.site)
  const facts = useLive(
    useShallow(({ live }) =>
      live === null || site === undefined
        ? null
        : circuitFacts(live, node, circuitLimitA(site, circuit), statesOf(site, live)),
    ),
  )
  if (facts === null) return null
  const name = circuit.name ?? circuit.id
  const folds = hasBelow(node)
  return (
    <div
      className={`dense-line is-${facts.kind} ${isNearest ? 'is-nearest' : ''}`}
      data-circuit={circuit.id}
      data-state={facts.kind}
    >
      <span className={`dense-name depth-${Math.min(depth, 4)}`}>
        <button
          type="button"
          className="plain-button fold"
          data-fold={circuit.id}
          {...(folds ? { 'aria-expanded': isUnfolded } : {})}
          tabIndex={inTabOrder ? 0 : -1}
          title={name}
          onClick={() => {
            if (folds) toggle(circuit.id)
          }}
          onKeyDown={(event) => onKey(row, event)}
        >
          <span className="fold-sign" aria-hidden="true">
            {folds ? (isUnfolded ? '▾' : '▸') : ''}
          </span>
          <strong>{name}</strong>
        </button>
      </span>
      <span className="dense-state" title={facts.detail}>
        {facts.kind === 'normal' ? (
          <span className="sr-only">{facts.word}</span>
        ) : (
          <Mark kind={facts.kind}>{facts.word}</Mark>
        )}
      </span>
      <PhaseCells facts={facts} />
      <span className="num">{facts.limit}</span>
      <span className="num" title={facts.leftWhy || undefined}>
        {facts.left}
        {facts.leftWhy === '' ? null : <span className="sr-only"> {facts.leftWhy}</span>}
      </span>
      <span className="num" title={facts.thermalWhy || undefined}>
        {facts.thermal}
        {facts.thermalWhy === '' ? null : <span className="sr-only"> {facts.thermalWhy}</span>}
      </span>
      <span className="dense-below">
        {facts.belowText === '' ? (
          <span className="dim">{facts.charging}</span>
        ) : (
          <Mark kind={facts.belowKind}>
            {facts.belowText}
            <span className="sr-only"> below</span>
          </Mark>
        )}
      </span>
      <span className="dense-breaker dim" title={breakerTitle(circuit)}>
        {breakerText(circuit)}
      </span>
      <span className="dense-source dim">
        <Source circuitId={circuit.id} />
      </span>
    </div>
  )
})
