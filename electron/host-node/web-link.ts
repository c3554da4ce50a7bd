import type { RawData, WebSocket } from 'ws'
import { decodeBytesFrame, encodeFrame } from '../../shared/api/bytes-frame.ts'
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

const frameOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Stays the text: the receiver answers that it is not a frame.
    return text
  }
}

/** A message of a socket as one run of bytes, whatever ws gave it as. */
const asBytes = (data: RawData): Buffer =>
  Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)

/**
 * A WebSocket as a link: a JSON text per frame, or a binary message where it holds bytes (bytes-frame.ts). What is neither goes on as the
 * text itself or as a BrokenFrame, for the receiver to refuse.
 */
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
      const message = encodeFrame(frame)
      const isBinary = typeof message !== 'string'
      const parts = isBinary ? message : [Buffer.from(message)]
      const size = parts.reduce((sum, part) => sum + part.length, 0)
      if (size > largestFrameBytes) throw new AnswerTooLarge(size, largestFrameBytes)
      sender.send(parts, isBinary)
    },
    onFrame: (listener) => {
      const receive = (data: RawData, isBinary: boolean) => {
        try {
          listener(isBinary ? decodeBytesFrame(asBytes(data)) : frameOf(asBytes(data).toString()))
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
