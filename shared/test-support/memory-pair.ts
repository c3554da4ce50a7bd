import { decodeBytesFrame, encodeFrame, joinBytes } from '../api/bytes-frame.ts'
import type { Link } from '../api/link.ts'

const decoded = (message: ReturnType<typeof encodeFrame>): unknown =>
  typeof message === 'string' ? JSON.parse(message) : decodeBytesFrame(joinBytes(message))

/** One end of a pair in memory: frames cross encoded in a later microtask, as they would cross a WebSocket. */
export interface MemoryEnd extends Link {
  /** What `backlog` answers; set by a test that plays a slow transport. */
  backlogBytes: number
  /** Tells that what waited has gone; a test sets `backlogBytes` first. */
  drained: () => void
  /** What `send` throws for each frame, or null where it goes. */
  refuses: (frame: unknown) => Error | null
}

export const createMemoryPair = (): { readonly left: MemoryEnd; readonly right: MemoryEnd } => {
  const frameListeners = [new Set<(frame: unknown) => void>(), new Set<(frame: unknown) => void>()] as const
  const closeListeners = new Set<() => void>()
  let open = true
  const close = () => {
    if (!open) return
    open = false
    // As with a real transport, what was sent before still arrives.
    queueMicrotask(() => {
      for (const listener of [...closeListeners]) listener()
    })
  }
  const end = (own: 0 | 1): MemoryEnd => {
    const drainListeners = new Set<() => void>()
    const self: MemoryEnd = {
      backlogBytes: 0,
      drained: () => {
        for (const listener of [...drainListeners]) listener()
      },
      refuses: () => null,
      onDrain: (listener) => {
        drainListeners.add(listener)
        return () => drainListeners.delete(listener)
      },
      send: (frame) => {
        if (!open) throw new Error('closed')
        const refused = self.refuses(frame)
        if (refused !== null) throw refused
        const message = encodeFrame(frame)
        queueMicrotask(() => {
          for (const listener of [...frameListeners[own === 0 ? 1 : 0]]) listener(decoded(message))
        })
      },
      onFrame: (listener) => {
        frameListeners[own].add(listener)
        return () => frameListeners[own].delete(listener)
      },
      onClose: (listener) => {
        closeListeners.add(listener)
        return () => closeListeners.delete(listener)
      },
      backlog: () => self.backlogBytes,
      close,
    }
    return self
  }
  return { left: end(0), right: end(1) }
}
