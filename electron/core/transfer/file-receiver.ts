/** Takes files of people for one purpose, e.g. a recording to look at. */
export interface FileReceiver {
  /** More is refused before a byte is sent. */
  readonly largestBytes: number
  /** `transferId`: by which the sender may speak of the file afterwards. */
  readonly begin: (file: {
    readonly transferId: string
    readonly fileName: string
    readonly size: number
  }) => Promise<FileSink>
}

export interface FileSink {
  /** Resolves when there is room for more: the sender waits for it. */
  readonly write: (bytes: Uint8Array) => Promise<void>
  /** All came. Resolves with what became of it, for a person; throws a Refusal where it is no good. */
  readonly end: (file: { readonly sha256: string }) => Promise<string>
  /** It will not become whole: what came is thrown away. Called also after `write` or `end` threw. */
  readonly abort: () => Promise<void>
}
