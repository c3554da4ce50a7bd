import { partOf, type ByteSource } from '../wave-record/byte-source.ts'

/** One section of a .cff: "CFG", "INF", "HDR", "DAT ASCII", "DAT BINARY: 40020". */
export interface CffSection {
  /** Upper case, without the count. */
  readonly kind: string
  /** How many bytes the heading announces; null: it announces none. */
  readonly announced: number | null
  readonly content: ByteSource
}

const pieceBytes = 1 << 20
const headingBytes = 120
const mostSections = 16

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
const heading =
  /^---\s*file\s*type\s*:\s*([a-z]+(?:\s+[a-z0-9]+)?)\s*(?::\s*([^\s-]*|-\d*))?\s*---[^\S\r\n]*(?:\r\n|\n|\r|$)/i

interface Found {
  readonly at: number
  readonly end: number
  readonly kind: string
  readonly announced: number | null
}

/** The next heading from a place on, at the beginning of a line. */
const nextHeading = (source: ByteSource, from: number): Found | null => {
  for (let at = from; at < source.size; at += pieceBytes) {
    // Pieces overlap by a heading, so that none is cut.
    const piece = source.read(at, pieceBytes + headingBytes)
    for (let dash = piece.indexOf(0x2d); dash >= 0 && dash < pieceBytes; dash = piece.indexOf(0x2d, dash + 1)) {
      const isLineStart = dash === 0 ? at === from : piece[dash - 1] === 0x0a || piece[dash - 1] === 0x0d
      if (!isLineStart || piece[dash + 1] !== 0x2d) continue
      const found = heading.exec(textOf(piece.subarray(dash, dash + headingBytes)))
      if (found === null) continue
      const [whole, kind = '', count] = found
      return {
        at: at + dash,
        end: at + dash + whole.length,
        kind: kind.toUpperCase().replace(/\s+/g, ' '),
        // A heading without a number, or with none that can be: what follows is all there is.
        announced: /^\d+$/.test(count ?? '') ? Number(count) : null,
      }
    }
  }
  return null
}

/** The sections of a single-file record (IEEE C37.111-2013, 9). Data are the last section: nothing in them is taken for a heading. */
export const cffSections = (source: ByteSource): readonly CffSection[] => {
  const sections: CffSection[] = []
  let found = nextHeading(source, 0)
  while (found !== null && sections.length < mostSections) {
    const { kind, announced, end } = found
    const isData = kind.startsWith('DAT')
    const isBinary = isData && !kind.includes('ASCII')
    const next: Found | null =
      announced !== null
        ? nextHeading(source, Math.min(source.size, end + announced))
        : isBinary
          ? null
          : nextHeading(source, end)
    const size = isBinary && announced !== null ? announced : (next?.at ?? source.size) - end
    sections.push({ kind, announced, content: partOf(source, end, size) })
    found = next
  }
  return sections
}
