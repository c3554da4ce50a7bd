import { Button } from '@mantine/core'
import type { ScanCandidate, ScanFind } from '../../../shared/api/scan-contract.ts'
import type { Site } from '../../../shared/site/site.ts'
import { Mark } from '../../ui/mark.tsx'
import { routeTo } from '../../state/route.ts'
import { addable } from './add-form.ts'

export const verdictText: Readonly<Record<ScanFind['verdict'], string>> = {
  identified: 'identified', ambiguous: 'several answer alike', unknown: 'not known', garbled: 'broken replies',
}
export const confidenceText = (candidate: ScanCandidate): string => `${candidate.word}, ${Math.round(candidate.confidence * 100)} %`

/** The meter of the site that a find has become. */
export const meterOfFind = (find: ScanFind, site: Site): string | null => {
  const isThere = (lineId: string): boolean => {
    if (find.lineId !== null) return lineId === find.lineId
    const [line, found] = [site.lines.find(({ id }) => id === lineId), find.line]
    if (line === undefined || found === null) return false
    if ('path' in line) return 'path' in found && line.path === found.path
    return 'host' in found && line.host === found.host && line.port === found.port
  }
  return site.meters.find((meter) => meter.unit === find.unit && isThere(meter.line))?.id ?? null
}

/** A profile often serves a family; a table has room for its first name. */
const shortName = ({ make, model }: ScanCandidate): string => {
  const [first = '', ...more] = model.split(', ')
  return `${make} ${first}${more.length === 0 ? '' : ' and similar'}`
}

const Candidate = ({ candidate }: { readonly candidate: ScanCandidate }) => (
  <li>
    <strong>{candidate.make} {candidate.model}</strong> <span className="dim">{confidenceText(candidate)}{candidate.kind === 'charger' ? ', a charger' : ''}</span>
    <div>{candidate.evidence.join(', ')}</div>
    {candidate.against.length === 0 ? null : <div className="warn">Against: {candidate.against.join('; ')}</div>}
    {candidate.hindrance === null ? null : <div className="warn">{candidate.hindrance}</div>}
  </li>
)

const Row = ({ find, site, add, canAdd }: { readonly find: ScanFind; readonly site: Site; readonly add: (find: ScanFind) => void; readonly canAdd: boolean }) => {
  const [best, ...others] = find.candidates
  const meterId = meterOfFind(find, site)
  return (
    <tr data-unit={find.unit}>
      <th scope="row" title={best === undefined ? undefined : `${best.make} ${best.model}`}>{best === undefined ? (find.verdict === 'garbled' ? 'Something' : 'A device') : shortName(best)}
        <div><Mark kind={find.verdict === 'identified' ? 'normal' : find.verdict === 'ambiguous' ? 'info' : 'warning'}>{verdictText[find.verdict]}</Mark></div></th>
      <td>{find.where}<div className="dim">unit {find.unit}</div></td>
      <td className="nowrap">{best === undefined ? '–' : confidenceText(best)}</td>
      <td className="wide">
        {best === undefined ? null : <div>{best.evidence.join(', ')}</div>}
        {best === undefined || best.against.length === 0 ? null : <div className="warn">Against: {best.against.join('; ')}</div>}
        {best?.hindrance == null ? null : <div className="warn">{best.hindrance}</div>}
        {find.notes.map((note) => <div key={note} className="dim">{note}</div>)}
        {others.length === 0 ? null : (
          <details className="scan-others"><summary>{others.length === 1 ? 'One alternative' : `${others.length} alternatives`}</summary>
            <ul className="lines">{others.map((candidate) => <Candidate key={candidate.profileId} candidate={candidate} />)}</ul></details>
        )}
      </td>
      <td className="no-print">
        {meterId !== null ? <a href={routeTo('meters', meterId)}>in the site</a>
          : addable(find).length > 0 ? <Button disabled={!canAdd} onClick={() => add(find)}>Add …<span className="sr-only"> unit {find.unit} to the site</span></Button>
            : best?.kind === 'charger' ? <span className="dim">Chargers are added in the site file</span> : null}
      </td>
    </tr>
  )
}

export const FindsTable = ({ finds, site, add, canAdd }: { readonly finds: readonly ScanFind[]; readonly site: Site; readonly add: (find: ScanFind) => void; readonly canAdd: boolean }) => (
  <section className="panel" aria-label="Found devices">
    <h2>{finds.length === 0 ? 'Nothing found yet' : finds.length === 1 ? 'One device found' : `${finds.length} devices found`}</h2>
    {finds.length === 0 ? <p className="dim">Whoever answers is listed here with what speaks for it.</p> : (
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Found devices, table">
        <table className="table scan-finds">
          <thead><tr><th scope="col">Device</th><th scope="col">Where</th><th scope="col">Confidence</th><th scope="col">How it is known</th><th scope="col" className="no-print"><span className="sr-only">Add</span></th></tr></thead>
          <tbody>{finds.map((find) => <Row key={find.id} find={find} site={site} add={add} canAdd={canAdd} />)}</tbody>
        </table>
      </div>
    )}
  </section>
)
