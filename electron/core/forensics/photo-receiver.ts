import { photoKind } from '../../../shared/forensics/photo-kind.ts'
import type { IncidentPhoto } from '../../../shared/forensics/incident.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import { createMemoryReceiver, type SentFile } from '../transfer/memory-receiver.ts'

/** A camera's photo has 2 to 12 MB. Editable assumption. */
const largestBytes = 16 * 1024 * 1024
/** Photos that came and were not attached. */
const mostWaiting = 4

export type SentPhoto = SentFile & Pick<IncidentPhoto, 'mediaType'>

const judge = (file: SentFile): SentPhoto => {
  const kind = photoKind(file.bytes)
  if (!kind.ok) throw refusal('not-a-photo', { fileName: file.fileName, why: kind.why })
  return { ...file, mediaType: kind.mediaType }
}

/** Takes photos of persons; one that isn't one is refused when its last byte came. */
export const createPhotoReceiver = () => createMemoryReceiver({ largestBytes, mostWaiting, judge })
