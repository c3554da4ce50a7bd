import { useEffect, useRef, useState } from 'react'
import { fetchFile, type Fetched, type TransferProgress } from '../../shared/api/transfer-client.ts'
import { createSha256 } from '../../shared/sha256.ts'
import { useConnection, type AppClient } from './connection.ts'

/** Pieces this long become a blob of their own, which the browser may keep on its disk instead of in the page. */
const blobBytes = 8 << 20

export interface Downloaded {
  readonly file: Fetched
  readonly blob: Blob
  /** What arrived has the hash the program stated. */
  readonly isIntact: boolean
}

export type DownloadState =
  | { readonly step: 'idle' }
  | { readonly step: 'running'; readonly progress: TransferProgress }
  | { readonly step: 'done'; readonly downloaded: Downloaded }
  | { readonly step: 'failed'; readonly why: string }
  | { readonly step: 'cancelled' }

/** Fetches the file of a ticket. Null: it was cancelled. */
export const download = async (
  client: AppClient,
  ticket: string,
  onProgress: (progress: TransferProgress) => void = () => undefined,
  isCancelled: () => boolean = () => false,
): Promise<Downloaded | null> => {
  const hash = createSha256()
  const blobs: Blob[] = []
  let pieces: Uint8Array<ArrayBuffer>[] = []
  let waiting = 0
  const pack = () => {
    blobs.push(new Blob(pieces))
    pieces = []
    waiting = 0
  }
  const file = await fetchFile(client, {
    ticket,
    onProgress,
    isCancelled,
    write: (bytes) => {
      hash.update(bytes)
      pieces.push(new Uint8Array(bytes))
      waiting += bytes.length
      if (waiting >= blobBytes) pack()
    },
  })
  if (file === null) return null
  pack()
  return { file, blob: new Blob(blobs, { type: file.mediaType }), isIntact: hash.digest() === file.sha256 }
}

/** One download at a time, with its progress; leaving the view cancels it. */
export const useDownload = (onDone: (downloaded: Downloaded) => void) => {
  const client = useConnection((state) => state.client)
  const [state, setState] = useState<DownloadState>({ step: 'idle' })
  const run = useRef(0)
  useEffect(
    () => () => {
      run.current += 1
    },
    [],
  )
  return {
    state,
    start: (ticket: string): void => {
      if (client === null) return setState({ step: 'failed', why: 'The connection to the program is lost.' })
      run.current += 1
      const mine = run.current
      const isCancelled = () => run.current !== mine
      const tell = (next: DownloadState) => {
        if (!isCancelled()) setState(next)
      }
      tell({ step: 'running', progress: { bytes: 0, text: 'beginning', share: null } })
      download(client, ticket, (progress) => tell({ step: 'running', progress }), isCancelled).then(
        (downloaded) => {
          if (downloaded === null || isCancelled()) return
          tell({ step: 'done', downloaded })
          onDone(downloaded)
        },
        (error: Error) => tell({ step: 'failed', why: error.message }),
      )
    },
    /** Nothing more comes; the program makes no more of it. */
    cancel: (): void => {
      run.current += 1
      setState({ step: 'cancelled' })
    },
    reset: (): void => {
      run.current += 1
      setState({ step: 'idle' })
    },
  }
}
