import { z } from 'zod'
import { command, query, Refusal, stream, type Handlers } from '../api/define.ts'

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
  'no-such-meter': stream('every', z.strictObject({}), z.number()),
} as const
export type EchoContract = typeof echoContract

export interface Echo {
  readonly handlers: Handlers<EchoContract>
  /** Pushes to every running subscription of that stream. */
  readonly push: (name: 'ticks' | 'rows', value: number) => void
  readonly running: (name: 'ticks' | 'rows') => number
  readonly commands: unknown[]
}

export const createEcho = (): Echo => {
  const pushes = { ticks: new Set<(value: number) => void>(), rows: new Set<(value: number) => void>() }
  const commands: unknown[] = []
  return {
    commands,
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
      'no-such-meter': () => {
        throw new Refusal('no meter of that id')
      },
    },
  }
}
