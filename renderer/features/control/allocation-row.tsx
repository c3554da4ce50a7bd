import { Button } from '@mantine/core'
import { memo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { ChargerDescription, Overview } from '../../../shared/api/site-contract.ts'
import { useLive } from '../../state/live.ts'
import { own } from '../../../shared/own.ts'
import { formatAge } from '../../format/duration.ts'
import { Dash } from '../../ui/dash.tsx'
import { Mark } from '../../ui/mark.tsx'
import { allocationFacts, type AllocationFacts } from './allocation-facts.ts'
import { FallbackButton } from './fallback-button.tsx'

/** Amperes, or a dash (or word) that says why there are none. */
const Cell = ({
  text,
  why,
  isStrong = false,
}: {
  readonly text: string
  readonly why: string
  readonly isStrong?: boolean
}) =>
  why === '' ? (
    isStrong ? (
      <strong>{text}</strong>
    ) : (
      <>{text}</>
    )
  ) : (
    <span className="dim" title={why}>
      {text}
      <span className="sr-only"> {why}</span>
    </span>
  )

const useFacts = (overview: Overview, charger: ChargerDescription) =>
  useLive(useShallow(({ live }) => (live === null ? null : allocationFacts(overview, live, charger))))

const notPossible = ({ monitoredOnly }: ChargerDescription): string =>
  monitoredOnly === null ? '' : `Only monitored, nothing is ever written to it: ${monitoredOnly}`

/** How old what the decision rests on is; apart, because it changes with every picture and the rest of the row does not. */
const InputAge = ({ chargerId }: { readonly chargerId: string }) => {
  const ageMs = useLive(({ live }) => own(live?.control.decision?.chargers, chargerId)?.inputAgeMs ?? null)
  return ageMs === null ? <Dash why="It rests on no measurement" /> : formatAge(ageMs)
}

/** Drawn once: of all cells this one costs the most. */
const OverrideButton = memo(function OverrideButton({
  charger,
  isOffered,
  override,
}: {
  readonly charger: ChargerDescription
  readonly isOffered: boolean
  readonly override: (id: string) => void
}) {
  const impossible = notPossible(charger)
  return (
    <span title={impossible || undefined}>
      <Button
        size="compact-xs"
        variant="outline"
        color="control"
        disabled={!isOffered || impossible !== ''}
        onClick={() => override(charger.id)}
        aria-label={`Override ${charger.name}${impossible === '' ? '' : `: not possible. ${impossible}`}`}
      >
        Override
      </Button>
    </span>
  )
})

/** Where it is counted, marked where that is not what the site file or its own meter says. */
const PhasesCell = ({ facts }: { readonly facts: AllocationFacts }) => (
  <td title={[facts.phasesWhy, facts.switchWhy].filter((text) => text !== '').join(' ') || undefined}>
    {facts.phasesWhy === '' && !facts.isSwitchGivenUp ? (
      facts.phases
    ) : (
      <Mark kind={facts.isSwitchGivenUp ? 'warning' : 'info'}>
        {facts.phases}
        <span className="sr-only">
          {' '}
          {facts.phasesWhy} {facts.isSwitchGivenUp ? facts.switchWhy : ''}
        </span>
      </Mark>
    )}
    {facts.switchTo === '' ? null : <span className="dim"> {facts.switchTo}</span>}
  </td>
)

/** One charger of the allocation. */
export const AllocationRow = memo(function AllocationRow({
  overview,
  charger,
  canOverride,
  isChosen,
  choose,
  override,
}: {
  readonly overview: Overview
  readonly charger: ChargerDescription
  readonly canOverride: boolean
  readonly isChosen: boolean
  readonly choose: (id: string) => void
  readonly override: (id: string) => void
}) {
  const facts = useFacts(overview, charger)
  if (facts === null) return null
  return (
    <tr data-charger={charger.id}>
      <th scope="row">
        <button
          type="button"
          className="plain-button allocation-name"
          aria-pressed={isChosen}
          title={charger.name}
          onClick={() => choose(charger.id)}
        >
          {charger.name}
        </button>
        {charger.monitoredOnly === null ? null : (
          <span title={charger.monitoredOnly}>
            <Mark kind="info">monitored only</Mark>
          </span>
        )}
      </th>
      <td title={facts.statusDetail}>
        <Mark kind={facts.statusKind}>{facts.statusWord}</Mark>
      </td>
      <td className="num">
        <Cell text={facts.target} why={facts.targetWhy} isStrong />
      </td>
      <td className="num">
        <Cell text={facts.readBack} why={facts.readBackWhy} />
      </td>
      <td title={facts.writeWhy || undefined}>
        {facts.writeA === '' ? (
          <span className="dim">none</span>
        ) : (
          <>
            <Mark kind={facts.writeKind}>{facts.writeWord}</Mark> {facts.writeA}
          </>
        )}
      </td>
      <PhasesCell facts={facts} />
      <td title={facts.bounds || undefined}>
        {facts.boundKind === 'normal' ? facts.bound : <Mark kind={facts.boundKind}>{facts.bound}</Mark>}
      </td>
      <td className="why" title={facts.why}>
        {facts.why}
      </td>
      <td className="num dim">
        <InputAge chargerId={charger.id} />
      </td>
      <td className="no-print">
        <OverrideButton charger={charger} isOffered={canOverride} override={override} />
      </td>
    </tr>
  )
})

/** The chosen charger's whole reason and every bound, in a place whose height does not change. */
export const AllocationDetail = ({
  overview,
  charger,
}: {
  readonly overview: Overview
  readonly charger: ChargerDescription | undefined
}) => {
  if (charger === undefined)
    return (
      <p className="allocation-detail dim">
        Choose a charger by its name to read its whole reason and every bound here.
      </p>
    )
  return <ChosenDetail overview={overview} charger={charger} />
}

const ChosenDetail = ({ overview, charger }: { readonly overview: Overview; readonly charger: ChargerDescription }) => {
  const facts = useFacts(overview, charger)
  if (facts === null) return null
  return (
    <div className="allocation-detail" tabIndex={0} role="region" aria-label={`Why ${charger.name}`}>
      <FallbackButton charger={charger} />
      <strong>{charger.name}</strong>: {facts.why}
      {facts.writeWhy === '' ? '' : `; last write: ${facts.writeWhy}`}
      {facts.phasesWhy === '' ? null : <div>{facts.phasesWhy}</div>}
      {facts.bounds === '' ? null : <div className="dim">Bounds: {facts.bounds}</div>}
      {facts.switchWhy === '' || facts.isSwitching ? null : (
        <div className="dim">One phase or three: {facts.switchWhy}.</div>
      )}
      {charger.cannot.length === 0 ? null : <div className="dim">It cannot {charger.cannot.join(', ')}.</div>}
      <div className="dim">
        Watchdog: {charger.watchdog}. Phases: {charger.phaseSwitch ?? 'no switch'}.
      </div>
    </div>
  )
}
