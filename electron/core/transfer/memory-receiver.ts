import type { FileReceiver } from './file-receiver.ts'

/** A file of a person as it came. */
export interface SentFile {
  readonly fileName: string
  readonly sha256: string
  readonly bytes: Uint8Array
}

/**
 * Takes files into memory, where they wait until they are asked for by the id of their transfer; the oldest are forgotten. `judge` may
 * refuse one when its last byte came: what it throws goes to the sender.
 */
export const createMemoryReceiver = <T>(setup: {
  readonly largestBytes: number
  readonly mostWaiting: number
  readonly judge: (file: SentFile) => T
}) => {
  const { largestBytes, mostWaiting, judge } = setup
  const waiting = new Map<string, T>()
  const receiver: FileReceiver = {
    largestBytes,
    begin: async ({ transferId, fileName, size }) => {
      const bytes = new Uint8Array(size)
      let at = 0
      return {
        write: async (piece) => {
          bytes.set(piece, at)
          at += piece.length
        },
        end: async ({ sha256 }) => {
          waiting.set(transferId, judge({ fileName, sha256, bytes }))
          const [oldest] = waiting.keys()
          if (waiting.size > mostWaiting && oldest !== undefined) waiting.delete(oldest)
          return `${fileName} is here`
        },
        abort: async () => undefined,
      }
    },
  }
  return {
    receiver,
    /** Given once; null: it never came, or is forgotten. */
    take: (transferId: string): T | null => {
      const file = waiting.get(transferId) ?? null
      waiting.delete(transferId)
      return file
    },
  }
}
