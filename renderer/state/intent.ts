import { useRef, useState } from 'react'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import type { Entry, InputOf, OutputOf } from '../../shared/api/define.ts'
import { useConnection } from './connection.ts'
import { rememberPerson } from './settings.ts'

type CommandKeys = {
  [N in keyof TripscopeContract]: TripscopeContract[N] extends { kind: 'command' } ? N : never
}[keyof TripscopeContract]
type WithoutId<T> = T extends { intentId: string } ? Omit<T, 'intentId'> : never
export type IntentState =
  { readonly step: 'idle' } | { readonly step: 'sent' } | { readonly step: 'refused'; readonly why: string }

/** A UUID version 4 (RFC 9562 section 5.4). crypto.randomUUID is missing on a page that was opened without encryption. */
export const newIntentId = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const marked = [...bytes].map((byte, index) =>
    index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte,
  )
  const hex = marked.map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/**
 * One intent of a person. Its id is kept through retries of the same words, so a send whose answer was lost is not a second
 * intent; `renew` begins another. Nothing is shown as done here: the live data says what came of it.
 */
export const useIntent = <N extends CommandKeys>(name: N) => {
  const client = useConnection((state) => state.client)
  const [state, setState] = useState<IntentState>({ step: 'idle' })
  const kept = useRef<{ id: string; input: string } | null>(null)
  return {
    state,
    canSend: client !== null,
    renew: () => {
      kept.current = null
      setState({ step: 'idle' })
    },
    send: async (
      input: WithoutId<InputOf<TripscopeContract[N] & Entry>>,
    ): Promise<OutputOf<TripscopeContract[N] & Entry> | null> => {
      if (client === null) {
        setState({ step: 'refused', why: 'The connection to the program is lost; nothing was sent.' })
        return null
      }
      const text = JSON.stringify(input)
      const intent = kept.current?.input === text ? kept.current : { id: newIntentId(), input: text }
      kept.current = intent
      setState({ step: 'sent' })
      try {
        const answer = await client.call(name, { ...input, intentId: intent.id } as InputOf<TripscopeContract[N]>)
        kept.current = null
        setState({ step: 'idle' })
        if ('who' in input && typeof input.who === 'string') rememberPerson(input.who)
        return answer as OutputOf<TripscopeContract[N] & Entry>
      } catch (error) {
        // While the link holds, the no is an answer and this intent is over; otherwise nobody knows, and a retry must be the same one.
        if (useConnection.getState().client === client) kept.current = null
        setState({ step: 'refused', why: error instanceof Error ? error.message : String(error) })
        return null
      }
    },
  }
}
