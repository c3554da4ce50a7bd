import type { LineProblem } from '../../../shared/said/line-problem.ts'

export interface ChannelListeners {
  readonly data: (bytes: Uint8Array) => void
  /** Called once when an open channel closes by itself: what happened, where, and what to do. */
  readonly closed: (problem: LineProblem) => void
}

/** A socket or a serial port, reduced to bytes. May be opened again after it closed. */
export interface ByteChannel {
  /** "tcp 10.0.0.5:502" or "/dev/ttyUSB0": how messages name it. */
  readonly where: string
  /** Resolves to null when open, or to the problem: what, where, what to do. Never rejects. */
  open(listeners: ChannelListeners): Promise<LineProblem | null>
  /** Does nothing when not open; a failing write shows as `closed`. */
  write(bytes: Uint8Array): void
  /** Resolves when the port is free again; `closed` is not called. */
  close(): Promise<void>
}
