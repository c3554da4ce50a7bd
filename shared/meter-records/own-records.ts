import { z } from 'zod'
import { registerSpaceSchema } from '../profile/register.ts'
import { captureProcedureSchema } from './capture-layout.ts'
import { harmonicLayoutSchema } from './harmonic-layout.ts'
import { recordLayoutSchema } from './record-layout.ts'
import { stampSchema } from './stamp.ts'

/** What a meter keeps of its own beside what it measures now: its clock, its logs, its alarms, captures, harmonics with angles. */

const address = z.number().int().min(0).max(65535)
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/)

export const meterClockSchema = z.strictObject({
  address,
  space: registerSpaceSchema.optional(),
  stamp: stampSchema,
  /** utc: the maker says so. */
  runsIn: z.enum(['utc', 'local', 'unknown']),
  /** How it is set: all its words at once with function 16, where documented; left out where not. */
  isSettable: z.boolean(),
  source: z.string(),
})
export type MeterClock = Readonly<z.infer<typeof meterClockSchema>>

const logShared = {
  id,
  /** As the screen calls it: "dips". */
  name: z.string(),
  space: registerSpaceSchema.optional(),
  record: recordLayoutSchema,
  source: z.string(),
}

export const meterLogSchema = z.discriminatedUnion('kind', [
  /** The newest `count` records at fixed places, in whatever order. */
  z.strictObject({
    kind: z.literal('newest-list'),
    ...logShared,
    address,
    stride: z.number().int().min(1),
    count: z.number().int().min(1).max(64),
  }),
  /** A ring of records whose pointer is not known: the newest is found by its time. `atOnce`: records of one read. */
  z.strictObject({
    kind: z.literal('ring'),
    ...logShared,
    address,
    count: z.number().int().min(2).max(4096),
    atOnce: z.number().int().min(1).max(40),
  }),
  /** A command asks for records from a number on; a header says how many came and which is next. */
  z.strictObject({
    kind: z.literal('command'),
    ...logShared,
    /** Written with function 16; the first word is the number of the record asked for. */
    command: z.strictObject({ address, last: z.number().int(), then: z.array(z.number().int()).max(8) }),
    header: z.strictObject({
      address,
      words: z.number().int().min(1).max(16),
      next: z.number().int(),
      count: z.number().int(),
      size: z.number().int(),
    }),
    data: address,
    most: z.number().int().min(1).max(16),
  }),
  /** A read pointer in the meter: one word puts it back to the beginning, another fetches what follows; an empty answer is the end. */
  z.strictObject({
    kind: z.literal('pointer'),
    ...logShared,
    command: z.strictObject({ address, reset: z.number().int(), next: z.number().int() }),
    header: z.strictObject({
      address,
      words: z.number().int().min(1).max(16),
      count: z.number().int(),
      size: z.number().int(),
    }),
    data: address,
    most: z.number().int().min(1).max(16),
  }),
])
export type MeterLog = Readonly<z.infer<typeof meterLogSchema>>

export const alarmMeanings = [
  'overcurrent',
  'undervoltage',
  'overvoltage',
  'phase-loss',
  'tamper',
  'clock-fault',
  'other',
] as const

const condition = z.strictObject({
  address,
  mask: z.number().int().min(1).max(0xffff).default(0xffff),
  equals: z.number().int().min(0).max(0xffff),
})

/** A state the meter itself reports. All conditions must be met. */
export const meterAlarmSchema = z.strictObject({
  id,
  means: z.enum(alarmMeanings),
  /** As the end of "the meter reports ...". */
  says: z.string(),
  space: registerSpaceSchema.optional(),
  when: z.array(condition).min(1).max(4),
  /** is: it is an alarm while so. was: it is one once it is not so any more, after it was seen so (a seal). */
  alarm: z.enum(['is', 'was']),
  source: z.string(),
})
export type MeterAlarm = Readonly<z.infer<typeof meterAlarmSchema>>

/** Counters of dips and swells by cell of EN 50160, and the meter's own verdict of the week. */
export const meterVerdictSchema = z.strictObject({
  space: registerSpaceSchema.optional(),
  /** When it judged last. */
  time: z.strictObject({ address, stamp: stampSchema }),
  /** A number, and what each means. */
  result: z.strictObject({ address, type: z.enum(['uint16', 'uint32']), means: z.record(z.string(), z.string()) }),
  /** Bits of the criteria that failed, and their names. */
  failed: z.strictObject({ address, bits: z.record(z.string(), z.string()) }),
  counters: z
    .strictObject({
      type: z.enum(['uint16', 'int32', 'uint32']),
      /** Cell and register. */
      cells: z.record(z.string().regex(/^[A-DXST][1-5]$/), address),
    })
    .optional(),
  source: z.string(),
})
export type MeterVerdict = Readonly<z.infer<typeof meterVerdictSchema>>

export const ownRecordFields = {
  clock: meterClockSchema.optional(),
  logs: z.array(meterLogSchema).optional(),
  meterAlarms: z.array(meterAlarmSchema).optional(),
  verdict: meterVerdictSchema.optional(),
  captures: captureProcedureSchema.optional(),
  harmonics: harmonicLayoutSchema.optional(),
} as const
