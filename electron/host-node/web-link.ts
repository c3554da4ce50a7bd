import type { RawData, WebSocket } from 'ws'
import type { Link } from '../../shared/api/link.ts'

/** A WebSocket as a link: one JSON text per frame. What is not JSON goes on as the text itself, for the receiver to refuse. */
export const createWebLink = (socket: WebSocket): Link => ({
  send: (frame) => {
    // A frame for a socket that is closing has nobody to read it; onClose follows.
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
  },
  onFrame: (listener) => {
    const receive = (data: RawData, isBinary: boolean) => {
      if (isBinary) return listener(null)
      const text = data.toString()
      let frame: unknown = text
      try {
        frame = JSON.parse(text)
      } catch {
        // Stays the text: the receiver answers that it is not a frame.
      }
      listener(frame)
    }
    socket.on('message', receive)
    return () => socket.off('message', receive)
  },
  onClose: (listener) => {
    socket.on('close', listener)
    return () => socket.off('close', listener)
  },
  backlog: () => socket.bufferedAmount,
  close: () => socket.close(),
})
