import type { IncidentShelf } from '../core/forensics/incident-shelf.ts'
import type { Recorder } from '../core/record/recorder.ts'
import { textRows, type LazyFile } from '../core/report/lazy-file.ts'
import { readPages } from '../core/report/read-pages.ts'
import {
  incidentsFileName,
  mostQuality,
  photoName,
  qualityFileName,
  qualityLine,
  type ViewWish,
} from '../core/report/views/view-files.ts'
import { redactPatterns } from '../../shared/site/redact.ts'

/** Incidents, their photos and power quality as they lie on the disk: what views need of them without the running program. */
export async function* storedViews(
  { shelf, recorder }: { readonly shelf: IncidentShelf; readonly recorder: Pick<Recorder, 'quality'> },
  { range, archive, remarks, isAnonymous }: ViewWish,
): AsyncGenerator<LazyFile, void> {
  const { incidents, problem } = await shelf.list()
  if (problem !== null) remarks.push(problem)
  const isInside = (atMs: number): boolean => atMs >= range.fromMs && atMs < range.toMs
  const inside = incidents.filter(({ atMs, partOf }) => partOf === undefined && isInside(atMs))
  yield textRows(incidentsFileName, archive, [], inside, (one) => redactPatterns(JSON.stringify(one)).text)
  const photos = inside.flatMap(({ id, photos: all }) => all.map((photo) => [id, photo.id] as const))
  if (isAnonymous && photos.length > 0) remarks.push('photos of incidents are left out: they show more than names')
  for (const [incidentId, photoId] of isAnonymous ? [] : photos) {
    const bytes = await shelf.photo(incidentId, photoId)
    if (bytes === null) remarks.push(`a photo of the incident ${incidentId} could not be read`)
    else yield { name: photoName(incidentId, photoId), isStored: true, content: () => [bytes] }
  }
  try {
    const records = await readPages(recorder.quality, range, mostQuality)
    yield textRows(qualityFileName, archive, [], records, qualityLine)
  } catch (error) {
    remarks.push(`power quality could not be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}
