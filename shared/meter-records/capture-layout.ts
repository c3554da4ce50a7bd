import { z } from 'zod'
import { registerSchema, registerTypes } from '../profile/register.ts'
import { stampSchema } from './stamp.ts'

/** How a meter gives its own waveform captures over Modbus: procedures as named kinds with parameters. */

const address = z.number().int().min(0).max(65535)
const channelName = z.string().regex(/^(u[123n]|i[123n]|[a-z][a-z0-9]{0,7})$/)
const channel = z.strictObject({ name: channelName, unit: z.enum(['V', 'A']) })
const words = z.number().int().min(1).max(125)

/** Where the maker does not say how many samples a cycle has: they are counted in the samples, with the frequency the meter measured. */
const rate = z.enum(['counted'])

const shared = {
  /** The maker's statement of accuracy class, quoted beside the capture; null: none was read. */
  class: z.string().nullable(),
  rate,
  /** Where the meter says the frequency. */
  frequency: registerSchema.optional(),
  source: z.string(),
  /** What is known not to be known. */
  missing: z.array(z.string()).default([]),
}

/** Each channel in registers of its own: a scale, then samples, until the meter takes the next. */
const plainBlocks = z.strictObject({
  kind: z.literal('plain-blocks'),
  ...shared,
  channels: z
    .array(
      channel.extend({
        /** Raw x this register (with its scale) is the value. */
        scale: z.strictObject({ address, type: z.enum(registerTypes), scale: z.number() }),
        address,
        samples: z.number().int().min(8).max(4096),
      }),
    )
    .min(1),
})

const logHeader = z.strictObject({
  /** The number of this log, written to the control register. */
  log: z.number().int().min(0).max(255),
  header: address,
})

/**
 * A window through which a log is read (Electro Industries Nexus): a control register selects and pauses it, a pointer moves by itself with
 * each read, and the log must be given back at the end. It gives itself back after `resumesAfterMs`.
 */
const logWindow = z.strictObject({
  kind: z.literal('log-window'),
  ...shared,
  control: address,
  pointer: address,
  window: address,
  windowWords: words,
  resumesAfterMs: z.number().int().positive(),
  trigger: logHeader,
  samples: logHeader,
  /** Words of a log's header. */
  headerWords: words,
  sampleBytes: z.number().int().positive(),
  /** From the end of a trigger record, whose beginning is not known: bytes from its end to each. */
  fromEnd: z.strictObject({ gains: z.number().int().positive(), time: z.number().int().positive() }),
  /** Volts = value / `divisor` x gain / 65536. */
  divisor: z.number().positive(),
  /** Their place among the gains. Channels whose coding is not known are left out. */
  channels: z
    .array(channel.extend({ sample: z.number().int().min(0).max(7), gain: z.number().int().min(0).max(10) }))
    .min(1),
  stamp: stampSchema,
})

/** Files read with function 20: a COMTRADE pair for each capture. */
const comtradeFiles = z.strictObject({
  kind: z.literal('comtrade-files'),
  ...shared,
  recorders: z
    .array(
      z.strictObject({
        name: z.string(),
        data: z.strictObject({ first: address, count: z.number().int().min(1).max(1024) }),
        configuration: z.strictObject({ first: address }),
      }),
    )
    .min(1),
  /** Registers of one read; its reply has less than 256 bytes. */
  blockWords: z.number().int().min(1).max(124),
})

export const captureProcedureSchema = z.discriminatedUnion('kind', [plainBlocks, logWindow, comtradeFiles])
export type CaptureProcedure = Readonly<z.infer<typeof captureProcedureSchema>>
export type PlainBlocks = Readonly<z.infer<typeof plainBlocks>>
export type LogWindow = Readonly<z.infer<typeof logWindow>>
export type ComtradeFiles = Readonly<z.infer<typeof comtradeFiles>>
