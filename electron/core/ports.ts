/** What the core needs from the world. `io/` implements these with Node; tests implement them with memory and a fake clock. */
import type { AuditRow, Interval, SiteEvent } from '../../shared/model/event.ts'
import type { SiteLine } from '../../shared/site/site.ts'
import type { SiteAddition } from '../../shared/site/site-addition.ts'
import type { Decision, Write } from '../../shared/model/decision.ts'
import type { Quality } from '../../shared/model/sample.ts'

export type Stop = () => void

export interface Clock {
  /** UTC, epoch milliseconds. */
  nowMs(): number
  /** Never goes back; for durations and periods. */
  monotonicMs(): number
  /** Runs the task once after the delay; the returned function prevents it. */
  after(delayMs: number, task: () => void): Stop
}

export interface Log {
  debug(message: string, data?: Record<string, unknown>): void
  info(message: string, data?: Record<string, unknown>): void
  warn(message: string, data?: Record<string, unknown>): void
  error(message: string, data?: Record<string, unknown>): void
}

export type NewId = () => string

// ---- lines ---------------------------------------------------------------------------------------------------------------

export type ModbusRequest =
  | { readonly unit: number; readonly functionCode: 3 | 4; readonly address: number; readonly count: number }
  | { readonly unit: number; readonly functionCode: 6 | 16; readonly address: number; readonly words: readonly number[] }

/** Why an exchange gave nothing. `message` says what, where and what to do. */
export interface ExchangeFault {
  readonly kind:
    | 'timeout' | 'exception' | 'crc' | 'malformed' | 'wrong-unit' | 'offline' | 'closed'
  /** Modbus exception code for kind `exception`. */
  readonly code: number | null
  readonly message: string
}

export type ExchangeOutcome =
  | {
    readonly ok: true
    /** 16-bit words in wire order; empty for a write. */
    readonly words: readonly number[]
    /** Clock.nowMs when the reply was complete. */
    readonly atMs: number
    /** From the last byte of the request to the first of the reply. */
    readonly turnaroundMs: number
  }
  | { readonly ok: false; readonly fault: ExchangeFault; readonly atMs: number }

export interface ExchangeOptions {
  readonly deadlineMs: number
  /** A write jumps the queue: a set-point never waits behind a sweep. */
  readonly priority: 'write' | 'read'
  /** Extra silence this device wants before a request, ms. */
  readonly quietMs?: number
  /** Largest read this device answers; on RTU a read after a lost reply may be lengthened up to it so that its reply is unmistakable. */
  readonly maxRegisters?: number
}

export type LineEvent =
  | { readonly kind: 'connected'; readonly atMs: number }
  | { readonly kind: 'disconnected'; readonly atMs: number; readonly problem: string }
  /** A reply that came after its deadline and was thrown away; unit is the one in the frame. */
  | { readonly kind: 'late-reply'; readonly atMs: number; readonly unit: number }
  /** Bytes that fit no request, or a frame with a wrong CRC. */
  | { readonly kind: 'stray'; readonly atMs: number; readonly bytes: number }

export interface LineFrame {
  readonly atMs: number
  readonly direction: 'sent' | 'received'
  readonly bytes: Uint8Array
}

