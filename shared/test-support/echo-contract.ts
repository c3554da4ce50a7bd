import { z } from 'zod'
import { bytesSchema } from '../api/bytes.ts'
import { command, flow, query, Refusal, stream, type Handlers } from '../api/define.ts'

/** A small contract with one entry of every kind, for testing links and the server without the product. */
export const echoContract = {
  double: query(z.strictObject({ value: z.number() }), z.object({ value: z.number() })),
  defaults: query(z.strictObject({ word: z.string().default('none') }), z.string()),
  refuse: query(z.strictObject({}), z.string()),
  break: query(z.strictObject({}), z.string()),
  big: query(z.strictObject({ bytes: z.number().int().min(0).max(4_000_000) }), z.string()),
  switch: command(z.strictObject({ on: z.boolean() }), z.object({ on: z.boolean() })),
  ticks: stream('latest', z.strictObject({}), z.number()),
  rows: stream('every', z.strictObject({ from: z.number().int() }), z.number()),
  reverse: query(
    z.strictObject({ bytes: bytesSchema(4_000_000) }),
    z.object({ blocks: z.array(bytesSchema(4_000_000)) }),
  ),
  samples: stream('every', z.strictObject({}), bytesSchema(1000)),
  /** `size` pieces; one more than `failAt` fails. */
  file: flow(
    z.strictObject({ size: z.number().int(), failAt: z.number().int().default(-1) }),
    z.object({ at: z.number(), bytes: bytesSchema(1 << 20) }),
  ),
  'no-such-meter': stream('every', z.strictObject({}), z.number()),
} as const
export type EchoContract = typeof echoContract

export interface Echo {
  readonly handlers: Handlers<EchoContract>
  /** Pushes to every running subscription of that stream. */
  readonly push: (name: 'ticks' | 'rows', value: number) => void
  readonly running: (name: 'ticks' | 'rows') => number
  readonly commands: unknown[]
  /** Pieces of `file` made so far, and flows of it that are running. */
  readonly made: () => number
  readonly flowing: () => number
}

export const createEcho = (): Echo => {
  const pushes = { ticks: new Set<(value: number) => void>(), rows: new Set<(value: number) => void>() }
  const commands: unknown[] = []
  let made = 0
  let flowing = 0
  return {
    commands,
    made: () => made,
    flowing: () => flowing,
    push: (name, value) => {
      for (const push of [...pushes[name]]) push(value)
    },
    running: (name) => pushes[name].size,
    handlers: {
      double: ({ value }) => ({ value: value * 2 }),
      defaults: ({ word }) => word,
      refuse: () => {
        throw new Refusal('the site is read-only: process 12 holds it')
      },
      break: () => {
        throw new TypeError('a bug')
      },
      big: ({ bytes }) => 'x'.repeat(bytes),
      switch: (input, caller) => {
        commands.push({ ...input, by: caller.name })
        return { on: input.on }
      },
      ticks: (_input, push) => {
        pushes.ticks.add(push)
        push(0)
        return () => pushes.ticks.delete(push)
      },
      rows: ({ from }, push) => {
        pushes.rows.add(push)
        push(from)
        return () => pushes.rows.delete(push)
      },
      reverse: ({ bytes }) => ({ blocks: [Uint8Array.from(bytes).reverse(), new Uint8Array(0)] }),
      samples: (_input, push) => {
        push(Uint8Array.of(1, 2, 3))
        return () => undefined
      },
      file: async function* ({ size, failAt }) {
        if (size < 0) throw new Refusal('there is no such file')
        flowing += 1
        try {
          for (let at = 0; at < size; at += 1) {
            if (at === failAt) throw new TypeError('the disk broke')
            await Promise.resolve()
            made += 1
            yield { at, bytes: new Uint8Array(1000).fill(at) }
          }
        } finally {
          flowing -= 1
        }
      },
      'no-such-meter': () => {
        throw new Refusal('no meter of that id')
      },
    },
  }
}
