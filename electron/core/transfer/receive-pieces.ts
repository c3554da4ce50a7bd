import { refusal } from '../../../shared/said/refusal.ts'
import { type OutputOf, type ParsedInputOf } from '../../../shared/api/define.ts'
import type { transferContract } from '../../../shared/api/transfer-contract.ts'
import type { Archive } from '../archive-port.ts'
import type { Clock } from '../ports.ts'
import type { FileReceiver, FileSink } from './file-receiver.ts'

type Piece = OutputOf<(typeof transferContract)['transfer.receive']>
export type SentBytes = ParsedInputOf<(typeof transferContract)['transfer.send']>

/** One file on its way in: `send` takes the next bytes, `pieces` tells the sender how far it is. */
export interface Receiving {
  readonly send: (sent: SentBytes) => Promise<{ next: number }>
  readonly pieces: () => AsyncGenerator<Piece, void>
}

/** How long a sender that left may go unnoticed. */
const lookEveryMs = 500

export const receiveFile = (
  { largestBytes, begin }: FileReceiver,
  file: { readonly transferId: string; readonly fileName: string; readonly size: number },
  { archive, clock }: { readonly archive: Pick<Archive, 'hash'>; readonly clock: Clock },
): Receiving => {
  if (file.size > largestBytes) throw refusal('file-too-large', { bytes: file.size, largestBytes })
  const hash = archive.hash()
  let next = 0
  let sink: FileSink | null = null
  let isWriting = false
  let failure: { readonly why: Error } | null = null
  let wake: () => void = () => undefined
  const moved = () =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(lookEveryMs, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })
  const hasFailed = () => failure !== null
  const throwFailure = () => {
    if (failure !== null) throw failure.why
  }
  const isWhole = () => sink !== null && next === file.size && !isWriting

  const check = ({ at, bytes }: SentBytes, open: FileSink | null): FileSink => {
    if (open === null || isWriting) throw refusal('bytes-too-early', {})
    if (at !== next) throw refusal('bytes-out-of-order', { atByte: at, nextByte: next })
    if (next + bytes.length > file.size) throw refusal('bytes-too-many', { bytes: file.size })
    return open
  }

  return {
    send: async (sent) => {
      const open = check(sent, sink)
      isWriting = true
      try {
        await open.write(sent.bytes)
        hash.update(sent.bytes)
        next += sent.bytes.length
      } catch (error) {
        const why = error instanceof Error ? error : new Error(String(error))
        failure = { why }
        throw why
      } finally {
        isWriting = false
        if (isWhole() || hasFailed()) wake()
      }
      return { next }
    },
    pieces: async function* () {
      const opened = await begin(file)
      sink = opened
      let isKept = false
      try {
        yield { kind: 'begin' }
        while (!isWhole() && !hasFailed()) {
          await moved()
          // Also where nothing moved: a generator that waits can't be told that its reader left.
          if (!isWhole() && !hasFailed()) yield { kind: 'progress', bytes: next }
        }
        throwFailure()
        const sha256 = hash.digest()
        const text = await opened.end({ sha256 })
        isKept = true
        yield { kind: 'end', size: next, sha256, text }
      } finally {
        sink = null
        if (!isKept) await opened.abort()
      }
    },
  }
}
