import { pieceBytes, type FetchPiece } from '../../../shared/api/transfer-contract.ts'
import type { Archive } from '../archive-port.ts'
import type { Clock } from '../ports.ts'
import type { FileOffer, Progress } from './file-offer.ts'
import { inPieces } from './in-pieces.ts'

/** A screen is told this often what is being done while no bytes come. */
const tellEveryMs = 500

const after = (clock: Clock, delayMs: number) => {
  let cancel: () => void = () => undefined
  const passed = new Promise<'waits'>((resolve) => {
    cancel = clock.after(delayMs, () => resolve('waits'))
  })
  return { passed, cancel }
}

/** A file as it crosses the contract: begun, its bytes with progress between, and its end with its hash. */
export async function* fetchPieces(
  offer: FileOffer,
  { clock, archive }: { readonly clock: Clock; readonly archive: Pick<Archive, 'hash'> },
): AsyncGenerator<FetchPiece, void> {
  let progress: Progress = { text: 'beginning', share: null }
  const content = inPieces(
    offer.content((told) => {
      progress = told
    }),
    pieceBytes,
  )
  const hash = archive.hash()
  let size = 0
  try {
    yield { kind: 'begin', fileName: offer.fileName, mediaType: offer.mediaType }
    for (;;) {
      const coming = content.next()
      // Told below, where it is waited for: a failure while a screen reads the progress is not an unhandled one.
      coming.catch(() => undefined)
      for (;;) {
        const wait = after(clock, tellEveryMs)
        const first = await Promise.race([coming, wait.passed]).finally(wait.cancel)
        if (first !== 'waits') break
        yield { kind: 'progress', ...progress }
      }
      const next = await coming
      if (next.done === true) break
      hash.update(next.value)
      yield { kind: 'bytes', at: size, bytes: next.value, ...progress }
      size += next.value.length
    }
    const sha256 = hash.digest()
    const files = (await offer.whole?.({ size, sha256 })) ?? []
    yield { kind: 'end', size, sha256, files: [...files] }
  } finally {
    await content.return()
  }
}
