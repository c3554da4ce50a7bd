import type { InnerFile } from '../../../shared/api/transfer-contract.ts'

/** How far something long has come: what is done now, for a person, and how much of the whole, 0 to 1; null: unknown. */
export interface Progress {
  readonly text: string
  readonly share: number | null
}

/** A file that is made while it is fetched: nothing of it is made before, and no more of it than the receiver takes. */
export interface FileOffer {
  readonly fileName: string
  readonly mediaType: string
  /** Its bytes in order, in runs of any length. Its `finally` runs when the receiver left. `tell` may be called at any time. */
  readonly content: (tell: (progress: Progress) => void) => AsyncIterable<Uint8Array>
  /** All of it was made: what is kept of that, and which files are in it, where it is an archive. */
  readonly whole?: (file: { readonly size: number; readonly sha256: string }) => Promise<readonly InnerFile[]>
}

export interface Transfers {
  /** Gives the ticket for `transfer.fetch`: it works once, and for a minute. Refused where too many wait. */
  readonly offer: (offer: FileOffer) => string
}
