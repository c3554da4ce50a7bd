/**
 * What a frame says. `shape` is what it looks like by itself: on RTU a write and its confirmation are the same bytes (`write`).
 * `garbage`: bytes that are no valid frame; `problem` says why.
 */
export interface DecodedFrame {
  readonly shape: 'read-request' | 'read-reply' | 'write' | 'exception' | 'other' | 'garbage'
  /** Null: no check sum in this framing, or too short to hold one. */
  readonly checksumOk: boolean | null
  readonly problem: string | null
  readonly unit: number | null
  /** Without the exception bit. Null on M-Bus and in garbage. */
  readonly functionCode: number | null
  readonly exceptionCode: number | null
  readonly address: number | null
  /** Registers (or coils) asked for or written. */
  readonly count: number | null
  /** 16-bit words of a read reply or a write, in wire order. */
  readonly values: readonly number[] | null
  /** MBAP only. */
  readonly transaction: number | null
  /** The whole in words: "unit 5, read input registers 0x0000-0x0001 (2)". */
  readonly words: string
}
