import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Incident, IncidentSummary } from '../../../shared/forensics/incident.ts'
import { byCurrentWords } from '../../../shared/forensics/verdict.ts'
import type { CsvTable } from '../../format/csv.ts'
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

const surenessWords = { likely: 'Likely', perhaps: 'Perhaps', open: 'Open' } as const

const Verdict = ({ incident: { kind, verdict, missing } }: { readonly incident: Incident }) => (
  <section className="panel verdict" aria-label="Verdict">
    <Mark kind={kindMark[kind]}>{surenessWords[verdict.sureness]}</Mark>
    <p data-testid="verdict">
      <strong>{verdict.sentence}</strong>
    </p>
    <p className="dim">Heat, by the currents that were read: {byCurrentWords[verdict.byCurrent]}.</p>
    {missing.map((each) => (
      <p key={each} className="warn">
        Missing: {each}.
      </p>
    ))}
  </section>
)

interface Similar {
  readonly incident: IncidentSummary
  readonly alike: string
}

const SimilarIncidents = ({ similar }: { readonly similar: readonly Similar[] }) => {
  const time = useTimeFormat()
  return (
    <section className="panel" aria-label="Similar incidents">
      <h2>Similar incidents</h2>
      {similar.length === 0 ? <p className="dim">None is kept that shares its place or its likeliest cause.</p> : null}
      <ul className="plain">
        {similar.map(({ incident: other, alike }) => (
          <li key={other.id}>
            <a href={routeTo('trips', other.id)}>{time.dateTime(other.atMs)}</a> {other.circuitName ?? ''}: {alike}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Every reading that is kept of it, a row a second. */
const readingsCsv = ({ times, series, seriesBasis }: Incident): CsvTable => ({
  header: ['known_as', 'time_utc', ...series.map(({ label, unit }) => `${label} (${unit})`)],
  rows: times.map((at, index) => [
    seriesBasis,
    new Date(at).toISOString(),
    ...series.map(({ values }) => values[index] ?? null),
  ]),
})

/** Saves it as a PDF; `problem`: why that could not be done. */
const useIncidentPdf = () => {
  const time = useTimeFormat()
  const [problem, setProblem] = useState<string | null>(null)
  const save = async (incident: Incident): Promise<void> => {
    try {
      const { incidentPdf } = await import('./incident-pdf.ts')
      saveFile(`incident-${incident.id}.pdf`, [await incidentPdf(incident, time)], 'application/pdf')
      setProblem(null)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return { save, problem }
}

const Actions = ({ incident, savePdf }: { readonly incident: Incident; readonly savePdf: () => void }) => {
  const overview = useSite((state) => state.overview)
  const { circuitId, atMs } = incident
  const history = momentRoute(overview, circuitId === null ? null : { kind: 'circuit', id: circuitId }, atMs)
  return (
    <>
      <a className="button-link" href={routeTo('trips')}>
        All incidents
      </a>
      {history === null ? null : (
        <a className="button-link" href={history}>
          In History
        </a>
      )}
      <Button variant="default" onClick={savePdf}>
        Save PDF
      </Button>
    </>
  )
}

const Columns = ({
  incident,
  similar,
  onChanged,
}: {
  readonly incident: Incident
  readonly similar: readonly Similar[]
  readonly onChanged: () => void
}) => {
  const overview = useSite((state) => state.overview)
  return (
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
          onChanged={onChanged}
        />
      </div>
      <div className="stack">
        <CauseList incident={incident} />
        <SimilarIncidents similar={similar} />
      </div>
    </div>
  )
}

/** One incident: the verdict, its timeline, the causes with their reasons, what is alike, and what persons add. `version` asks anew. */
export const IncidentPage = ({ id, version }: { readonly id: string; readonly version: number }) => {
  const [again, setAgain] = useState(0)
  const read = useRead('trips.read', { incidentId: id }, version + again)
  const time = useTimeFormat()
  const pdf = useIncidentPdf()
  if (read.value === null)
    return (
      <View title="Incident">
        {read.step === 'failed' ? <Empty title={read.why}>{back}</Empty> : <Loading what="the incident" />}
      </View>
    )
  const { incident, similar } = read.value
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
      actions={<Actions incident={incident} savePdf={() => void pdf.save(incident)} />}
      csv={{ name: `incident-${incident.id}`, table: () => readingsCsv(incident) }}
    >
      <div className="incident">
        <Verdict incident={incident} />
        {pdf.problem === null ? null : (
          <Notice tone="alarm" live title="The PDF could not be made">
            {pdf.problem}
          </Notice>
        )}
        <Columns incident={incident} similar={similar} onChanged={() => setAgain((count) => count + 1)} />
      </div>
    </View>
  )
}
