import type { WebSocket } from 'ws'

export interface FrameSender {
  /** The parts of one message, in order; they are not changed and must not change until they were sent. */
  readonly send: (parts: readonly Uint8Array[], isBinary: boolean) => void
  /** Bytes not yet taken by the operating system. */
  readonly waiting: () => number
  /** Bytes taken so far; grows as long as the other side reads. */
  readonly taken: () => number
}

/**
 * Sends messages in order, in fragments (RFC 6455 section 5.4) of which one is on its way at a time. A text of 40 MB written at once
 * would count as not taken until its last byte was, and a screen that reads it slowly would look like one that reads nothing.
 */
const fragmentBytes = 128 * 1024

interface Fragment {
  readonly bytes: Uint8Array
  readonly isBinary: boolean
  readonly isLast: boolean
}

/** Views of the parts, none longer than a fragment; a message of nothing is one empty fragment. */
const fragmentsOf = (parts: readonly Uint8Array[], isBinary: boolean): readonly Fragment[] => {
  const views = parts.flatMap((part) =>
    Array.from({ length: Math.max(1, Math.ceil(part.length / fragmentBytes)) }, (_, index) =>
      part.subarray(index * fragmentBytes, (index + 1) * fragmentBytes),
    ),
  )
  return views.map((bytes, index) => ({ bytes, isBinary, isLast: index === views.length - 1 }))
}

export const createFrameSender = (socket: WebSocket, onTaken: () => void): FrameSender => {
  const queue: Fragment[] = []
  let waiting = 0
  let taken = 0
  let busy = false

  const next = () => {
    const fragment = queue.shift()
    if (fragment === undefined || socket.readyState !== socket.OPEN) {
      busy = false
      return
    }
    busy = true
    const { bytes, isBinary, isLast } = fragment
    socket.send(bytes, { binary: isBinary, fin: isLast }, () => {
      waiting -= bytes.length
      taken += bytes.length
      onTaken()
      next()
    })
  }
  socket.on('close', () => {
    queue.length = 0
    waiting = 0
  })
  return {
    send: (parts, isBinary) => {
      for (const fragment of fragmentsOf(parts, isBinary)) {
        queue.push(fragment)
        waiting += fragment.bytes.length
      }
      if (!busy) next()
    },
    waiting: () => waiting,
    taken: () => taken,
  }
}
