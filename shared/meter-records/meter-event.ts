import { z } from 'zod'
import { recordEvents } from './record-layout.ts'

/** A record of a meter's own log, as it was taken into the history. Times are UTC by the meter's clock, corrected by its measured offset. */
export const meterEventDataSchema = z.object({
  source: z.string(),
  /** Tells the record from every other of the meter. */
  key: z.string(),
  event: z.enum(recordEvents),
  fromMs: z.number(),
  toMs: z.number().nullable(),
  durationMs: z.number().nullable(),
  extremeV: z.number().nullable(),
  extremePercent: z.number().nullable(),
  phases: z.array(z.string()),
  log: z.string(),
  /** How wrong `fromMs` can be to either side, ms. */
  uncertaintyMs: z.number(),
  /** As the meter has it. */
  wallMs: z.number(),
  isClockKnown: z.boolean(),
  /** Of an alarm or an entry: the maker's code of what it is about, and whether it came or went; left out where the record does not say. */
  about: z.string().optional(),
  hasOccurred: z.boolean().optional(),
})
export type MeterEventData = z.infer<typeof meterEventDataSchema>
