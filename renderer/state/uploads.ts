import { create } from 'zustand'
import { sendFile } from '../../shared/api/transfer-client.ts'
import { useConnection } from './connection.ts'
import { newIntentId } from './intent.ts'

/** One file on its way to the program, or what became of it. */
export interface Upload {
  readonly id: string
  readonly fileName: string
  readonly step: 'sending' | 'done' | 'failed'
  /** Of the whole, 0 to 1. */
  readonly share: number
  /** What became of it, or why nothing did, for a person. */
  readonly text: string
}

interface UploadsState {
  readonly uploads: readonly Upload[]
}
/** Files a person has sent, newest last. Outlives the views: a file is on its way whatever is looked at. */
export const useUploads = create<UploadsState>(() => ({ uploads: [] }))

const change = (id: string, next: Partial<Upload>): void =>
  useUploads.setState(({ uploads }) => ({
    uploads: uploads.map((each) => (each.id === id ? { ...each, ...next } : each)),
  }))

export const forgetUpload = (id: string): void =>
  useUploads.setState(({ uploads }) => ({ uploads: uploads.filter((each) => each.id !== id) }))

/** Tells of a file that can't be sent at all, where the person looks for it. */
export const refuseUpload = (fileName: string, why: string): void =>
  useUploads.setState(({ uploads }) => ({
    uploads: [...uploads, { id: newIntentId(), fileName, step: 'failed', share: 0, text: why }],
  }))

/** Sends one file to the receiver of a purpose. Resolves with whether it was taken; never rejects. */
export const upload = async (file: File, purpose: string): Promise<boolean> => {
  const id = newIntentId()
  const { client } = useConnection.getState()
  if (client === null) {
    refuseUpload(file.name, 'The connection to the program is lost; nothing was sent.')
    return false
  }
  useUploads.setState(({ uploads }) => ({
    uploads: [...uploads, { id, fileName: file.name, step: 'sending', share: 0, text: 'sending' }],
  }))
  try {
    const sent = await sendFile(client, {
      transferId: id,
      purpose,
      fileName: file.name,
      size: file.size,
      read: async (at, length) => new Uint8Array(await file.slice(at, at + length).arrayBuffer()),
      onProgress: ({ share, text }) => change(id, { share: share ?? 0, text }),
      isCancelled: () => !useUploads.getState().uploads.some((each) => each.id === id),
    })
    if (sent !== null) change(id, { step: 'done', share: 1, text: sent.text })
    return sent !== null
  } catch (error) {
    change(id, { step: 'failed', text: error instanceof Error ? error.message : String(error) })
    return false
  }
}
