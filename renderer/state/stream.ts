import { useEffect, useRef } from 'react'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import type { InputOf, OutputOf, StreamKeys } from '../../shared/api/define.ts'
import { useConnection } from './connection.ts'

type Stream = StreamKeys<TripscopeContract>
export interface StreamListener<N extends Stream> {
  readonly frame: (frame: OutputOf<TripscopeContract[N]>) => void
  /** The program ended or refused the stream, and why. */
  readonly ended: (why: string) => void
}

/** Subscribes until the returned function is called; for what a person starts and stops. Without a connection nothing begins: null. */
export const openStream = <N extends Stream>(
  name: N,
  input: InputOf<TripscopeContract[N]>,
  { frame, ended }: StreamListener<N>,
): (() => void) | null => useConnection.getState().client?.subscribe(name, input, frame, ended) ?? null

/** Subscribes while the component is on the screen: anew for each new link and each new `input`; null: not now. */
export const useStream = <N extends Stream>(
  name: N,
  input: InputOf<TripscopeContract[N]> | null,
  listener: StreamListener<N>,
): void => {
  const client = useConnection((state) => state.client)
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  const question = input === null ? null : JSON.stringify(input)
  useEffect(() => {
    if (client === null || question === null) return
    return client.subscribe(
      name,
      JSON.parse(question) as InputOf<TripscopeContract[N]>,
      (frame) => latest.current.frame(frame),
      (why) => latest.current.ended(why),
    )
  }, [client, name, question])
}
