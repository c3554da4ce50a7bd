import { z } from 'zod'
import { BrokenFrame } from './bytes-frame.ts'
import type { Stop } from './define.ts'
import type { Link } from './link.ts'

/**
 * A link over messages that cross as structured clones: Electron's IPC, or a MessagePort. Such a transport takes everything at once and
 * tells nobody how much of it waits, so the page says what it has taken, and the host counts the rest as waiting. A page that stops
 * reading then looks as it does on a socket, and what waits for it is bounded in the same way.
 */
export interface MessageEnd {
  readonly post: (message: unknown) => void
  readonly onMessage: (listener: (message: unknown) => void) => Stop
}

const count = z.number().int().min(0)
const toHost = z.discriminatedUnion('kind', [
  /** First message of a page; what was sent to the page before it (it was loaded anew) is not waited for. */
  z.strictObject({ kind: z.literal('open') }),
  /** All frames up to this one were taken. */
  z.strictObject({ kind: z.literal('taken'), seq: count }),
  z.strictObject({ kind: z.literal('frame'), frame: z.unknown() }),
])
const toPage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('frame'), seq: count, frame: z.unknown() }),
  /** The host ended this link; a page that wants another says `open` again. */
  z.strictObject({ kind: z.literal('closed') }),
])
type ToHost = z.infer<typeof toHost>
type ToPage = z.infer<typeof toPage>

/** About what a value weighs on its way, bytes: texts by their length, everything else by a number's. */
export const weightOf = (value: unknown): number => {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  if (value instanceof Uint8Array) return value.byteLength
  if (Array.isArray(value)) return value.reduce<number>((sum, inner) => sum + weightOf(inner), 8)
  return Object.entries(value).reduce((sum, [key, inner]) => sum + key.length + weightOf(inner), 8)
}

const listeners = <T extends unknown[]>() => {
  const all = new Set<(...values: T) => void>()
  return {
    add: (listener: (...values: T) => void): Stop => {
      all.add(listener)
      return () => all.delete(listener)
    },
    tell: (...values: T) => {
      for (const listener of [...all]) listener(...values)
    },
  }
}

export interface HostMessageLink extends Link {
  readonly backlog: () => number
  /** The other side is gone; nothing is sent any more. */
  readonly lost: () => void
}

/** The host's end. It hears the transport only while somebody listens to its frames. */
export const createHostMessageLink = (end: MessageEnd): HostMessageLink => {
  const closes = listeners()
  const drains = listeners()
  let waiting: { readonly seq: number; readonly bytes: number }[] = []
  let backlog = 0
  let seq = 0
  let isOpen = true
  const post = (message: ToPage) => end.post(message)

  const settleUpTo = (taken: number) => {
    waiting = waiting.filter((frame) => {
      if (frame.seq <= taken) backlog -= frame.bytes
      return frame.seq > taken
    })
    drains.tell()
  }
  const lost = () => {
    if (!isOpen) return
    isOpen = false
    settleUpTo(Infinity)
    closes.tell()
  }
  return {
    send: (frame) => {
      if (!isOpen) return
      seq += 1
      const bytes = weightOf(frame)
      waiting.push({ seq, bytes })
      backlog += bytes
      post({ kind: 'frame', seq, frame })
    },
    onFrame: (listener) =>
      end.onMessage((raw) => {
        const message = toHost.safeParse(raw)
        if (!message.success) return listener(new BrokenFrame('a message that is none of a page'))
        if (message.data.kind === 'open') settleUpTo(Infinity)
        else if (message.data.kind === 'taken') settleUpTo(message.data.seq)
        else listener(message.data.frame)
      }),
    onClose: closes.add,
    onDrain: drains.add,
    backlog: () => backlog,
    close: () => {
      if (isOpen) post({ kind: 'closed' })
      lost()
    },
    lost,
  }
}

/** The page's end: it tells that it is there, and what it has taken. */
export const createPageMessageLink = (end: MessageEnd): Link => {
  const frames = listeners<[unknown]>()
  const closes = listeners()
  let isOpen = true
  const post = (message: ToHost) => end.post(message)

  const closed = () => {
    if (!isOpen) return
    isOpen = false
    unlisten()
    closes.tell()
  }
  const unlisten = end.onMessage((raw) => {
    const message = toPage.safeParse(raw)
    if (!message.success) return frames.tell(new BrokenFrame('a message that is none of the program'))
    if (message.data.kind === 'closed') return closed()
    try {
      frames.tell(message.data.frame)
    } finally {
      if (isOpen) post({ kind: 'taken', seq: message.data.seq })
    }
  })
  post({ kind: 'open' })
  return {
    send: (frame) => {
      if (isOpen) post({ kind: 'frame', frame })
    },
    onFrame: frames.add,
    onClose: closes.add,
    close: closed,
  }
}
