import { summaryOf, type Incident, type IncidentSummary } from '../../../shared/forensics/incident.ts'
import { createFanOut } from '../fan-out.ts'
import type { Log, Stop } from '../ports.ts'
import type { IncidentShelf } from './incident-shelf.ts'

/** What persons add, which a new judging leaves as it is. */
type ByPersons = Pick<Incident, 'status' | 'confirmedCause' | 'notes' | 'photos'>

export interface IncidentBook {
  readonly load: (nowMs: number) => Promise<void>
  /** From the forensics: kept at once, with what persons added. */
  readonly judged: (incident: Incident) => void
  /** Answers when it is kept. */
  readonly change: (id: string, change: (incident: Incident) => Partial<ByPersons>) => Promise<Incident | null>
  readonly get: (id: string) => Incident | undefined
  /** Without those that turned out to be part of another. */
  readonly all: () => readonly Incident[]
  readonly summaries: () => readonly IncidentSummary[]
  readonly problem: () => string | null
  readonly listen: (listener: () => void) => Stop
}

const cutWords = (incident: Incident): string =>
  `the program ended ${String(Math.round((incident.updatedAtMs - incident.atMs) / 1000))} s after it: what came later is not there`

/** All incidents of the site, those of earlier runs too. An incident that was open when a program ended stays as it was, and says so. */
export const createIncidentBook = (shelf: IncidentShelf, log: Log): IncidentBook => {
  const book = new Map<string, Incident>()
  const changes = createFanOut<null>('the list of incidents', log)
  let problem: string | null = null

  const keep = async (incident: Incident): Promise<void> => {
    try {
      await shelf.keep(incident)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      problem = `Incidents are not kept on the disk: ${why}`
      log.error('an incident could not be kept', { id: incident.id, error: why })
      throw error
    }
  }
  const put = (incident: Incident): Promise<void> => {
    book.set(incident.id, incident)
    changes.tell(null)
    return keep(incident)
  }

  const whole = (): Incident[] => [...book.values()].filter(({ partOf }) => partOf === undefined)

  return {
    load: async () => {
      const read = await shelf.list()
      problem = read.problem
      for (const incident of read.incidents) {
        if (book.has(incident.id)) continue
        if (incident.state !== 'open') {
          book.set(incident.id, incident)
          continue
        }
        const cut: Incident = { ...incident, state: 'cut', missing: [...incident.missing, cutWords(incident)] }
        book.set(cut.id, cut)
        // It can't be written where another program keeps them; it is shown all the same.
        await shelf.keep(cut).catch(() => undefined)
      }
      changes.tell(null)
    },
    judged: (incident) => {
      const before = book.get(incident.id)
      const merged =
        before === undefined
          ? incident
          : {
              ...incident,
              status: before.status,
              confirmedCause: before.confirmedCause,
              notes: before.notes,
              photos: before.photos,
            }
      put(merged).catch(() => undefined)
    },
    change: async (id, change) => {
      const before = book.get(id)
      if (before === undefined) return null
      const after: Incident = { ...before, ...change(before) }
      await keep(after)
      book.set(id, { ...(book.get(id) ?? after), ...change(before) })
      changes.tell(null)
      return after
    },
    get: (id) => book.get(id),
    all: () => whole(),
    summaries: () =>
      whole()
        .sort((a, b) => b.atMs - a.atMs)
        .map((incident) => summaryOf(incident)),
    problem: () => problem,
    listen: changes.listen,
  }
}
