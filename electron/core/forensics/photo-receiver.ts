import { photoKind } from '../../../shared/forensics/photo-kind.ts'
import type { IncidentPhoto } from '../../../shared/forensics/incident.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'

/** A camera's photo has 2 to 12 MB. Editable assumption. */
const largestBytes = 16 * 1024 * 1024
/** Photos that came and were not attached; the oldest is forgotten. */
const mostWaiting = 4

export interface SentPhoto extends Pick<IncidentPhoto, 'fileName' | 'mediaType' | 'sha256'> {
  readonly bytes: Uint8Array
}

/** Takes photos of persons; one that isn't one is refused when its last byte came. */
export const createPhotoReceiver = () => {
  const waiting = new Map<string, SentPhoto>()
  const receiver: FileReceiver = {
    largestBytes,
    begin: ({ transferId, fileName, size }) => {
      const bytes = new Uint8Array(size)
      let at = 0
      return Promise.resolve({
        write: (piece) => {
          bytes.set(piece, at)
          at += piece.length
          return Promise.resolve()
        },
        end: ({ sha256 }) => {
          const kind = photoKind(bytes)
          if (!kind.ok) return Promise.reject(refusal('not-a-photo', { fileName, why: kind.why }))
          waiting.set(transferId, { fileName, mediaType: kind.mediaType, sha256, bytes })
          const [oldest] = waiting.keys()
          if (waiting.size > mostWaiting && oldest !== undefined) waiting.delete(oldest)
          return Promise.resolve(`${fileName} is here`)
        },
        abort: () => Promise.resolve(),
      })
    },
  }
  return {
    receiver,
    take: (transferId: string): SentPhoto | null => {
      const photo = waiting.get(transferId) ?? null
      waiting.delete(transferId)
      return photo
    },
  }
}
