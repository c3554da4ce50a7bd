import { Refusal } from '../../../shared/api/define.ts'
import { photoPurpose, type tripsContract } from '../../../shared/api/trips-contract.ts'
import { summaryOf, type Incident } from '../../../shared/forensics/incident.ts'
import type { IncidentEvidence } from '../../../shared/forensics/evidence.ts'
import { patternsOf } from '../../../shared/forensics/patterns.ts'
import { readWeather, weatherSpan } from '../../../shared/forensics/weather.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { Finding } from '../../../shared/model/finding.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Journal } from '../journal.ts'
import type { Part } from '../part.ts'
import type { Clock, Log, NewId, Recorder, Stop } from '../ports.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'
import type { Transfers } from '../transfer/file-offer.ts'
import { createForensics } from './forensics.ts'
import { createIncidentBook } from './incident-book.ts'
import type { WaveTold } from '../waves/wave-told.ts'
import type { IncidentShelf } from './incident-shelf.ts'
import { patternMarks } from './pattern-marks.ts'
import { createPhotoReceiver } from './photo-receiver.ts'
import { sampledCurrent } from './sampled-currents.ts'
import { similarTo } from './similar.ts'

type Listen<T> = (listener: (value: T) => void) => Stop

export interface TripsPartPorts {
  readonly site: Site
  readonly clock: Clock
  readonly log: Log
  readonly newId: NewId
  readonly journal: Pick<Journal, 'write'>
  readonly recorder: Pick<Recorder, 'events'>
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<AuditRow>
  readonly runner: Pick<SiteRunner, 'intend'>
  readonly told: {
    readonly images: { readonly listen: Listen<Image> }
    readonly findings: { readonly listen: Listen<Finding> }
    readonly decisions: { readonly listen: Listen<Decision> }
  }
  /** What is said of samples; missing: nothing samples here. */
  readonly waves?: Pick<WaveTold, 'listen'>
  readonly shelf: IncidentShelf
  readonly transfers: Transfers
  readonly receivers: Map<string, FileReceiver>
}

/** A person's time lies at most this far back: the minutes that are kept. Editable assumption, ms. */
const longestAgoMs = 30 * 60_000
/** A clock of a person or a second computer may be ahead of ours by this, ms. */
const aheadMs = 60_000
/** Near misses are counted over this, ms, and at most so many events are looked through. */
const patternMs = 90 * 86_400_000
const mostEvents = 5000
const mostPhotos = 20
const gone = 'that incident is not kept any more; the list shows those that are'

/** Trips: what was noticed, frozen and ranked, and what persons add to it. */
export const createTripsPart = (ports: TripsPartPorts): Part<typeof tripsContract> => {
  const { site, clock, log, journal, audit, shelf } = ports
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
      const subject =
        incident.circuitId === null
          ? ({ kind: 'site', id: site.id } as const)
          : ({ kind: 'circuit', id: incident.circuitId } as const)
      const isTrip = incident.kind !== 'sight' && incident.kind !== 'said'
      journal.write('incident-opened', isTrip ? 'critical' : 'warning', subject, {
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

  const changed = async (id: string, change: Parameters<typeof book.change>[1]): Promise<Incident> => {
    const after = await book.change(id, change)
    if (after === null) throw new Refusal(gone)
    return after
  }
  const subjectOf = (incident: Incident) =>
    incident.circuitId === null
      ? ({ kind: 'site', id: site.id } as const)
      : ({ kind: 'circuit', id: incident.circuitId } as const)

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
      )
      if (ports.waves !== undefined)
        stops.push(
          ports.waves.listen(
            guarded((observation) => {
              const sampled = sampledCurrent(site, observation)
              if (sampled !== null) forensics.sampled(sampled)
            }),
          ),
        )
    },
    stop: () => {
      for (const stop of stops.splice(0)) stop()
      forensics.end('the program ended')
    },
    handlers: {
      'trips.list': (_input, push) => {
        const tell = (): void => push({ incidents: [...book.summaries()], problem: book.problem() ?? failure })
        tell()
        return book.listen(tell)
      },
      'trips.read': ({ incidentId }) => {
        const incident = book.get(incidentId)
        if (incident === undefined) throw new Refusal(gone)
        return { incident, similar: similarTo(incident, book.all()) }
      },
      'trips.report': async (input) => {
        const nowMs = clock.nowMs()
        if (input.atMs > nowMs + aheadMs) throw new Refusal('that time has not come yet: give the time you saw it')
        if (input.atMs < nowMs - longestAgoMs)
          throw new Refusal(
            'that is more than half an hour ago: only the last half hour is kept as fine as this needs; look at History and Events',
          )
        if (input.circuitId !== null && !site.circuits.some(({ id }) => id === input.circuitId))
          throw new Refusal(`there is no circuit '${input.circuitId}' on this site`)
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
        journal.write('incident-said', 'warning', subjectOf(incident), { incidentId: incident.id, who, note })
        return summaryOf(book.get(incident.id) ?? incident)
      },
      'trips.note': async ({ incidentId, who, text }) => {
        const atMs = clock.nowMs()
        const incident = await changed(incidentId, ({ notes }) => ({ notes: [...notes, { atMs, who, text }] }))
        await audit({ atMs, who, action: 'incident-noted', subject: incidentId, detail: { text } })
        journal.write('incident-noted', 'info', subjectOf(incident), { incidentId, who, text })
        return summaryOf(incident)
      },
      'trips.setStatus': async ({ incidentId, who, status, confirmedCause, note }) => {
        const atMs = clock.nowMs()
        const incident = await changed(incidentId, ({ notes }) => ({
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
        journal.write('incident-status', 'info', subjectOf(incident), { incidentId, who, status, confirmedCause })
        return summaryOf(incident)
      },
      'trips.attachPhoto': async ({ incidentId, transferId, who }) => {
        const before = book.get(incidentId)
        if (before === undefined) throw new Refusal(gone)
        if (before.photos.length >= mostPhotos) throw new Refusal(`an incident holds ${String(mostPhotos)} photos`)
        const sent = photos.take(transferId)
        if (sent === null) throw new Refusal('that photo is not here any more: send it anew')
        const atMs = clock.nowMs()
        const id = ports.newId()
        await shelf.keepPhoto(incidentId, id, sent.bytes)
        const { bytes, ...facts } = sent
        const incident = await changed(incidentId, (one) => ({
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
      'trips.photo': async ({ incidentId, photoId }) => {
        const photo = book.get(incidentId)?.photos.find(({ id }) => id === photoId)
        const bytes = photo === undefined ? null : await shelf.photo(incidentId, photoId)
        if (photo === undefined || bytes === null) throw new Refusal('that photo is not kept any more')
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
        if (weather?.ok === false) throw new Refusal(`the weather file: ${weather.message}`)
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
    },
  }
}
