/** A line on which M-Bus (EN 13757-2) is spoken, as the core uses it; `io/mbus` has it. */
import type { LinkFrame } from '../../../shared/mbus/link-frame.ts'
import type { MbusSiteLine } from '../../../shared/site/site.ts'
import type { ExchangeFault, FieldLine } from './field-line.ts'

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
