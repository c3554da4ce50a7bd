import type { Incident } from '../../../shared/forensics/incident.ts'
import type { Decision } from '../../../shared/model/decision.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { Finding, Subject } from '../../../shared/model/finding.ts'
import type { SampledObservation } from '../../../shared/model/observation.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Journal } from '../journal.ts'
import type { Clock, Log, NewId, Stop } from '../ports.ts'
import type { Recorder } from '../record/recorder.ts'
import type { SiteRunner } from '../site/site-runner.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'
import type { Transfers } from '../transfer/file-offer.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { NoticedIncident } from '../waves/waves-part.ts'
import type { createForensics } from './forensics.ts'
import type { createIncidentBook } from './incident-book.ts'
import type { IncidentShelf } from './incident-shelf.ts'
import type { createPhotoReceiver } from './photo-receiver.ts'

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
    readonly sampled: { readonly listen: Listen<SampledObservation> }
  }
  /** Hears of every incident once, when it is noticed. */
  readonly onIncident?: (incident: NoticedIncident) => void
  readonly shelf: IncidentShelf
  readonly transfers: Transfers
  readonly receivers: Map<string, FileReceiver>
}

/** What the answers of this part stand on. */
export interface TripsDesk {
  readonly ports: TripsPartPorts
  readonly book: ReturnType<typeof createIncidentBook>
  readonly photos: ReturnType<typeof createPhotoReceiver>
  readonly forensics: ReturnType<typeof createForensics>
  /** Why forensics fail; null: they work. */
  readonly failure: () => string | null
}

export const incidentOf = ({ book }: TripsDesk, incidentId: string): Incident => {
  const incident = book.get(incidentId)
  if (incident === undefined) throw refusal('incident-gone', {})
  return incident
}

export const changeIncident = async (
  { book }: TripsDesk,
  incidentId: string,
  change: Parameters<TripsDesk['book']['change']>[1],
): Promise<Incident> => {
  const after = await book.change(incidentId, change)
  if (after === null) throw refusal('incident-gone', {})
  return after
}

export const subjectOfIncident = (siteId: string, { circuitId }: Pick<Incident, 'circuitId'>): Subject =>
  circuitId === null ? { kind: 'site', id: siteId } : { kind: 'circuit', id: circuitId }
