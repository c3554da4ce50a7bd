import type { WebSocket } from 'ws'

export interface FrameSender {
  readonly send: (bytes: Buffer) => void
  /** Bytes not yet taken by the operating system. */
  readonly waiting: () => number
  /** Bytes taken so far; grows as long as the other side reads. */
  readonly taken: () => number
}

/**
 * Sends texts in order, in fragments (RFC 6455 section 5.4) of which one is on its way at a time. A text of 40 MB written at once
 * would count as not taken until its last byte was, and a screen that reads it slowly would look like one that reads nothing.
 */
const fragmentBytes = 128 * 1024

export const createFrameSender = (socket: WebSocket, onTaken: () => void): FrameSender => {
  const queue: Buffer[] = []
  let waiting = 0
  let taken = 0
  let busy = false

  const next = () => {
    const [text] = queue
    if (text === undefined || socket.readyState !== socket.OPEN) {
      busy = false
      return
    }
    busy = true
    const isLast = text.length <= fragmentBytes
    const fragment = isLast ? text : text.subarray(0, fragmentBytes)
    if (isLast) queue.shift()
    else queue[0] = text.subarray(fragmentBytes)
    socket.send(fragment, { binary: false, fin: isLast }, () => {
      waiting -= fragment.length
      taken += fragment.length
      onTaken()
      next()
    })
  }
  socket.on('close', () => {
    queue.length = 0
    waiting = 0
  })
  return {
    send: (bytes) => {
      queue.push(bytes)
      waiting += bytes.length
      if (!busy) next()
    },
    waiting: () => waiting,
    taken: () => taken,
  }
}
