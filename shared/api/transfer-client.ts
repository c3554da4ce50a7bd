import type { Client } from './define.ts'
import { pieceBytes, type InnerFile, type transferContract } from './transfer-contract.ts'
import { refusal } from '../said/refusal.ts'

type TransferClient = Pick<Client<typeof transferContract>, 'call' | 'pull'>

/** How far a transfer is: bytes so far, what is being done, and how much of the whole, 0 to 1; null: unknown. */
export interface TransferProgress {
  readonly bytes: number
  readonly text: string
  readonly share: number | null
}

export interface Fetched {
  readonly fileName: string
  readonly mediaType: string
  readonly size: number
  /** As the sender says. */
  readonly sha256: string
  readonly files: readonly InnerFile[]
}

export interface FetchOptions {
  readonly ticket: string
  /** Takes the bytes in order; the next ones come when its promise is settled. */
  readonly write: (bytes: Uint8Array) => Promise<void> | void
  readonly onProgress: (progress: TransferProgress) => void
  readonly isCancelled: () => boolean
}

/** Fetches a file piece by piece. Null: it was cancelled, and the sender made no more of it. Rejects where it was refused or did not come whole. */
export const fetchFile = async (client: TransferClient, options: FetchOptions): Promise<Fetched | null> => {
  const { ticket, write, onProgress, isCancelled } = options
  let begun = { fileName: '', mediaType: '' }
  let bytes = 0
  for await (const piece of client.pull('transfer.fetch', { ticket })) {
    if (isCancelled()) return null
    switch (piece.kind) {
      case 'begin':
        begun = { fileName: piece.fileName, mediaType: piece.mediaType }
        break
      case 'bytes':
        if (piece.at !== bytes)
          throw new Error(`the file did not arrive whole: ${bytes} bytes came, then those from ${piece.at}`)
        await write(piece.bytes)
        bytes += piece.bytes.length
        onProgress({ bytes, text: piece.text, share: piece.share })
        break
      case 'progress':
        onProgress({ bytes, text: piece.text, share: piece.share })
        break
      case 'end':
        if (piece.size !== bytes) throw new Error(`the file did not arrive whole: ${bytes} of ${piece.size} bytes`)
        return { ...begun, size: piece.size, sha256: piece.sha256, files: piece.files }
    }
  }
  throw new Error('the file ended before it was whole')
}

export interface SendOptions {
  readonly transferId: string
  readonly purpose: string
  readonly fileName: string
  readonly size: number
  /** Reads so many bytes from there on. */
  readonly read: (at: number, length: number) => Promise<Uint8Array>
  readonly onProgress: (progress: TransferProgress) => void
  readonly isCancelled: () => boolean
}

/** Sends a file piece by piece. Null: it was cancelled, and the receiver threw away what came. `text`: what became of it. */
export const sendFile = async (
  client: TransferClient,
  options: SendOptions,
): Promise<{ readonly text: string; readonly sha256: string } | null> => {
  const { transferId, purpose, fileName, size, read, onProgress, isCancelled } = options
  const sendAll = async (): Promise<boolean> => {
    let at = 0
    while (at < size) {
      const bytes = await read(at, Math.min(pieceBytes, size - at))
      if (isCancelled()) return false
      if (bytes.length === 0) throw refusal('file-ended-early', { fileName, bytes: at })
      at = (await client.call('transfer.send', { transferId, at, bytes })).next
      onProgress({ bytes: at, text: `sending ${fileName}`, share: at / size })
    }
    return true
  }
  for await (const piece of client.pull('transfer.receive', { transferId, purpose, fileName, size })) {
    if (piece.kind === 'end') return { text: piece.text, sha256: piece.sha256 }
    if (piece.kind === 'begin' && !(await sendAll())) return null
  }
  throw new Error('the file was not taken to its end')
}
