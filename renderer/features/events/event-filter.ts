import type { SiteEvent } from '../../../shared/model/event.ts'

export interface EventFilter {
  readonly kind: string
  readonly severity: string
  /** "meter feeder-1", as `subjectKey` makes it. */
  readonly subject: string
  readonly text: string
}
export const noFilter: EventFilter = { kind: '', severity: '', subject: '', text: '' }

export const subjectKey = (row: SiteEvent): string =>
  row.subject === null ? '' : `${row.subject.kind} ${row.subject.id}`

/** Rows that pass, newest first. An empty field lets all pass; severity is a lower bound. */
export const filterEvents = (rows: readonly SiteEvent[], filter: EventFilter): readonly SiteEvent[] => {
  const text = filter.text.trim().toLowerCase()
  const severities =
    {
      '': ['info', 'warning', 'critical'],
      info: ['info', 'warning', 'critical'],
      warning: ['warning', 'critical'],
      critical: ['critical'],
    }[filter.severity] ?? []
  return rows
    .filter(
      (row) =>
        (filter.kind === '' || row.kind === filter.kind) &&
        severities.includes(row.severity) &&
        (filter.subject === '' || subjectKey(row) === filter.subject) &&
        (text === '' || `${row.kind} ${row.message} ${subjectKey(row)}`.toLowerCase().includes(text)),
    )
    .sort((one, other) => other.atMs - one.atMs)
}
