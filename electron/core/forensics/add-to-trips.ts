import type { tripsContract } from '../../../shared/api/trips-contract.ts'
import { summaryOf } from '../../../shared/forensics/incident.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Part } from '../part.ts'
import { changeIncident, incidentOf, subjectOfIncident, type TripsDesk } from './trips-desk.ts'

/** A person's time lies at most this far back: the minutes that are kept. Editable assumption, ms. */
const longestAgoMs = 30 * 60_000
/** A clock of a person or a second computer may be ahead of ours by this, ms. */
const aheadMs = 60_000
const mostPhotos = 20

/** What persons add to incidents: what they saw, notes, causes that were confirmed, photos. Each is in the audit. */
export const addToTrips = (desk: TripsDesk) => {
  const { ports, book, photos, forensics } = desk
  const { site, clock, journal, audit, shelf } = ports
  return {
    'trips.report': async (input) => {
      const nowMs = clock.nowMs()
      if (input.atMs > nowMs + aheadMs) throw refusal('time-to-come', {})
      if (input.atMs < nowMs - longestAgoMs) throw refusal('trip-too-long-ago', {})
      if (input.circuitId !== null && !site.circuits.some(({ id }) => id === input.circuitId))
        throw refusal('no-circuit', { circuitId: input.circuitId })
      await ports.runner.intend('trip.report', input)
      const { who, note, atMs, circuitId } = input
      const incident = forensics.report({ who, note, atMs, circuitId, saidAtMs: nowMs })
      await audit({
        atMs: nowMs,
        who,
        action: 'trip-reported',
        subject: incident.id,
        detail: { note, atMs, circuitId },
      })
      journal.write('incident-said', 'warning', subjectOfIncident(site.id, incident), {
        incidentId: incident.id,
        who,
        note,
      })
      return summaryOf(book.get(incident.id) ?? incident)
    },
    'trips.note': async ({ incidentId, who, text }) => {
      const atMs = clock.nowMs()
      const incident = await changeIncident(desk, incidentId, ({ notes }) => ({
        notes: [...notes, { atMs, who, text }],
      }))
      await audit({ atMs, who, action: 'incident-noted', subject: incidentId, detail: { text } })
      journal.write('incident-noted', 'info', subjectOfIncident(site.id, incident), { incidentId, who, text })
      return summaryOf(incident)
    },
    'trips.setStatus': async ({ incidentId, who, status, confirmedCause, note }) => {
      const atMs = clock.nowMs()
      const incident = await changeIncident(desk, incidentId, ({ notes }) => ({
        status,
        confirmedCause,
        notes: note === '' ? notes : [...notes, { atMs, who, text: note }],
      }))
      await audit({
        atMs,
        who,
        action: 'incident-status',
        subject: incidentId,
        detail: { status, confirmedCause, note },
      })
      journal.write('incident-status', 'info', subjectOfIncident(site.id, incident), {
        incidentId,
        who,
        status,
        confirmedCause,
      })
      return summaryOf(incident)
    },
    'trips.attachPhoto': async ({ incidentId, transferId, who }) => {
      const before = incidentOf(desk, incidentId)
      if (before.photos.length >= mostPhotos) throw refusal('photos-full', { holder: 'an incident', most: mostPhotos })
      const sent = photos.take(transferId)
      if (sent === null) throw refusal('photo-not-here', {})
      const atMs = clock.nowMs()
      const id = ports.newId()
      await shelf.keepPhoto(incidentId, id, sent.bytes)
      const { bytes, ...facts } = sent
      const incident = await changeIncident(desk, incidentId, (one) => ({
        photos: [...one.photos, { ...facts, id, bytes: bytes.length, atMs }],
      }))
      await audit({
        atMs,
        who,
        action: 'incident-photo',
        subject: incidentId,
        detail: { fileName: sent.fileName, sha256: sent.sha256 },
      })
      return summaryOf(incident)
    },
  } satisfies Partial<Part<typeof tripsContract>['handlers']>
}
