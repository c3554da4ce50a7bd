/** What the core needs from the world. `io/` implements these with Node; tests implement them with memory and a fake clock. */
import type { AuditRow, Interval, SiteEvent } from '../../shared/model/event.ts'
import type { LinkFrame } from '../../shared/mbus/link-frame.ts'
import type { MbusSiteLine, ModbusSiteLine } from '../../shared/site/site.ts'
import type { Decision, Write } from '../../shared/model/decision.ts'
import type { ChargerAbilities } from '../../shared/charger/abilities.ts'
import type { SaidFallback } from '../../shared/charger/own-fallback.ts'
import type { LineProblem } from '../../shared/said/line-problem.ts'
import type { Quality } from '../../shared/model/sample.ts'
import type { QualityRecord } from '../../shared/power-quality/quality-record.ts'

export type Stop = () => void

export interface Clock {
  /** UTC, epoch milliseconds. */
  nowMs(): number
  /** Never goes back; for durations and periods. */
  monotonicMs(): number
  /** Time since this computer was started, its sleep counted; where the system tells. For telling a sleep from a clock that was set. */
  sinceBootMs?(): number
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
  /** Read file record (Modbus Application Protocol V1.1b3, 6.14), one group: `address` is the record in the file, `count` registers of it. */
  | {
      readonly unit: number
      readonly functionCode: 20
      readonly file: number
      readonly address: number
      readonly count: number
    }
  | {
      readonly unit: number
      readonly functionCode: 6 | 16
      readonly address: number
      readonly words: readonly number[]
    }

/** Why an exchange gave nothing. `message` says what, where and what to do. */
export interface ExchangeFault {
  readonly kind:
    | 'timeout'
    | 'exception'
    | 'crc'
    | 'malformed'
    | 'wrong-unit'
    /** What came, or would come, can't be told from another request's reply: it is not believed. */
    | 'doubtful'
    | 'offline'
    | 'closed'
    /** M-Bus: several meters answered at once. */
    | 'collision'
  /** Modbus exception code for kind `exception`. */
  readonly code: number | null
  readonly message: string
  /** A reply had begun and was not whole when it was given up: the device lives, and takes longer than it was given. */
  readonly isCut?: true
  /** What came says nothing about the device: the place in the stream was lost, and the connection is being renewed. */
  readonly isOutOfStep?: true
  /** Nothing was asked, because no reply could be told from another request's: there is nothing to do but wait. */
  readonly isUnasked?: true
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
      /**
       * From the last byte of the request to the last of the reply, less the time its bytes take on a wire whose speed we know: what a
       * deadline must cover.
       */
      readonly completeMs: number
    }
  | { readonly ok: false; readonly fault: ExchangeFault; readonly atMs: number }

/** Where a read may begin and end instead of exactly where it was asked to, all registers of it known to answer. */
export interface ReadRoom {
  /** Addresses: the first register, and the one behind the last. */
  readonly first: number
  readonly end: number
  readonly isEvenOnly: boolean
  /** The other function by which this device answers the same registers; absent where its maker says nothing of it. */
  readonly twin?: 3 | 4
  /** Addresses at which a read may begin or end without tearing a value. */
  readonly edges: readonly number[]
  /** Addresses at which it may be split in two: what must come in one reply stays together. */
  readonly cuts: readonly number[]
}

export interface ExchangeOptions {
  readonly deadlineMs: number
  /** A write jumps the queue: a set-point never waits behind a sweep. */
  readonly priority: 'write' | 'read'
  /** A reply that has begun may pause this long, ms, where that is more than the line's own patience: of a device seen to send in pieces. */
  readonly pauseMs?: number
  /** Extra silence this device wants before a request, ms. */
  readonly quietMs?: number
  /** Largest read this device answers; on RTU a read may be lengthened up to it so that its reply is unmistakable. */
  readonly maxRegisters?: number
  /**
   * On RTU: how the read may be changed for the same purpose; null where nothing is known. The words asked for come back all the same. Asked
   * for only by a line that needs it.
   */
  readonly room?: () => ReadRoom | null
  /** A search: silence says that nobody has this number, not that the line is dead, so the line is not opened anew for it. */
  readonly mayBeSilent?: boolean
}

export type LineEvent =
  | { readonly kind: 'connected'; readonly atMs: number }
  | { readonly kind: 'disconnected'; readonly atMs: number; readonly problem: LineProblem }
  /** A reply that came after its deadline and was thrown away; unit is the one in the frame, `afterMs` how long after its request. */
  | { readonly kind: 'late-reply'; readonly atMs: number; readonly unit: number; readonly afterMs?: number }
  /** Bytes that fit no request, or a frame with a wrong CRC; on Modbus TCP also which: a second reply, or one nobody asked for. */
  | {
      readonly kind: 'stray'
      readonly atMs: number
      readonly bytes: number
      readonly why?: 'duplicate' | 'unknown-transaction'
    }

/**
 * Both times are those at which this program handed the bytes over or got them: on a serial line the operating system and a USB
 * adapter move them by up to 16 ms (FTDI latency timer), on a network its way and the gateway's come on top.
 */
export interface LineFrame {
  /** UTC, epoch ms, when the frame was complete. */
  readonly atMs: number
  /** The same in monotonic time, with fractions of a millisecond. */
  readonly monotonicMs: number
  /** Monotonic time of the first byte received; of a sent frame the same as monotonicMs. */
  readonly firstMonotonicMs: number
  readonly direction: 'sent' | 'received'
  readonly bytes: Uint8Array
}

export interface LineStatus {
  readonly state: 'connecting' | 'connected' | 'disconnected' | 'closed'
  readonly problem: LineProblem | null
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
export type OpenLine = (line: ModbusSiteLine) => ModbusLine

/** What the far side should send: `ack` one E5, `answer` a frame with data, `either`, or `nothing` (a broadcast to 255). */
export type MbusExpectation = 'ack' | 'answer' | 'either' | 'nothing'

export type MbusOutcome =
  /** `frame` is null where nothing was expected. Turnaround: from the last byte of the request to the first of the answer. */
  | { readonly ok: true; readonly frame: LinkFrame | null; readonly atMs: number; readonly turnaroundMs: number }
  /** `collision`, and for a shared address also `crc` and `malformed`, mean that several meters answered at once. */
  | { readonly ok: false; readonly fault: ExchangeFault; readonly atMs: number }

export interface MbusExchangeOptions {
  readonly expect: MbusExpectation
  /** Longest wait for the first byte; default: what the standard allows a meter and what the line adds. */
  readonly deadlineMs?: number
  /** Keep listening this long after the answer: a second one is a collision. */
  readonly holdMs?: number
  /** Silence is an answer here, as in a search: it is no sign of a dead connection. */
  readonly isProbing?: boolean
}

/** One M-Bus with its meters: one exchange at a time, whoever asks. Never throws and never rejects; drops echoes by itself. */
export interface MbusLine extends FieldLine {
  /** Longest wait for the first byte of an answer, ms: the deadline where none is given. */
  readonly answerMs: number
  exchange(frame: LinkFrame, options: MbusExchangeOptions): Promise<MbusOutcome>
  /**
   * Runs a conversation of several exchanges that nobody else may interrupt: a selection and what is then asked of address 253.
   * `task` uses the exchange it is given; conversations wait for each other in order.
   */
  converse<T>(task: (exchange: MbusLine['exchange']) => Promise<T>): Promise<T>
}

export type OpenMbusLine = (line: MbusSiteLine) => MbusLine

/**
 * What was learned of the site's devices in earlier runs, so that a start need not learn it again. It may be lost or wrong at any time:
 * whoever recalls checks it, and it heals.
 */
export interface FactShelf {
  /** What was kept for this device last; undefined when nothing was. */
  recall(deviceId: string): unknown
  /** Kept at leisure; a second instance on the same site keeps nothing. */
  keep(deviceId: string, facts: unknown): void
}

// ---- chargers ------------------------------------------------------------------------------------------------------------

export type ChargerOutcome<T> =
  | ({ readonly ok: true; readonly atMs: number } & T)
  | { readonly ok: false; readonly why: string; readonly atMs: number }

/** One charger under control, whatever it speaks. Never rejects: device trouble is an outcome. */
export interface ChargerLink {
  readonly chargerId: string
  /** What it can do; all that control knows of the charger beside what the site file declares. */
  readonly abilities: ChargerAbilities
  /** Sends a limit in amperes (0 pauses). Sent is not done: read it back. A write is never repeated blindly. */
  writeLimit(limitA: number): Promise<ChargerOutcome<unknown>>
  /** The limit the charger says is in force, A. */
  readBackLimit(): Promise<ChargerOutcome<{ readonly limitA: number }>>
  /** Writes its own fallback current and time-out (null: leave it); only where its abilities say that it may be. Sent is not done. */
  setOwnFallback?(wanted: {
    readonly limitA: number
    readonly timeoutS: number | null
  }): Promise<ChargerOutcome<unknown>>
  /** What it says of its own fallback; null what it does not say. */
  readOwnFallback?(): Promise<ChargerOutcome<SaidFallback>>
  /** Tells it to charge on one phase (that of its terminal T1) or three; only where its abilities say so, and only while it is paused. Sent is not done. */
  switchPhases?(phases: 1 | 3): Promise<ChargerOutcome<unknown>>
  /** Feeds a watchdog that is not fed by requests or by the limit itself; called only after a fresh and valid decision. */
  feedWatchdog(): Promise<ChargerOutcome<unknown>>
}

// ---- store ---------------------------------------------------------------------------------------------------------------

/** What one quantity was in one second of one meter. */
export interface StoredValue {
  /** The mean of the good reads (RMS values by mean square), of counters and states the last one; null: there was none. */
  readonly value: number | null
  /** `good` where there was a good read; else why not. */
  readonly quality: Quality
  /** Where it was read more than once: the extremes and number of the good reads (null and 0: none), and the worst quality of all. */
  readonly spread?: {
    readonly min: number | null
    readonly max: number | null
    readonly count: number
    readonly worst: Quality
  }
}
/** One second of one meter: quantity keys with what was read of them in it. */
export interface StoredReading {
  readonly meterId: string
  readonly atMs: number
  readonly values: Readonly<Record<string, StoredValue>>
}

/** One bucket of history: [min, mean, max] or null for a gap. */
export interface HistoryColumn {
  readonly quantity: string
  readonly buckets: readonly (readonly [number, number, number] | null)[]
}
export interface History {
  readonly startMs: number
  readonly bucketMs: number
  readonly columns: readonly HistoryColumn[]
}

export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Which intervals of a range are given, and with which statistics. */
export interface IntervalPageRequest {
  /** At most this many, from one end of the range; default 5000. */
  readonly limit?: number
  /** Which end of the range is given first where there are more; default the oldest. */
  readonly from?: 'oldest' | 'newest'
  /** The whole range in at most about this many rows: neighbours are joined where there are more (from quarter hours where they do). */
  readonly joinTo?: number
  /** Names of the statistics that are wanted; default all. */
  readonly quantities?: readonly string[]
}
/** An interval, or several that were joined: from `startMs` to `endMs`, energies summed, extremes kept, means weighed. */
export type JoinedInterval = Interval & { readonly joined?: number; readonly endMs?: number }

/** What the store takes on the disk, by table. */
export interface StoreUsage {
  readonly rows: number
  readonly bytes: number
  /** At the rate since the table's oldest row; null while that is not a day old. */
  readonly bytesPerYear: number | null
  /** The oldest rows go when the table takes more, or they are older; null: not for that reason. */
  readonly keepBytes: number | null
  readonly keepMs: number | null
}

/**
 * The site's memory. An append's promise resolves when the row would survive kill -9 (intervals, events, audit) or has been
 * handed to the ring (readings); it rejects when it could not be stored, and the caller reports that as a health problem. Events,
 * decisions and writes that could not be stored for want of a usable disk wait inside (bounded, in order) and are stored when there
 * is one; an event of the store then tells of the gap. Reads are bounded: an answer ends where it is large enough for one piece, so a
 * caller that wants all asks again for what lies before (or after) until nothing more comes.
 */
export interface Recorder {
  appendReadings(rows: readonly StoredReading[]): Promise<void>
  appendIntervals(rows: readonly Interval[]): Promise<void>
  appendEvents(rows: readonly SiteEvent[]): Promise<void>
  /** May leave out a decision that says nothing new (core/record/decision-thinner.ts); resolves then at once. */
  appendDecision(decision: Decision): Promise<void>
  appendWrite(write: Write): Promise<void>
  appendQuality(rows: readonly QualityRecord[]): Promise<void>
  appendAudit(row: Omit<AuditRow, 'seq' | 'hash'>): Promise<AuditRow>
  readings(meterId: string, range: TimeRange): Promise<readonly StoredReading[]>
  history(meterId: string, quantities: readonly string[], range: TimeRange, maxBuckets: number): Promise<History>
  intervals(
    meterId: string,
    lengthS: 60 | 900,
    range: TimeRange,
    page?: IntervalPageRequest,
  ): Promise<readonly JoinedInterval[]>
  events(range: TimeRange, limit: number): Promise<readonly SiteEvent[]>
  decisions(range: TimeRange, limit: number): Promise<readonly Decision[]>
  writes(range: TimeRange, limit: number): Promise<readonly Write[]>
  audit(range: TimeRange, limit: number): Promise<readonly AuditRow[]>
  quality(range: TimeRange, limit: number): Promise<readonly QualityRecord[]>
  /** Last known findings and register readings at the previous stop are not kept: only what was appended. */
  status(): {
    readonly state: 'ok' | 'degraded' | 'off'
    readonly problem: string | null
    readonly readingsSinceMs: number | null
    readonly bytes: number
    /** This instance only reads: another one records this site. */
    readonly readOnly?: boolean
    readonly tables?: Readonly<Record<string, StoreUsage>>
    /** What the site's file may grow by in a year, bytes. */
    readonly budgetBytesPerYear?: number
  }
  /** Events of the store itself (a gap, a damaged file): they are stored like any other; whoever shows events live hears of them here. */
  onEvent?(listener: (event: SiteEvent) => void): Stop
  close(): Promise<void>
}

/** The site lock: whoever holds it may write to chargers. */
export interface SiteLock {
  readonly held: boolean
  /** "held by process 4711 on host depot-pc since 2026-11-23 10:12 UTC"; null when we hold it. */
  readonly holder: string | null
  /** Not held because another program has it (or is just taking it), and not because the file can't be written. */
  readonly isAnothers?: boolean
  /**
   * True while the lock on disk is still this program's; false when it is gone or another's, and always false when it was never held.
   * Cheap enough for once a few seconds. Ask twice before acting on a false: a program that judges the lock wrongly puts it back within milliseconds.
   */
  stillHeld?(): boolean
  release(): Promise<void>
}
