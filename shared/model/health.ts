import { z } from 'zod'

/** Counters since start; turnaround in milliseconds over the last 200 requests, null while there are none. */
export const exchangeCountsSchema = z.object({
  requests: z.number(),
  replies: z.number(),
  timeouts: z.number(),
  crcErrors: z.number(),
  /** The device's own exceptions; those of a gateway are counted apart. */
  exceptions: z.number(),
  /** Exceptions of a gateway: 0x0B, the device behind it does not answer; 0x0A, it has no path to this unit (a setting of the gateway). */
  gatewaySilent: z.number(),
  gatewayNoPath: z.number(),
  /** Replies of the wrong length, unit or function. */
  malformed: z.number(),
  /** Replies that could be another request's, thrown away and asked for again. Recordings of before count them as malformed. */
  doubted: z.number().optional(),
  /** Replies that came after their deadline and were thrown away. */
  lateReplies: z.number(),
  turnaroundMs: z.object({ p50: z.number(), p95: z.number(), max: z.number() }).nullable(),
})
export type ExchangeCounts = Readonly<z.infer<typeof exchangeCountsSchema>>

export const deviceHealthSchema = exchangeCountsSchema.extend({
  kind: z.enum(['meter', 'charger']),
  lineId: z.string(),
  /** Modbus unit or M-Bus address (253 where it is asked by its secondary address). */
  unit: z.number(),
  /** The same for a person: "unit 5", "M-Bus address 5", "M-Bus 12345678". */
  address: z.string(),
  /** unrouted: a gateway has no path to it, so nothing is known of the device itself. */
  state: z.enum(['waiting', 'ok', 'degraded', 'silent', 'unrouted']),
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
  /** What the device says of itself that a person should know, e.g. an M-Bus meter's "it reports low power". */
  notes: z.array(z.string()),
  /** What it was found to be, where that is looked up in the device itself (SunSpec): maker, model, serial number, where it is read. */
  identity: z.string().optional(),
  /**
   * Of a device that connects to this program (OCPP): who it is, what is spoken, from where, and its last message, in a sentence; and what it
   * does beside the standard, the newest of each kind.
   */
  connection: z.object({ text: z.string(), remarks: z.array(z.string()) }).optional(),
  /** Deadline of the next read of the fast quantities, learned from the device, and the longest one allowed, ms; of Modbus devices only. */
  deadlineMs: z.number().optional(),
  longestDeadlineMs: z.number().optional(),
})
export type DeviceHealth = Readonly<z.infer<typeof deviceHealthSchema>>

/**
 * What a network line costs on a link that is paid by volume. Application bytes are counted; `overheadBytesPerExchange` of IP and
 * TCP headers are an estimate. A projection needs some minutes: null before.
 */
export const dataVolumeSchema = z.object({
  /** Since start, with the estimated headers. */
  bytes: z.number(),
  bytesPerDay: z.number().nullable(),
  bytesPerMonth: z.number().nullable(),
  /** How long the rate was measured over, ms. */
  basisMs: z.number(),
  overheadBytesPerExchange: z.number(),
  budgetBytesPerMonth: z.number().nullable(),
  /** What to change where it is much or over the budget; null where there is nothing to say. */
  advice: z.string().nullable(),
})
export type DataVolume = Readonly<z.infer<typeof dataVolumeSchema>>

export const lineHealthSchema = exchangeCountsSchema.extend({
  transport: z.enum(['tcp', 'rtu-over-tcp', 'serial', 'mbus-serial', 'mbus-tcp', 'ocpp']),
  address: z.string(),
  state: z.enum(['connecting', 'connected', 'disconnected', 'closed']),
  /** Why it is not connected and what to do; null when it is. */
  problem: z.string().nullable(),
  reconnects: z.number(),
  bytesSent: z.number(),
  bytesReceived: z.number(),
  /** Bytes that belonged to no request. */
  strayBytes: z.number(),
  /** null on a serial line. */
  volume: dataVolumeSchema.nullable().optional(),
})
export type LineHealth = Readonly<z.infer<typeof lineHealthSchema>>

export const healthSchema = z.object({
  atMs: z.number(),
  lines: z.record(z.string(), lineHealthSchema),
  devices: z.record(z.string(), deviceHealthSchema),
  store: z.object({
    state: z.enum(['ok', 'degraded', 'off']),
    problem: z.string().nullable(),
    readingsSinceMs: z.number().nullable(),
    bytes: z.number(),
    /** This instance only reads: another one records the site. */
    readOnly: z.boolean().optional(),
    /** What each table takes. `bytesPerYear`: at the rate since its oldest row, null in its first day; its oldest rows go past `keepBytes` or `keepMs`. */
    tables: z
      .record(
        z.string(),
        z.object({
          rows: z.number(),
          bytes: z.number(),
          bytesPerYear: z.number().nullable(),
          keepBytes: z.number().nullable(),
          keepMs: z.number().nullable(),
        }),
      )
      .optional(),
    /** What the site's file may grow by in a year. */
    budgetBytesPerYear: z.number().optional(),
  }),
  /** Cycle time of the core, ms, and how far past its time the last cycle started. */
  cycle: z.object({ durationMs: z.number(), latenessMs: z.number() }),
})
export type Health = Readonly<z.infer<typeof healthSchema>>
