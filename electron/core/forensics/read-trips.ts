import type { tripsContract } from '../../../shared/api/trips-contract.ts'
import type { IncidentEvidence } from '../../../shared/forensics/evidence.ts'
import { patternsOf } from '../../../shared/forensics/patterns.ts'
import { readWeather, weatherSpan } from '../../../shared/forensics/weather.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Part } from '../part.ts'
import { patternMarks } from './pattern-marks.ts'
import { similarTo } from './similar.ts'
import { incidentOf, type TripsDesk } from './trips-desk.ts'

/** Near misses are counted over this, ms, and at most so many events are looked through. */
const patternMs = 90 * 86_400_000
const mostEvents = 5000

/** What is asked of incidents. */
export const readTrips = (desk: TripsDesk) => {
  const { ports, book } = desk
  const { site, clock, shelf } = ports
  return {
    'trips.list': (_input, push) => {
      const tell = (): void => push({ incidents: [...book.summaries()], problem: book.problem() ?? desk.failure() })
      tell()
      return book.listen(tell)
    },
    'trips.read': ({ incidentId }) => {
      const incident = incidentOf(desk, incidentId)
      return { incident, similar: similarTo(incident, book.all()) }
    },
    'trips.photo': async ({ incidentId, photoId }) => {
      const photo = book.get(incidentId)?.photos.find(({ id }) => id === photoId)
      const bytes = photo === undefined ? null : await shelf.photo(incidentId, photoId)
      if (photo === undefined || bytes === null) throw refusal('photo-gone', {})
      const ticket = ports.transfers.offer({
        fileName: photo.fileName,
        mediaType: photo.mediaType,
        content: async function* () {
          yield bytes
        },
      })
      return { ticket, fileName: photo.fileName }
    },
    'trips.patterns': async ({ weather: text }) => {
      const weather = text === undefined ? null : readWeather(text)
      if (weather?.ok === false) throw refusal('weather-unsound', { problem: weather.message })
      const nowMs = clock.nowMs()
      const events = await ports.recorder.events({ fromMs: nowMs - patternMs, toMs: nowMs }, mostEvents)
      const incidents = book.all()
      const patterns = patternsOf({
        marks: patternMarks(site, incidents, events),
        circuits: site.circuits.length,
        chargers: site.chargers.length,
        incidents: incidents.map(({ atMs, circuitId, evidence, changes }) => ({
          atMs,
          circuitId,
          evidence: evidence as Partial<IncidentEvidence>,
          changes,
        })),
        ...(weather === null ? {} : { weather: weather.rows }),
      })
      return { ...patterns, weather: weather === null ? null : weatherSpan(weather.rows) }
    },
  } satisfies Partial<Part<typeof tripsContract>['handlers']>
}
