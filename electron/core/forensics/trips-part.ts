import { photoPurpose, type tripsContract } from '../../../shared/api/trips-contract.ts'
import { kindWords } from '../../../shared/forensics/incident.ts'
import type { Part } from '../part.ts'
import type { Stop } from '../ports.ts'
import { addToTrips } from './add-to-trips.ts'
import { createForensics } from './forensics.ts'
import { createIncidentBook } from './incident-book.ts'
import { createPhotoReceiver } from './photo-receiver.ts'
import { readTrips } from './read-trips.ts'
import { subjectOfIncident, type TripsDesk, type TripsPartPorts } from './trips-desk.ts'

/** Trips: what was noticed, frozen and ranked, and what persons add to it. */
export const createTripsPart = (ports: TripsPartPorts): Part<typeof tripsContract> => {
  const { site, clock, log, journal, shelf } = ports
  const book = createIncidentBook(shelf, log)
  const photos = createPhotoReceiver()
  ports.receivers.set(photoPurpose, photos.receiver)
  const stops: Stop[] = []
  const seen = new Set<string>()

  const forensics = createForensics({
    site,
    earlier: book.all,
    onIncident: (incident) => {
      book.judged(incident)
      if (seen.has(incident.id)) return
      seen.add(incident.id)
      const { id: incidentId, atMs, circuitName, siteName, kind } = incident
      ports.onIncident?.({ incidentId, atMs, what: `${kindWords[kind]}: ${circuitName ?? siteName}` })
      const isTrip = incident.kind !== 'sight' && incident.kind !== 'said'
      journal.write('incident-opened', isTrip ? 'critical' : 'warning', subjectOfIncident(site.id, incident), {
        incidentId: incident.id,
        verdict: incident.verdict.sentence,
      })
    },
  })
  /** One that throws must not cost the site its images: it is said in the log, and the health of this part tells it. */
  let failure: string | null = null
  const guarded =
    <T>(task: (value: T) => void) =>
    (value: T): void => {
      try {
        task(value)
        failure = null
      } catch (error) {
        const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
        if (failure === null) log.error('the forensics failed', { error: why })
        failure = why
      }
    }

  const desk: TripsDesk = { ports, book, photos, forensics, failure: () => failure }

  return {
    name: 'the incidents',
    start: () => {
      book
        .load(clock.nowMs())
        .catch((error: unknown) => log.error('the kept incidents could not be read', { error: String(error) }))
      stops.push(
        ports.told.findings.listen(guarded(forensics.finding)),
        ports.told.decisions.listen(guarded(forensics.decision)),
        ports.told.images.listen(guarded(forensics.image)),
        ports.told.sampled.listen(guarded(forensics.sampled)),
      )
    },
    stop: () => {
      for (const stop of stops.splice(0)) stop()
      forensics.end('the program ended')
    },
    handlers: { ...readTrips(desk), ...addToTrips(desk) },
  }
}
