import type { Incident } from '../../../shared/forensics/incident.ts'

/** Where incidents are kept: one file each, so that one that is damaged costs no other. Implemented by io. */
export interface IncidentShelf {
  /** All that can be read, oldest first, and what is wrong with the rest. */
  list(): Promise<{ readonly incidents: readonly Incident[]; readonly problem: string | null }>
  /** Resolves when it would survive a loss of power; rejects where it can't be kept. */
  keep(incident: Incident): Promise<void>
  keepPhoto(incidentId: string, photoId: string, bytes: Uint8Array): Promise<void>
  photo(incidentId: string, photoId: string): Promise<Uint8Array | null>
}

/** Keeps them for as long as the program runs, as in a test. */
export const forgetfulIncidents = (): IncidentShelf => {
  const kept = new Map<string, Incident>()
  const photos = new Map<string, Uint8Array>()
  return {
    list: () => Promise.resolve({ incidents: [...kept.values()], problem: null }),
    keep: (incident) => {
      kept.set(incident.id, incident)
      return Promise.resolve()
    },
    keepPhoto: (incidentId, photoId, bytes) => {
      photos.set(`${incidentId}/${photoId}`, bytes)
      return Promise.resolve()
    },
    photo: (incidentId, photoId) => Promise.resolve(photos.get(`${incidentId}/${photoId}`) ?? null),
  }
}
