import { Button } from '@mantine/core'
import { useState } from 'react'
import { byCurrentWords } from '../../../shared/forensics/verdict.ts'
import { momentRoute } from '../../state/moment.ts'
import { useSite } from '../../state/live.ts'
import { useRead } from '../../state/read.ts'
import { routeTo } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { saveFile } from '../../ui/download.ts'
import { Mark } from '../../ui/mark.tsx'
import { Empty, Loading, Notice } from '../../ui/notice.tsx'
import { View } from '../../ui/view.tsx'
import { CauseList } from './cause-list.tsx'
import { IncidentCurve } from './incident-curve.tsx'
import { IncidentNotes } from './incident-notes.tsx'
import { IncidentTimeline } from './incident-timeline.tsx'
import { IncidentWaves } from './incident-waves.tsx'
import { kindMark, kindWords, stateWords, statusWords } from './trip-words.ts'

const back = <a href={routeTo('trips')}>See all incidents</a>

/** One incident: the verdict, its timeline, the causes with their reasons, what is alike, and what persons add. `version` asks anew. */
export const IncidentPage = ({ id, version }: { readonly id: string; readonly version: number }) => {
  const [again, setAgain] = useState(0)
  const read = useRead('trips.read', { incidentId: id }, version + again)
  const overview = useSite((state) => state.overview)
  const time = useTimeFormat()
  const [pdfProblem, setPdfProblem] = useState<string | null>(null)
  if (read.value === null)
    return (
      <View title="Incident">
        {read.step === 'failed' ? <Empty title={read.why}>{back}</Empty> : <Loading what="the incident" />}
      </View>
    )
  const { incident, similar } = read.value
  const history = momentRoute(
    overview,
    incident.circuitId === null ? null : { kind: 'circuit', id: incident.circuitId },
    incident.atMs,
  )
  const savePdf = async () => {
    try {
      const { incidentPdf } = await import('./incident-pdf.ts')
      saveFile(`incident-${incident.id}.pdf`, [await incidentPdf(incident, time)], 'application/pdf')
      setPdfProblem(null)
    } catch (error) {
      setPdfProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <View
      picture="incident"
      title={`${kindWords[incident.kind]}: ${incident.circuitName ?? incident.siteName}`}
      about={
        <>
          {time.dateTime(incident.atMs)} ({time.zone}) · record {stateWords[incident.state]} ·{' '}
          {statusWords[incident.status]}
        </>
      }
      actions={
        <>
          <a className="button-link" href={routeTo('trips')}>
            All incidents
          </a>
          {history === null ? null : (
            <a className="button-link" href={history}>
              In History
            </a>
          )}
          <Button variant="default" onClick={() => void savePdf()}>
            Save PDF
          </Button>
        </>
      }
      csv={{
        name: `incident-${incident.id}`,
        table: () => ({
          header: ['time_utc', ...incident.series.map(({ label, unit }) => `${label} (${unit})`)],
          rows: incident.times.map((at, index) => [
            new Date(at).toISOString(),
            ...incident.series.map(({ values }) => values[index] ?? null),
          ]),
        }),
      }}
    >
      <div className="incident">
        <section className="panel verdict" aria-label="Verdict">
          <Mark kind={kindMark[incident.kind]}>
            {incident.verdict.sureness === 'likely'
              ? 'Likely'
              : incident.verdict.sureness === 'perhaps'
                ? 'Perhaps'
                : 'Open'}
          </Mark>
          <p data-testid="verdict">
            <strong>{incident.verdict.sentence}</strong>
          </p>
          <p className="dim">Heat, by the currents that were read: {byCurrentWords[incident.verdict.byCurrent]}.</p>
          {incident.missing.map((missing) => (
            <p key={missing} className="warn">
              Missing: {missing}.
            </p>
          ))}
        </section>
        {pdfProblem === null ? null : (
          <Notice tone="alarm" live title="The PDF could not be made">
            {pdfProblem}
          </Notice>
        )}
        <div className="incident-columns">
          <div className="stack">
            <IncidentTimeline incident={incident} />
            {overview === null ? null : (
              <>
                <IncidentCurve incident={incident} site={overview.site} />
                <IncidentWaves incident={incident} site={overview.site} />
              </>
            )}
            <IncidentNotes
              key={`${incident.id} ${incident.status} ${String(incident.confirmedCause)}`}
              incident={incident}
              onChanged={() => setAgain((count) => count + 1)}
            />
          </div>
          <div className="stack">
            <CauseList incident={incident} />
            <section className="panel" aria-label="Similar incidents">
              <h2>Similar incidents</h2>
              {similar.length === 0 ? (
                <p className="dim">None is kept that shares its place or its likeliest cause.</p>
              ) : null}
              <ul className="plain">
                {similar.map(({ incident: other, alike }) => (
                  <li key={other.id}>
                    <a href={routeTo('trips', other.id)}>{time.dateTime(other.atMs)}</a> {other.circuitName ?? ''}:{' '}
                    {alike}
                  </li>
                ))}
              </ul>
            </section>
          </div>
        </div>
      </div>
    </View>
  )
}
