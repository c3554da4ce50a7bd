import type { Link } from '../../shared/api/link.ts'

/** Frames as JSON text over an open WebSocket. `closed` runs once, after the link's own listeners. */
export const socketLink = (socket: WebSocket, closed: () => void): Link => {
  const frameListeners = new Set<(frame: unknown) => void>()
  const closeListeners = new Set<() => void>()
  socket.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (typeof event.data !== 'string') return
    let frame: unknown
    try {
      frame = JSON.parse(event.data)
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      console.warn('a frame that is not JSON was ignored')
      return
    }
    for (const listener of [...frameListeners]) listener(frame)
  })
  socket.addEventListener('close', () => {
    for (const listener of [...closeListeners]) listener()
    closed()
  })
  return {
    // After a close nothing can be sent: the client has already told its callers that the link is lost.
    send: (frame) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
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
