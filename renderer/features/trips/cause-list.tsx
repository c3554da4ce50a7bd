import type { Incident } from '../../../shared/forensics/incident.ts'
import { percentText } from './trip-words.ts'

type Cause = Incident['ranked'][number]

const Reasons = ({ title, reasons }: { readonly title: string; readonly reasons: Cause['evidenceFor'] }) =>
  reasons.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <ul>
        {reasons.map(({ sign, says, weight }) => (
          <li key={sign}>
            {says}{' '}
            <span className="dim nowrap">
              ({weight > 0 ? '+' : '−'}
              {Math.abs(weight).toFixed(1)})
            </span>
          </li>
        ))}
      </ul>
    </>
  )
const Lines = ({ title, lines }: { readonly title: string; readonly lines: readonly string[] }) =>
  lines.length === 0 ? null : (
    <>
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  )

/** Every cause with what speaks for and against it; the likeliest is open. */
export const CauseList = ({ incident }: { readonly incident: Incident }) => (
  <section className="panel" aria-label="Causes">
    <h2>Causes, likeliest first</h2>
    {incident.ranked.map((cause, index) => (
      <details key={cause.cause} open={index === 0} className="cause">
        <summary>
          <span className="cause-share">{percentText(cause.probability)}</span>
          <meter min={0} max={1} value={cause.probability} aria-label={`${cause.name}: probability`} /> {cause.name}
        </summary>
        <div className="cause-body">
          <Reasons title="For it" reasons={cause.evidenceFor} />
          <Reasons title="Against it" reasons={cause.evidenceAgainst} />
          <Lines title="Missing to decide" lines={cause.missing} />
          <Lines title="Check next, on site" lines={cause.checkNext} />
        </div>
      </details>
    ))}
    <p className="dim">
      The number behind a reason is the logarithm of how much likelier it makes the cause (0.7 twice, 2.3 ten times),
      from a table that is part of the program. The shares speak of these causes only.
    </p>
  </section>
)
