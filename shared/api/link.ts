/** A transport: frames are JSON-able values with bytes (`Uint8Array`) in them. What it can't read it hands on as a BrokenFrame. Electron IPC, a WebSocket and a pair in memory all fit it. */
export interface Link {
  /** Throws AnswerTooLarge for a frame that this transport does not carry; the link itself holds. */
  send(frame: unknown): void
  onFrame(listener: (frame: unknown) => void): () => void
  onClose(listener: () => void): () => void
  /** Bytes waiting to be sent, where the transport knows; 0 otherwise. Above a bound `latest` streams and queries wait. */
  backlog?(): number
  /** Tells when waiting bytes have gone, so that what waits for room may go on; a transport with a backlog has it. */
  onDrain?(listener: () => void): () => void
  close(): void
}

export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge'
  constructor(bytes: number, limit: number) {
    const mib = (count: number) => (count / (1 << 20)).toFixed(0)
    super(
      `the answer is too large for one piece (${mib(bytes)} MiB, at most ${mib(limit)} MiB): ask for a shorter time or for less`,
    )
  }
}
