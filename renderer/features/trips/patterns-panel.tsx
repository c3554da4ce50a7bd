import { useRead } from '../../state/read.ts'
import { Loading, Notice } from '../../ui/notice.tsx'

const HourBars = ({
  hours,
}: {
  readonly hours: readonly { readonly hour: number; readonly incidents: number; readonly nearMisses: number }[]
}) => {
  const most = Math.max(1, ...hours.map(({ incidents, nearMisses }) => incidents + nearMisses))
  return (
    <div
      className="hours"
      role="img"
      aria-label={`By hour of the day: ${
        hours
          .filter(({ incidents, nearMisses }) => incidents + nearMisses > 0)
          .map(
            ({ hour, incidents, nearMisses }) =>
              `${String(hour)}:00 ${String(incidents)} incidents and ${String(nearMisses)} near misses`,
          )
          .join('; ') || 'nothing'
      }`}
    >
      {hours.map(({ hour, incidents, nearMisses }) => (
        <div key={hour} className="hour">
          <div className="bar near" style={{ height: `${String((60 * nearMisses) / most)}px` }} />
          <div className="bar" style={{ height: `${String((60 * incidents) / most)}px` }} />
          <span className="dim">{hour % 3 === 0 ? hour : ''}</span>
        </div>
      ))}
    </div>
  )
}

/** All incidents and near misses laid over one another, with what chance would give. `version` asks anew. */
export const PatternsPanel = ({ version }: { readonly version: number }) => {
  const read = useRead('trips.patterns', {}, version)
  if (read.value === null)
    return read.step === 'failed' ? (
      <Notice tone="alarm" title="The patterns could not be read">
        {read.why}
      </Notice>
    ) : (
      <Loading what="the patterns" />
    )
  const patterns = read.value
  return (
    <section className="panel stack" aria-label="Patterns">
      <h2>
        Patterns of {patterns.incidents} incidents and {patterns.nearMisses} near misses
      </h2>
      <p className="dim">
        A near miss is a thermal margin above 90 % that did not lead to an incident within half an hour; the last 90
        days are looked through.
      </p>
      {patterns.warning === null ? null : (
        <Notice tone="normal" title="Few events">
          {patterns.warning}
        </Notice>
      )}
      <h3>By hour of the day</h3>
      <HourBars hours={patterns.hours} />
      <div className="table-scroll" role="region" aria-label="What they have in common" tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">What they have in common</th>
              <th scope="col">Most often</th>
              <th scope="col">How often, against chance</th>
              <th scope="col">Base rate</th>
            </tr>
          </thead>
          <tbody>
            {patterns.rows.map((row) => (
              <tr key={row.question}>
                <th scope="row">{row.question}</th>
                <td>{row.value}</td>
                <td>{row.says}</td>
                <td className="dim">{row.basis}</td>
              </tr>
            ))}
            {patterns.rows.length === 0 ? (
              <tr>
                <td colSpan={4}>Nothing to compare yet.</td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
      {patterns.suggestions.length === 0 ? null : (
        <>
          <h3>Worth trying</h3>
          <ul>
            {patterns.suggestions.map((suggestion) => (
              <li key={suggestion}>{suggestion}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
