/** A line on which Modbus is spoken, as the core uses it; `io/modbus` has it, tests have it in memory. */
import type { ModbusSiteLine } from '../../../shared/site/site.ts'
import type { ExchangeFault, FieldLine } from './field-line.ts'

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

/**
 * One physical line: one request in flight at a time, whoever asks. Never throws and never rejects; after any fault it keeps
 * quiet and drains before the next request.
 */
export interface ModbusLine extends FieldLine {
  transact(request: ModbusRequest, options: ExchangeOptions): Promise<ExchangeOutcome>
}

/** Opens in the background: a line that cannot be opened is a line with a problem, not an error. */
export type OpenLine = (line: ModbusSiteLine) => ModbusLine
