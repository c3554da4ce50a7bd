import { Button } from '@mantine/core'
import type { ScanCandidate, ScanFind } from '../../../shared/api/scan-contract.ts'
import type { Site } from '../../../shared/site/site.ts'
import { Mark } from '../../ui/mark.tsx'
import { routeTo } from '../../state/route.ts'
import { addable } from './add-form.ts'
import { chargerEntry, confidenceText, metersOfFind, placeText, verdictText } from './find-text.ts'
import { Dash } from '../../ui/dash.tsx'

/** A profile often serves a family; a table has room for its first name. */
const shortName = ({ make, model }: ScanCandidate): string => {
  const [first = '', ...more] = model.split(', ')
  return `${make} ${first}${more.length === 0 ? '' : ' and similar'}`
}

const Candidate = ({ candidate }: { readonly candidate: ScanCandidate }) => (
  <li>
    <strong>
      {candidate.make} {candidate.model}
    </strong>{' '}
    <span className="dim">
      {confidenceText(candidate)}
      {candidate.kind === 'charger' ? ', a charger' : ''}
    </span>
    <div>{candidate.evidence.join(', ')}</div>
    {candidate.against.length === 0 ? null : <div className="warn">Against: {candidate.against.join('; ')}</div>}
    {candidate.hindrance === null ? null : <div className="warn">{candidate.hindrance}</div>}
  </li>
)

const Row = ({
  find,
  site,
  add,
  canAdd,
}: {
  readonly find: ScanFind
  readonly site: Site
  readonly add: (find: ScanFind) => void
  readonly canAdd: boolean
}) => {
  const [best, ...others] = find.candidates
  const meterIds = metersOfFind(find, site)
  // One unit may hold several SunSpec meters, each of which is added by itself.
  const isAddable =
    addable(find).length > 0 &&
    (meterIds.length === 0 || meterIds.length < addable(find).filter(({ sunspec }) => sunspec !== null).length)
  const nameless =
    find.mbus !== null
      ? `M-Bus meter${find.mbus.manufacturer === null ? '' : ` by ${find.mbus.manufacturer}`}`
      : find.verdict === 'garbled'
        ? 'Something'
        : 'A device'
  return (
    <tr data-unit={find.unit} data-mbus={find.mbus?.id ?? undefined}>
      <th scope="row" title={best === undefined ? undefined : `${best.make} ${best.model}`}>
        {best === undefined ? nameless : shortName(best)}
        <div>
          <Mark kind={find.verdict === 'identified' ? 'normal' : find.verdict === 'ambiguous' ? 'info' : 'warning'}>
            {verdictText[find.verdict]}
          </Mark>
        </div>
      </th>
      <td>
        {find.where}
        <div className="dim">{placeText(find)}</div>
      </td>
      <td className="nowrap">
        {best === undefined ? <Dash why="No model fits what it answered" /> : confidenceText(best)}
      </td>
      <td className="wide">
        {best === undefined ? null : <div>{best.evidence.join(', ')}</div>}
        {best === undefined || best.against.length === 0 ? null : (
          <div className="warn">Against: {best.against.join('; ')}</div>
        )}
        {best?.hindrance == null ? null : <div className="warn">{best.hindrance}</div>}
        {find.notes.map((note) => (
          <div key={note} className="dim">
            {note}
          </div>
        ))}
        {best?.kind !== 'charger' ? null : (
          <details className="scan-others no-print">
            <summary>How to add it</summary>
            <p>
              Chargers are written into the site file by hand, since a charger that is steered needs its circuit, its
              limits and a fallback that a person answers for:
            </p>
            <pre className="scan-entry" tabIndex={0} aria-label="Entry for the site file">
              {chargerEntry(find, best)}
            </pre>
            <p className="dim">
              phases, priority and minimum are optional. Then open the site anew; what does not fit is told with its
              line.
            </p>
          </details>
        )}
        {others.length === 0 ? null : (
          <details className="scan-others">
            <summary>{others.length === 1 ? 'One alternative' : `${others.length} alternatives`}</summary>
            <ul className="lines">
              {others.map((candidate, index) => (
                <Candidate key={`${candidate.profileId} ${index}`} candidate={candidate} />
              ))}
            </ul>
          </details>
        )}
      </td>
      <td className="no-print">
        {meterIds.map((id) => (
          <div key={id}>
            <a href={routeTo('meters', id)}>in the site</a>
          </div>
        ))}
        {isAddable ? (
          <Button disabled={!canAdd} onClick={() => add(find)}>
            Add …<span className="sr-only"> {placeText(find)} to the site</span>
          </Button>
        ) : best?.kind === 'charger' && meterIds.length === 0 ? (
          <span className="dim">By hand: see “How to add it”</span>
        ) : null}
      </td>
    </tr>
  )
}

export const FindsTable = ({
  finds,
  site,
  add,
  canAdd,
}: {
  readonly finds: readonly ScanFind[]
  readonly site: Site
  readonly add: (find: ScanFind) => void
  readonly canAdd: boolean
}) => (
  <section className="panel" aria-label="Found devices">
    <h2>
      {finds.length === 0
        ? 'Nothing found yet'
        : finds.length === 1
          ? 'One device found'
          : `${finds.length} devices found`}
    </h2>
    {finds.length === 0 ? (
      <p className="dim">Whoever answers is listed here with what speaks for it.</p>
    ) : (
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Found devices, table">
        <table className="table scan-finds">
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">Where</th>
              <th scope="col">Confidence</th>
              <th scope="col">How it is known</th>
              <th scope="col" className="no-print">
                Add
              </th>
            </tr>
          </thead>
          <tbody>
            {finds.map((find) => (
              <Row key={find.id} find={find} site={site} add={add} canAdd={canAdd} />
            ))}
          </tbody>
        </table>
      </div>
    )}
  </section>
)
