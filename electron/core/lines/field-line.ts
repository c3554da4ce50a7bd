/** What every physical line has, whatever is spoken on it: its state, its events, its frames. */
import type { LineProblem } from '../../../shared/said/line-problem.ts'
import type { Stop } from '../ports.ts'

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
