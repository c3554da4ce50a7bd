import { Refusal, type OutputOf, type ParsedInputOf } from '../../../shared/api/define.ts'
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

const mib = (bytes: number) => `${(bytes / (1 << 20)).toFixed(1)} MiB`

export const receiveFile = (
  { largestBytes, begin }: FileReceiver,
  file: { readonly transferId: string; readonly fileName: string; readonly size: number },
  { archive, clock }: { readonly archive: Pick<Archive, 'hash'>; readonly clock: Clock },
): Receiving => {
  if (file.size > largestBytes)
    throw new Refusal(`the file is too large: ${mib(file.size)}, at most ${mib(largestBytes)} are taken here`)
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
    if (open === null || isWriting) throw new Refusal('these bytes were not asked for yet: wait for the answer before')
    if (at !== next)
      throw new Refusal(`bytes from ${at} on were sent, those from ${next} on are next: send the file anew`)
    if (next + bytes.length > file.size)
      throw new Refusal(`more was sent than the ${file.size} bytes that were declared: send the file anew`)
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
