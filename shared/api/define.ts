/** The four kinds of contract entry. Handler and client types follow from them, so a missing handler does not compile. */
import type { z } from 'zod'

export interface Query<In extends z.ZodType, Out extends z.ZodType> {
  readonly kind: 'query'
  readonly input: In
  readonly output: Out
}
/**
 * What becomes of an intent that is sent again under its id. `answered`: it had its answer, which is given again. `shared`: while it is
 * under way; after that it is made anew, because its answer is too large to keep. `carried-out`: never taken for a repeat; a disarm
 * that was swallowed as one would leave control armed.
 */
export type Repeated = 'answered' | 'shared' | 'carried-out'

/** Like a query, but it changes something: refused for the viewer role. Where its input has an `intentId`, a repeat is known by it. */
export interface Command<In extends z.ZodType, Out extends z.ZodType> {
  readonly kind: 'command'
  readonly input: In
  readonly output: Out
  readonly repeated: Repeated
}
/**
 * A stream sends one snapshot and then deltas. `latest`: under backpressure only the newest is kept (live values);
 * `every`: none is dropped (findings, command events).
 */
export interface Stream<In extends z.ZodType, Out extends z.ZodType> {
  readonly kind: 'stream'
  readonly input: In
  readonly output: Out
  readonly delivery: 'latest' | 'every'
}

/**
 * A flow is something long that has an end, such as a file: its values are made one after another as the client takes them, so a slow
 * client slows whoever makes them, and one that leaves ends it.
 */
export interface Flow<In extends z.ZodType, Out extends z.ZodType> {
  readonly kind: 'flow'
  readonly input: In
  readonly output: Out
}

export const query = <In extends z.ZodType, Out extends z.ZodType>(input: In, output: Out): Query<In, Out> => ({
  kind: 'query',
  input,
  output,
})
export const command = <In extends z.ZodType, Out extends z.ZodType>(
  input: In,
  output: Out,
  repeated: Repeated = 'answered',
): Command<In, Out> => ({ kind: 'command', input, output, repeated })
export const stream = <In extends z.ZodType, Out extends z.ZodType>(
  delivery: 'latest' | 'every',
  input: In,
  output: Out,
): Stream<In, Out> => ({ kind: 'stream', delivery, input, output })

export const flow = <In extends z.ZodType, Out extends z.ZodType>(input: In, output: Out): Flow<In, Out> => ({
  kind: 'flow',
  input,
  output,
})

/* eslint-disable @typescript-eslint/no-explicit-any -- the map's entries differ in their schemas */
export type Entry = Query<any, any> | Command<any, any> | Stream<any, any> | Flow<any, any>
/* eslint-enable @typescript-eslint/no-explicit-any */
export type Contract = Readonly<Record<string, Entry>>

export type InputOf<E extends Entry> = z.input<E['input']>
export type ParsedInputOf<E extends Entry> = z.output<E['input']>
export type OutputOf<E extends Entry> = z.output<E['output']>

type Keys<C extends Contract, K extends Entry['kind']> = { [N in keyof C]: C[N]['kind'] extends K ? N : never }[keyof C]
export type CallKeys<C extends Contract> = Keys<C, 'query' | 'command'>
export type StreamKeys<C extends Contract> = Keys<C, 'stream'>
export type FlowKeys<C extends Contract> = Keys<C, 'flow'>

export type Stop = () => void

/** Who asks: a viewer may look, an operator may also command. */
export interface Caller {
  readonly role: 'viewer' | 'operator'
  readonly name: string
}

/** An expected refusal that the caller is meant to read: it crosses the link as `refused` with its message. Made by `refusal` (shared/said) alone. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  /** A later intent had its way, so sending this one again must not carry it out after all. */
  readonly stands: boolean

  constructor(message: string, stands = false) {
    super(message)
    this.stands = stands
  }
}

export type Handlers<C extends Contract> = {
  readonly [N in CallKeys<C>]: (input: ParsedInputOf<C[N]>, caller: Caller) => Promise<OutputOf<C[N]>> | OutputOf<C[N]>
} & {
  readonly [N in StreamKeys<C>]: (
    input: ParsedInputOf<C[N]>,
    push: (value: OutputOf<C[N]>) => void,
    caller: Caller,
  ) => Stop
} & {
  /** Throws a Refusal, at once or later, where there is nothing to give. Its `finally` runs when the client has left. */
  readonly [N in FlowKeys<C>]: (input: ParsedInputOf<C[N]>, caller: Caller) => AsyncIterable<OutputOf<C[N]>>
}

export type Client<C extends Contract> = {
  readonly call: <N extends CallKeys<C>>(name: N, input: InputOf<C[N]>) => Promise<OutputOf<C[N]>>
  readonly subscribe: <N extends StreamKeys<C>>(
    name: N,
    input: InputOf<C[N]>,
    listener: (value: OutputOf<C[N]>) => void,
  ) => Stop
  /**
   * The values of a flow, each asked for when the one before was dealt with; leaving the loop ends the flow on the other side too.
   * Throws a Refusal where it was refused, an Error where it failed or the link was lost.
   */
  readonly pull: <N extends FlowKeys<C>>(name: N, input: InputOf<C[N]>) => AsyncIterable<OutputOf<C[N]>>
}
