/** What a zip of ours may be at most; anything beyond is refused before it costs memory or disk. All are editable assumptions. */
export const zipLimits = {
  /** A snapshot of 220 meters has about 500 files. */
  entries: 5000,
  /** Of the list of files at the end. */
  directoryBytes: 2 * 1024 * 1024,
  nameBytes: 200,
  /** Of one file, unpacked. */
  entryBytes: 2 ** 31,
  /** Of all files together, unpacked. */
  totalBytes: 4 * 2 ** 30,
} as const
export type ZipLimits = { readonly [name in keyof typeof zipLimits]: number }

/** A file that is no zip of ours, and why; nothing of it was unpacked. */
export class BadZip extends Error {
  override readonly name = 'BadZip'
}
