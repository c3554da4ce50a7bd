import type { Archive, Signer } from '../archive-port.ts'
import type { LazyFile } from './lazy-file.ts'

/** The last file of a snapshot. */
export const sealFileName = 'seal.json'
export const sealFormat = 'tripscope-seal'
export const sealVersion = 1

/** A part as it lies in the file: its header, its packed bytes and what stands behind them. */
export interface SealedSpan {
  readonly name: string
  /** Of its first byte, from the beginning of the file. */
  readonly at: number
  readonly bytes: number
  /** Of these bytes as they are, so that a change is found wherever it is, and named. */
  readonly sha256: string
}

export interface Seal {
  readonly format: typeof sealFormat
  readonly version: typeof sealVersion
  readonly spans: readonly SealedSpan[]
  /** Ed25519 key of the installation that made the file (SPKI, base64), and its signature over `signedText`; null: it has none. */
  readonly publicKey: string | null
  readonly signature: string | null
}

/** What is signed of a seal: its spans, one a line. */
export const signedText = (spans: readonly SealedSpan[]): string =>
  [
    `${sealFormat} ${String(sealVersion)}`,
    ...spans.map((span) => `${span.sha256} ${String(span.bytes)} ${span.name}`),
  ].join('\n')

/**
 * Seals a zip while it is made. `files` are asked for one after the other, each when all bytes of the one before have gone out: so what
 * went out between two of them is the one.
 */
export const sealed = (
  files: AsyncIterable<LazyFile>,
  archive: Pick<Archive, 'zip' | 'hash' | 'utf8'>,
  signer: Signer | null,
  noted: (file: LazyFile) => LazyFile = (file) => file,
): AsyncIterable<Uint8Array> => {
  const spans: SealedSpan[] = []
  let hash = archive.hash()
  let at = 0
  let bytes = 0
  const endSpan = (name: string): void => {
    spans.push({ name, at, bytes, sha256: hash.digest() })
    at += bytes
    bytes = 0
    hash = archive.hash()
  }
  const withSeal = async function* (): AsyncGenerator<LazyFile, void> {
    for await (const file of files) {
      yield file
      endSpan(file.name)
    }
    const seal: Seal = {
      format: sealFormat,
      version: sealVersion,
      spans,
      publicKey: signer?.publicKey ?? null,
      signature: signer?.sign(signedText(spans)) ?? null,
    }
    // Stored as it is: every bit of it means something.
    yield noted({ name: sealFileName, isStored: true, content: () => [archive.utf8(`${JSON.stringify(seal)}\n`)] })
  }
  return (async function* () {
    for await (const chunk of archive.zip(withSeal())) {
      hash.update(chunk)
      bytes += chunk.length
      yield chunk
    }
  })()
}
