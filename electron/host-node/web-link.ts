import type { RawData, WebSocket } from 'ws'
import { AnswerTooLarge, type Link } from '../../shared/api/link.ts'
import type { Clock, Log } from '../core/ports.ts'
import { createFrameSender, type FrameSender } from './frame-sender.ts'

/** One frame to a screen; above it the answer is refused with words. Editable assumption: twice the largest snapshot seen. */
const largestFrameBytes = 64 << 20
/** A screen that neither takes bytes nor answers a ping for this long is gone: a cable was pulled, or it stopped reading. */
const lookEveryMs = 10_000
const silentLooks = 3

/** Ends a socket whose other side takes nothing any more: TCP itself would wait for hours, and what waits for it stays in memory. */
const watchProgress = (socket: WebSocket, sender: FrameSender, clock: Clock, log: Log): void => {
  let taken = 0
  let answered = true
  let silent = 0
  socket.on('pong', () => {
    answered = true
  })
  const look = () => {
    const now = sender.taken()
    silent = answered || now > taken ? 0 : silent + 1
    taken = now
    answered = false
    if (silent >= silentLooks) {
      log.warn('a screen takes nothing any more and was disconnected', { waitingBytes: sender.waiting() })
      return socket.terminate()
    }
    if (socket.readyState === socket.OPEN) socket.ping()
    cancel = clock.after(lookEveryMs, look)
  }
  let cancel = clock.after(lookEveryMs, look)
  socket.on('close', () => cancel())
}

/** A WebSocket as a link: one JSON text per frame. What is not JSON goes on as the text itself, for the receiver to refuse. */
export const createWebLink = (socket: WebSocket, clock: Clock, log: Log): Link => {
  const drainListeners = new Set<() => void>()
  const sender = createFrameSender(socket, () => {
    for (const listener of [...drainListeners]) listener()
  })
  watchProgress(socket, sender, clock, log)
  return {
    send: (frame) => {
      // A frame for a socket that is closing has nobody to read it; onClose follows.
      if (socket.readyState !== socket.OPEN) return
      const bytes = Buffer.from(JSON.stringify(frame))
      if (bytes.length > largestFrameBytes) throw new AnswerTooLarge(bytes.length, largestFrameBytes)
      sender.send(bytes)
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
        try {
          listener(frame)
        } catch (error) {
          // A bug of ours must end this screen's link, never the program. 1011: internal error (RFC 6455 section 7.4.1).
          log.error('a frame could not be handled', {
            error: error instanceof Error ? (error.stack ?? '') : String(error),
          })
          socket.close(1011, 'a frame could not be handled')
        }
      }
      socket.on('message', receive)
      return () => socket.off('message', receive)
    },
    onClose: (listener) => {
      socket.on('close', listener)
      return () => socket.off('close', listener)
    },
    onDrain: (listener) => {
      drainListeners.add(listener)
      return () => drainListeners.delete(listener)
    },
    backlog: sender.waiting,
    close: () => socket.close(),
  }
}
