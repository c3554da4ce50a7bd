import { z } from 'zod'
import type { Sentences } from './sentences.ts'

/** What a reader of an energy report must know of a number: gaps, counters that were replaced, what is not counted. */
const between = { source: z.string(), fromMs: z.number(), toMs: z.number() }
export const energyNoteSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bridged'), ...between, kwh: z.number() }),
  z.object({ kind: z.literal('began-before'), ...between, kwh: z.number() }),
  z.object({ kind: z.literal('more-bridged'), source: z.string(), gaps: z.number(), kwh: z.number() }),
  z.object({ kind: z.literal('open-end'), source: z.string(), sinceMs: z.number() }),
  z.object({ kind: z.literal('went-back'), ...between, before: z.number(), after: z.number() }),
  z.object({ kind: z.literal('too-much'), ...between, before: z.number(), after: z.number() }),
  z.object({ kind: z.literal('more-breaks'), source: z.string(), breaks: z.number() }),
  z.object({ kind: z.literal('nothing-kept'), source: z.string() }),
  z.object({ kind: z.literal('no-counter'), source: z.string() }),
  z.object({ kind: z.literal('session-counter'), source: z.string() }),
  z.object({ kind: z.literal('export-open'), source: z.string(), hours: z.number() }),
  z.object({ kind: z.literal('unpriced'), kwh: z.number() }),
  z.object({ kind: z.literal('rest-rough'), lacking: z.array(z.string()) }),
  z.object({ kind: z.literal('rest-negative') }),
  z.object({ kind: z.literal('incomer-counted'), account: z.string() }),
])
export type EnergyNote = Readonly<z.infer<typeof energyNoteSchema>>

type NoteFacts = { readonly [K in EnergyNote['kind']]: Extract<EnergyNote, { kind: K }> }
const shown = (kwh: number): string => `${kwh.toFixed(2)} kWh`

/** `time`: a moment as the reader's clock has it. */
const sentences = (time: (ms: number) => string): Sentences<NoteFacts> => ({
  bridged: ({ source, fromMs, toMs, kwh }) =>
    `${source}: ${shown(kwh)} flowed between ${time(fromMs)} and ${time(toMs)}, by the register at both ends; when in it is not known.`,
  'began-before': ({ source, fromMs, toMs, kwh }) =>
    `${source}: its register was last read at ${time(fromMs)}, before this time began, and then at ${time(toMs)}: the ${shown(kwh)} between are counted here.`,
  'more-bridged': ({ source, gaps, kwh }) =>
    `${source}: ${gaps} more gaps were bridged by the register, ${shown(kwh)} in all.`,
  'open-end': ({ source, sinceMs }) =>
    `${source}: its register was not read after ${time(sinceMs)}; what flowed since is counted where it is read again.`,
  'went-back': ({ source, fromMs, toMs, before, after }) =>
    `${source}: its register stood at ${shown(before)} at ${time(fromMs)} and at ${shown(after)} at ${time(toMs)}: it was reset or replaced. The energy between is not known and not counted.`,
  'too-much': ({ source, fromMs, toMs, before, after }) =>
    `${source}: its register stood at ${shown(before)} at ${time(fromMs)} and at ${shown(after)} at ${time(toMs)}, more than can have flowed: another meter or a fault. The energy between is not counted.`,
  'more-breaks': ({ source, breaks }) =>
    `${source}: its register jumped ${breaks} more times; that energy is not counted.`,
  'nothing-kept': ({ source }) => `${source}: no reading of its energy is kept for this time.`,
  'no-counter': ({ source }) => `${source}: it has no energy counter that can be read.`,
  'session-counter': ({ source }) =>
    `${source}: it counts by sessions. What flowed between its last reading and the end of a session, and while the program was off, is not in it.`,
  'export-open': ({ source, hours }) =>
    `${source}: what it exported is not known for ${hours < 1 ? `${Math.ceil(hours * 60)} min` : `${hours.toFixed(1)} h`} and not in the sum: no register of it is kept by which the gap could be bridged.`,
  unpriced: ({ kwh }) => `${shown(kwh)} flowed in gaps over a change of the price: they are not in the money.`,
  'rest-rough': ({ lacking }) => `Rough: not all of this time was measured at ${lacking.join(', ')}.`,
  'rest-negative': () =>
    'The accounts counted more than the grid connection: something is counted twice, feeds in without an account, or a meter is wrong.',
  'incomer-counted': ({ account }) =>
    `The meter at the grid connection is counted by the account ${account}, so nothing is left to attribute.`,
})

export const energyNoteText = (note: EnergyNote, time: (ms: number) => string): string => {
  const say = sentences(time)[note.kind] as (facts: EnergyNote) => string
  return say(note)
}
