import type { Handlers } from '../../../../shared/api/define.ts'
import type { tripsContract } from '../../../../shared/api/trips-contract.ts'
import { summaryOf, type Incident } from '../../../../shared/forensics/incident.ts'
import { patternsOf } from '../../../../shared/forensics/patterns.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { refusal } from '../../../../shared/said/refusal.ts'
import { createFanOut } from '../../fan-out.ts'
import { patternMarks } from '../../forensics/pattern-marks.ts'
import { similarTo } from '../../forensics/similar.ts'
import type { Log } from '../../ports.ts'
import type { Recorder } from '../../record/recorder.ts'
import { answerTo } from '../../report/views/kept-answers.ts'
import type { Transfers } from '../../transfer/file-offer.ts'
import type { KeptViews } from './kept-views.ts'

type Answered = Pick<Handlers<typeof tripsContract>, 'trips.list' | 'trips.read' | 'trips.patterns' | 'trips.photo'>
const mostEvents = 5000

/** Incidents of a recording: those that lie in the file, or those that its record was judged to hold. */
export const createTripsView = (parts: {
  readonly site: Site
  readonly recorder: Pick<Recorder, 'events'>
  readonly kept: KeptViews
  readonly transfers: Transfers
  readonly log: Log
}) => {
  const { site, recorder, kept, transfers, log } = parts
  const changes = createFanOut<void>('the incidents of a recording', log)
  let incidents: readonly Incident[] = kept.incidents ?? []
  const found = (id: string): Incident => {
    const incident = incidents.find((each) => each.id === id)
    if (incident === undefined) throw refusal('incident-not-in-deck', {})
    return incident
  }
  const handlers: Answered = {
    'trips.list': (_input, push) => {
      const tell = (): void => {
        const newestFirst = incidents.toSorted((one, other) => other.atMs - one.atMs)
        push({ incidents: newestFirst.map((incident) => summaryOf(incident)), problem: null })
      }
      tell()
      return changes.listen(tell)
    },
    'trips.read': ({ incidentId }) => {
      const incident = found(incidentId)
      return { incident, similar: similarTo(incident, incidents) }
    },
    'trips.photo': async ({ incidentId, photoId }) => {
      const photo = found(incidentId).photos.find(({ id }) => id === photoId)
      const bytes = photo === undefined ? null : await kept.photo(incidentId, photoId)
      if (photo === undefined || bytes === null) throw refusal('photo-not-in-deck', {})
      const ticket = transfers.offer({
        fileName: photo.fileName,
        mediaType: photo.mediaType,
        content: async function* () {
          yield bytes
        },
      })
      return { ticket, fileName: photo.fileName }
    },
    'trips.patterns': async () => {
      const answer = answerTo(kept.answers, 'trips.patterns')
      if (answer !== undefined) return answer.output
      const events = await recorder.events({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }, mostEvents)
      return patternsOf({
        marks: patternMarks(site, incidents, events),
        circuits: site.circuits.length,
        chargers: site.chargers.length,
      })
    },
  }
  return {
    handlers,
    /** A file without a list gets what its record was judged to hold. */
    setJudged: (judged: readonly Incident[]): void => {
      if (kept.incidents !== null) return
      incidents = judged
      changes.tell()
    },
    all: () => incidents,
  }
}
