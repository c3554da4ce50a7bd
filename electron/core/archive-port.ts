/** Files for people, and what stands for their being genuine. */

/** A file for an archive: asked for when its turn comes. */
export interface ArchiveFile {
  readonly name: string
  /** Not packed. */
  readonly isStored?: true
  readonly content: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** SHA-256 of what is fed to it. `digest` ends it: hexadecimal, lower case. */
export interface Hash {
  update(bytes: Uint8Array): void
  digest(): string
}

/** Signs for this installation (Ed25519): whoever has two files of it can tell that both are its own, and unchanged. */
export interface Signer {
  /** SPKI, base64. */
  readonly publicKey: string
  /** Of a text in UTF-8; base64. */
  sign(text: string): string
}

export interface ParquetColumn {
  readonly name: string
  readonly type: 'time' | 'number' | 'text'
  /** Of its values, for the head of the file; null: none. */
  readonly unit: string | null
}

/** Files for people, made of parts as they come; implemented by io (zlib, fflate). */
export interface Archive {
  /** The zip as it grows. One file after another is asked for, and no more of it than is taken; leaving ends the file under way. */
  zip(files: AsyncIterable<ArchiveFile>): AsyncIterable<Uint8Array>
  hash(): Hash
  /** CSV (RFC 4180, CRLF) whose text cells no spreadsheet takes for a formula. null is an empty cell. */
  csv(rows: readonly (readonly (string | number | null)[])[]): string
  utf8(text: string): Uint8Array
  /**
   * A Parquet file as it grows: groups of rows, each a list of values for every column (times in epoch ms; null: no value). Names and
   * units stand in its metadata too.
   */
  parquet(
    columns: readonly ParquetColumn[],
    groups: AsyncIterable<readonly (readonly (number | string | null)[])[]>,
  ): AsyncIterable<Uint8Array>
}
