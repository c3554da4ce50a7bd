import { useEffect, useState } from 'react'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import type { CallKeys, InputOf, OutputOf } from '../../shared/api/define.ts'
import { useConnection } from './connection.ts'

export type ReadState<T> =
  | { readonly step: 'loading'; readonly value: T | null }
  | { readonly step: 'ready'; readonly value: T }
  | { readonly step: 'failed'; readonly value: null; readonly why: string }

/** Asks once for each new `input` (null: don't ask yet); `again` asks anew. An answer to an older question is thrown away. */
export const useRead = <N extends CallKeys<TripscopeContract>>(
  name: N,
  input: InputOf<TripscopeContract[N]> | null,
  again = 0,
): ReadState<OutputOf<TripscopeContract[N]>> => {
  const client = useConnection((state) => state.client)
  const [state, setState] = useState<ReadState<OutputOf<TripscopeContract[N]>>>({ step: 'loading', value: null })
  const question = input === null ? null : JSON.stringify(input)
  useEffect(() => {
    if (client === null || question === null) return
    let current = true
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the question changed: say that the answer shown is the old one
    setState((before) => ({ step: 'loading', value: before.value }))
    client.call(name, JSON.parse(question) as InputOf<TripscopeContract[N]>).then(
      (value) => {
        if (current) setState({ step: 'ready', value })
      },
      (error: Error) => {
        if (current) setState({ step: 'failed', value: null, why: error.message })
      },
    )
    return () => {
      current = false
    }
  }, [client, name, question, again])
  return state
}
