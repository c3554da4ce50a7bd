import { z } from 'zod'

/** Counters since start; turnaround in milliseconds over the last 200 requests, null while there are none. */
export const exchangeCountsSchema = z.object({
  requests: z.number(), replies: z.number(), timeouts: z.number(), exceptions: z.number(), crcErrors: z.number(),
  /** Replies of the wrong length, unit or function. */
  malformed: z.number(),
  /** Replies that came after their deadline and were thrown away. */
  lateReplies: z.number(),
  turnaroundMs: z.object({ p50: z.number(), p95: z.number(), max: z.number() }).nullable(),
})
export type ExchangeCounts = Readonly<z.infer<typeof exchangeCountsSchema>>

export const deviceHealthSchema = exchangeCountsSchema.extend({
  kind: z.enum(['meter', 'charger']),
  lineId: z.string(),
  unit: z.number(),
  state: z.enum(['waiting', 'ok', 'degraded', 'silent']),
  /** What went wrong last, in words with what to do; null when nothing did. */
  lastFault: z.object({ atMs: z.number(), kind: z.string(), message: z.string() }).nullable(),
  lastGoodAtMs: z.number().nullable(),
  /** Sweeps that could not start in time and were skipped, and the worst start lateness of the last minute, ms. */
  skippedSweeps: z.number(),
  latenessMs: z.number(),
  /** The period asked for and the one reached for fast quantities, ms (null until two sweeps). */
  periodMs: z.number(),
  achievedPeriodMs: z.number().nullable(),
  requestsPerSweep: z.number(),
})
export type DeviceHealth = Readonly<z.infer<typeof deviceHealthSchema>>

export const lineHealthSchema = exchangeCountsSchema.extend({
  transport: z.enum(['tcp', 'rtu-over-tcp', 'serial']),
  address: z.string(),
  state: z.enum(['connecting', 'connected', 'disconnected', 'closed']),
  /** Why it is not connected and what to do; null when it is. */
  problem: z.string().nullable(),
  reconnects: z.number(),
  bytesSent: z.number(), bytesReceived: z.number(),
  /** Bytes that belonged to no request. */
  strayBytes: z.number(),
})
export type LineHealth = Readonly<z.infer<typeof lineHealthSchema>>

export const healthSchema = z.object({
  atMs: z.number(),
  lines: z.record(z.string(), lineHealthSchema),
  devices: z.record(z.string(), deviceHealthSchema),
  store: z.object({ state: z.enum(['ok', 'degraded', 'off']), problem: z.string().nullable(), readingsSinceMs: z.number().nullable(), bytes: z.number() }),
  /** Cycle time of the core, ms, and how far past its time the last cycle started. */
  cycle: z.object({ durationMs: z.number(), latenessMs: z.number() }),
})
export type Health = Readonly<z.infer<typeof healthSchema>>
