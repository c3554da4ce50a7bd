import { z } from 'zod'

/**
 * How a value is known. Only `good` carries a number; every other quality says why there is none:
 * waiting (not read yet), absent (the meter does not report it, or reports "not available"), timeout, refused (exception),
 * corrupt (wrong CRC, length, unit or function), implausible (outside what the quantity can be, NaN, infinity),
 * stale (read once, too long ago to be trusted), offline (the line is not connected), no-path (a gateway has no path to this unit:
 * a setting of the gateway, nothing is known of the device).
 */
export const qualities = [
  'good',
  'waiting',
  'absent',
  'timeout',
  'refused',
  'corrupt',
  'implausible',
  'stale',
  'offline',
  'no-path',
] as const
export const qualitySchema = z.enum(qualities)
export type Quality = (typeof qualities)[number]

/**
 * `value` is in the unit of the quantity and null exactly when quality is not `good`.
 * `atMs` is the time (UTC, epoch ms) the reply that carried the value was complete; for a missing value the time of the
 * last attempt, or null when there was none.
 */
export const sampleSchema = z.object({
  value: z.number().nullable(),
  quality: qualitySchema,
  atMs: z.number().nullable(),
})
export type Sample = Readonly<z.infer<typeof sampleSchema>>

export const goodSample = (value: number, atMs: number): Sample => ({ value, quality: 'good', atMs })
export const missingSample = (quality: Exclude<Quality, 'good'>, atMs: number | null): Sample => ({
  value: null,
  quality,
  atMs,
})
export const waitingSample: Sample = { value: null, quality: 'waiting', atMs: null }

/** Age in milliseconds of a good sample, or null when there is no value. */
export const sampleAgeMs = (sample: Sample | undefined, nowMs: number): number | null =>
  sample?.value == null || sample.atMs === null ? null : nowMs - sample.atMs
