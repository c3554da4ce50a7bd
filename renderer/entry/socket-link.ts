import { BrokenFrame, decodeBytesFrame, encodeFrame, joinBytes } from '../../shared/api/bytes-frame.ts'
import type { Link } from '../../shared/api/link.ts'

/** What is no frame is handed on as a BrokenFrame: the client reports it. */
const frameOf = (data: unknown): unknown => {
  if (data instanceof ArrayBuffer) return decodeBytesFrame(new Uint8Array(data))
  try {
    return JSON.parse(String(data)) as unknown
  } catch {
    return new BrokenFrame('a text that is not JSON')
  }
}

/** Frames as JSON text, or as binary messages where they hold bytes, over an open WebSocket. `closed` runs once, after the link's own listeners. */
export const socketLink = (socket: WebSocket, closed: () => void): Link => {
  socket.binaryType = 'arraybuffer'
  const frameListeners = new Set<(frame: unknown) => void>()
  const closeListeners = new Set<() => void>()
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    const frame = frameOf(event.data)
    for (const listener of [...frameListeners]) listener(frame)
  })
  socket.addEventListener('close', () => {
    for (const listener of [...closeListeners]) listener()
    closed()
  })
  return {
    // After a close nothing can be sent: the client has already told its callers that the link is lost.
    send: (frame) => {
      if (socket.readyState !== WebSocket.OPEN) return
      const message = encodeFrame(frame)
      socket.send(typeof message === 'string' ? message : joinBytes(message))
    },
    onFrame: (listener) => {
      frameListeners.add(listener)
      return () => frameListeners.delete(listener)
    },
    onClose: (listener) => {
      closeListeners.add(listener)
      return () => closeListeners.delete(listener)
    },
    backlog: () => socket.bufferedAmount,
    close: () => socket.close(1000),
  }
}
