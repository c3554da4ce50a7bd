import { sendFile } from '../../../shared/api/transfer-client.ts'
import type { TripscopeContract } from '../../../shared/api/contract.ts'
import type { InputOf } from '../../../shared/api/define.ts'
import { useConnection } from '../../state/connection.ts'
import { download } from '../../state/download.ts'
import { newIntentId } from '../../state/intent.ts'
import { rememberPerson } from '../../state/settings.ts'
import { saveFile } from '../../ui/download.ts'

type CommandKeys = {
  [N in keyof TripscopeContract]: TripscopeContract[N] extends { kind: 'command' } ? N : never
}[keyof TripscopeContract]

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const lost = 'The connection to the program is lost; nothing was sent.'

/** Sends a command once; why it was refused, or null: done. What came of it the stream says. */
export const useCommand = () => {
  const client = useConnection((state) => state.client)
  return async <N extends CommandKeys>(
    name: N,
    input: Omit<InputOf<TripscopeContract[N]>, 'intentId'>,
  ): Promise<string | null> => {
    if (client === null) return lost
    try {
      await client.call(name, { ...input, intentId: newIntentId() } as unknown as InputOf<TripscopeContract[N]>)
      if ('who' in input && typeof input.who === 'string') rememberPerson(input.who)
      return null
    } catch (error) {
      return whyOf(error)
    }
  }
}

/** Files to and from the program: a photo or a protocol sent, a document saved. Each says why not, or null. */
export const useFiles = () => {
  const client = useConnection((state) => state.client)
  return {
    send: async (file: File, purpose: string): Promise<{ readonly transferId: string } | { readonly why: string }> => {
      if (client === null) return { why: lost }
      const transferId = newIntentId()
      try {
        await sendFile(client, {
          transferId,
          purpose,
          fileName: file.name,
          size: file.size,
          read: async (at, length) => new Uint8Array(await file.slice(at, at + length).arrayBuffer()),
          onProgress: () => undefined,
          isCancelled: () => false,
        })
        return { transferId }
      } catch (error) {
        return { why: whyOf(error) }
      }
    },
    save: async (ask: 'acceptance.photo' | 'acceptance.protocol', input: object): Promise<string | null> => {
      if (client === null) return lost
      try {
        const { ticket, fileName } = await client.call(ask, input as InputOf<TripscopeContract['acceptance.protocol']>)
        const file = await download(client, ticket)
        if (file !== null && !file.isIntact) return `${fileName} came damaged: save it again`
        if (file !== null) saveFile(fileName, [file.blob], file.blob.type)
        return null
      } catch (error) {
        return whyOf(error)
      }
    },
  }
}
