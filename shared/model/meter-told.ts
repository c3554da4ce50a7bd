import { z } from 'zod'
import { alarmMeanings } from '../meter-records/own-records.ts'

/** What a meter says of itself beside what it measures: its clock against ours, and states it reports as alarms. */
export const toldClockSchema = z.object({
  /** Meter less UTC in all, how wrong that can be, and of it what is left without its time zone: the error of its clock. */
  offsetMs: z.number(),
  uncertaintyMs: z.number(),
  zoneMinutes: z.number(),
  errorMs: z.number(),
  /** The meter itself does not trust it. */
  isFaulty: z.boolean(),
})
export type ToldClock = Readonly<z.infer<typeof toldClockSchema>>

export const toldAlarmSchema = z.object({
  id: z.string(),
  means: z.enum(alarmMeanings),
  /** As the end of "the meter reports ...". */
  says: z.string(),
})
export type ToldAlarm = Readonly<z.infer<typeof toldAlarmSchema>>

export const meterToldSchema = z.object({
  /** When it was asked, UTC by the calendar: it is compared with the meter's own. */
  atMs: z.number(),
  clock: toldClockSchema.nullable(),
  /** Those in force; an empty list is said by a meter that can report some. null: it could not be asked. */
  alarms: z.array(toldAlarmSchema).nullable(),
})
export type MeterTold = Readonly<z.infer<typeof meterToldSchema>>