export interface LineStatus {
  readonly state: 'connecting' | 'connected' | 'disconnected' | 'closed'
  readonly problem: string | null
  readonly reconnects: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

/** What every physical line has, whatever is spoken on it. It reconnects by itself with a back-off. */
export interface FieldLine {
  readonly id: string
  status(): LineStatus
  onEvent(listener: (event: LineEvent) => void): Stop
  /** Every frame as it was on the wire, broken ones too. */
  onFrame(listener: (frame: LineFrame) => void): Stop
  close(): Promise<void>
}

/**
 * One physical line: one request in flight at a time, whoever asks. Never throws and never rejects; after any fault it keeps
 * quiet and drains before the next request.
 */
export interface ModbusLine extends FieldLine {
  transact(request: ModbusRequest, options: ExchangeOptions): Promise<ExchangeOutcome>
}

/** Opens in the background: a line that cannot be opened is a line with a problem, not an error. */
export type OpenLine = (line: SiteLine) => ModbusLine

// ---- chargers ------------------------------------------------------------------------------------------------------------

export type ChargerOutcome<T> = ({ readonly ok: true; readonly atMs: number } & T) | { readonly ok: false; readonly why: string; readonly atMs: number }

/** One charger's control registers, whatever the protocol. Never rejects: device trouble is an outcome. */
export interface ChargerLink {
  readonly chargerId: string
  readonly canReadBack: boolean
  /** Sends a limit in amperes (0 pauses). Sent is not done: read it back. A write is never repeated blindly. */
  writeLimit(limitA: number): Promise<ChargerOutcome<unknown>>
  /** The limit the charger says is in force, A. */
  readBackLimit(): Promise<ChargerOutcome<{ readonly limitA: number }>>
  /** Feeds a watchdog that is not fed by requests or by the limit itself; called only after a fresh and valid decision. */
  feedWatchdog(): Promise<ChargerOutcome<unknown>>
}

// ---- store ---------------------------------------------------------------------------------------------------------------

/** One second of one meter: quantity keys with value (null: missing, with its quality). */
export interface StoredReading {
  readonly meterId: string
  readonly atMs: number
  readonly values: Readonly<Record<string, { readonly value: number | null; readonly quality: Quality }>>
}

/** One bucket of history: [min, mean, max] or null for a gap. */
export interface HistoryColumn { readonly quantity: string; readonly buckets: readonly (readonly [number, number, number] | null)[] }
export interface History { readonly startMs: number; readonly bucketMs: number; readonly columns: readonly HistoryColumn[] }

export interface TimeRange { readonly fromMs: number; readonly toMs: number }

/**
 * The site's memory. An append's promise resolves when the row would survive kill -9 (intervals, events, audit) or has been
 * handed to the ring (readings); it rejects when it could not be stored, and the caller reports that as a health problem.
 */
export interface Recorder {
  appendReadings(rows: readonly StoredReading[]): Promise<void>
  appendIntervals(rows: readonly Interval[]): Promise<void>
  appendEvents(rows: readonly SiteEvent[]): Promise<void>
  /** May leave out a decision that says nothing new (core/record/decision-thinner.ts); resolves then at once. */
  appendDecision(decision: Decision): Promise<void>
  appendWrite(write: Write): Promise<void>
  appendAudit(row: Omit<AuditRow, 'seq' | 'hash'>): Promise<AuditRow>
  readings(meterId: string, range: TimeRange): Promise<readonly StoredReading[]>
  history(meterId: string, quantities: readonly string[], range: TimeRange, maxBuckets: number): Promise<History>
  intervals(meterId: string, lengthS: 60 | 900, range: TimeRange): Promise<readonly Interval[]>
  events(range: TimeRange, limit: number): Promise<readonly SiteEvent[]>
  decisions(range: TimeRange, limit: number): Promise<readonly Decision[]>
  writes(range: TimeRange, limit: number): Promise<readonly Write[]>
  audit(range: TimeRange, limit: number): Promise<readonly AuditRow[]>
  /** Last known findings and register readings at the previous stop are not kept: only what was appended. */
  status(): { readonly state: 'ok' | 'degraded' | 'off'; readonly problem: string | null; readonly readingsSinceMs: number | null; readonly bytes: number }
  close(): Promise<void>
}

/** Bytes of a zip made from named files; implemented by io (fflate), used by the snapshot report. */
export interface Archive {
  zip(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array>
  sha256(bytes: Uint8Array): Promise<string>
  /** CSV (RFC 4180, CRLF) whose text cells no spreadsheet takes for a formula. null is an empty cell. */
  csv(rows: readonly (readonly (string | number | null)[])[]): string
  base64(bytes: Uint8Array): string
  utf8(text: string): Uint8Array
}

/** The site lock: whoever holds it may write to chargers. */
export interface SiteLock {
  readonly held: boolean
  /** "held by process 4711 on host depot-pc since 2026-11-23 10:12 UTC"; null when we hold it. */
  readonly holder: string | null
  /**
   * True while the lock on disk is still this program's; false when it is gone or another's, and always false when it was never held.
   * Cheap enough for once a few seconds. Ask twice before acting on a false: a program that judges the lock wrongly puts it back within milliseconds.
   */
  stillHeld?(): boolean
  release(): Promise<void>
}

// ---- the site file ---------------------------------------------------------------------------------------------------------

export type Saved = { readonly ok: true } | { readonly ok: false; readonly problems: readonly string[] }

/** Changes the site file for a person: what is there, comments too, stays; a file that would not be valid is not written. */
export interface SiteEditor {
  add(addition: SiteAddition): Promise<Saved>
}

/** A serial port of this computer, for a person to choose from. */
export interface SerialPortInfo { readonly path: string; readonly description: string }
