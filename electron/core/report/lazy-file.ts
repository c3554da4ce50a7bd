import type { Archive } from '../archive-port.ts'

/** A file of a snapshot that is made when its turn comes, in runs of any length. */
export interface LazyFile {
  readonly name: string
  /** Not packed. */
  readonly isStored?: true
  readonly content: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** Rows of text turned into bytes at once: some hundred kilobytes. */
const rowsAtOnce = 2000

/** The heading and then a line of text for every row, each ended by a line feed. */
export const textRows = <Row>(
  name: string,
  archive: Pick<Archive, 'utf8'>,
  heading: readonly string[],
  rows: readonly Row[],
  line: (row: Row) => string,
): { readonly name: string; readonly content: () => Iterable<Uint8Array> } => ({
  name,
  content: function* () {
    if (heading.length > 0) yield archive.utf8(heading.map((each) => `${each}\n`).join(''))
    for (let at = 0; at < rows.length; at += rowsAtOnce)
      yield archive.utf8(
        rows
          .slice(at, at + rowsAtOnce)
          .map((row) => `${line(row)}\n`)
          .join(''),
      )
  },
})

export const textFile = (name: string, archive: Pick<Archive, 'utf8'>, text: () => string): LazyFile => ({
  name,
  content: function* () {
    yield archive.utf8(text())
  },
})

/** One line of JSON for every row. */
export const lineFile = (name: string, archive: Pick<Archive, 'utf8'>, rows: readonly unknown[]): LazyFile =>
  textRows(name, archive, [], rows, (row) => JSON.stringify(row))
