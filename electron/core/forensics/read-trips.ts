import type { tripsContract } from '../../../shared/api/trips-contract.ts'
import { readWeather, weatherSpan } from '../../../shared/forensics/weather.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Part } from '../part.ts'
import { similarTo } from './similar.ts'
import { sitePatterns } from './site-patterns.ts'
import { incidentOf, type TripsDesk } from './trips-desk.ts'

/** What is asked of incidents. */
export const readTrips = (desk: TripsDesk) => {
  const { ports, book } = desk
  const { clock, shelf } = ports
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
      const patterns = await sitePatterns({ ...ports, nowMs: clock.nowMs(), incidents: book.all() }, weather?.rows)
      return { ...patterns, weather: weather === null ? null : weatherSpan(weather.rows) }
    },
  } satisfies Partial<Part<typeof tripsContract>['handlers']>
}
