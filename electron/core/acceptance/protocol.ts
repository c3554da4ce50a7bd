import { protocolDocument, type Block } from '../../../shared/acceptance/protocol-document.ts'
import {
  photoName,
  protocolFormat,
  protocolNames,
  type ProtocolFile,
} from '../../../shared/acceptance/protocol-file.ts'
import { protocolHtml } from '../../../shared/acceptance/protocol-html.ts'
import type { AcceptancePhoto } from '../../../shared/acceptance/photo.ts'
import type { AcceptanceRun, AcceptanceStep } from '../../../shared/acceptance/run.ts'
import type { Archive, Signer } from '../archive-port.ts'
import type { LazyFile } from '../report/lazy-file.ts'
import { sealed } from '../report/seal.ts'

/** Draws the blocks of a protocol as a PDF; implemented by io. A photo that it can't draw is named instead. */
export type DrawPdf = (
  blocks: readonly Block[],
  photo: (photoId: string) => { readonly mediaType: AcceptancePhoto['mediaType']; readonly bytes: Uint8Array } | null,
) => Promise<Uint8Array>

export interface ProtocolParts {
  readonly run: AcceptanceRun
  readonly earlier: AcceptanceRun | null
  readonly nameOf: (subject: AcceptanceStep['subject']) => string
  readonly photo: (photoId: string) => Promise<Uint8Array | null>
  readonly archive: Pick<Archive, 'zip' | 'hash' | 'utf8'>
  readonly signer: Signer | null
  readonly drawPdf: DrawPdf
}

const joined = async (content: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of content) {
    pieces.push(piece)
    size += piece.length
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** The sealed file: documents, photos, the site file as it was, and last the seal over all of their bytes. */
export const makeProtocol = async (parts: ProtocolParts): Promise<Uint8Array> => {
  const { run, archive, signer } = parts
  const blocks = protocolDocument({ ...parts, publicKey: signer?.publicKey ?? null })
  const photos = new Map<string, { readonly photo: AcceptancePhoto; readonly bytes: Uint8Array }>()
  for (const photo of run.steps.flatMap((step) => step.photos)) {
    const bytes = await parts.photo(photo.id)
    if (bytes !== null) photos.set(photo.id, { photo, bytes })
  }
  const pdf = await parts.drawPdf(blocks, (id) => {
    const kept = photos.get(id)
    return kept === undefined ? null : { mediaType: kept.photo.mediaType, bytes: kept.bytes }
  })
  const html = protocolHtml(blocks, (id) => {
    const kept = photos.get(id)
    return kept === undefined ? null : photoName(kept.photo)
  })
  const contents: readonly (readonly [string, Uint8Array])[] = [
    [protocolNames.pdf, pdf],
    [protocolNames.html, archive.utf8(html)],
    [protocolNames.site, archive.utf8(run.baseline?.siteText ?? '')],
    ...[...photos.values()].map(({ photo, bytes }) => [photoName(photo), bytes] as const),
  ]
  const hashOf = (bytes: Uint8Array): string => {
    const hash = archive.hash()
    hash.update(bytes)
    return hash.digest()
  }
  const file: ProtocolFile = {
    format: protocolFormat,
    version: 1,
    run,
    files: contents.map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: hashOf(bytes) })),
  }
  const all = [...contents, [protocolNames.json, archive.utf8(`${JSON.stringify(file, null, 1)}\n`)] as const]
  const files = async function* (): AsyncGenerator<LazyFile> {
    await Promise.resolve()
    for (const [name, bytes] of all) yield { name, isStored: true, content: () => [bytes] }
  }
  return joined(sealed(files(), archive, signer))
}
