/** A transport: frames are JSON-able values. Electron IPC, a WebSocket and a pair in memory all fit it. */
export interface Link {
  send(frame: unknown): void
  onFrame(listener: (frame: unknown) => void): () => void
  onClose(listener: () => void): () => void
  /** Bytes waiting to be sent, where the transport knows; 0 otherwise. Above a bound `latest` streams wait. */
  backlog?(): number
  close(): void
}
