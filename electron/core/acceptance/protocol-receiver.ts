import type { FileReceiver } from '../transfer/file-receiver.ts'

/** A protocol with its photos; larger ones are none of ours. */
const largestBytes = 512 * 1024 * 1024
const mostWaiting = 2

/** Takes protocols that a person wants checked; what is in them is judged when it is asked for. */
export const createProtocolReceiver = () => {
  const waiting = new Map<string, { readonly fileName: string; readonly bytes: Uint8Array }>()
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
        end: () => {
          waiting.set(transferId, { fileName, bytes })
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
    take: (transferId: string) => {
      const file = waiting.get(transferId) ?? null
      waiting.delete(transferId)
      return file
    },
  }
}
