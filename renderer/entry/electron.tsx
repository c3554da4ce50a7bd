import './no-eval.ts'
import { createPageMessageLink } from '../../shared/api/message-link.ts'
import { localNow } from '../state/clock.ts'
import type { Connector } from '../state/connection.ts'
import { mount } from './mount.tsx'

declare global {
  interface Window {
    /** Exposed by the preload script (electron/host-electron): one channel of frames to the main process. */
    readonly tripscope?: {
      readonly send: (frame: unknown) => void
      readonly onFrame: (listener: (frame: unknown) => void) => () => void
    }
  }
}

/** The page's files come from the main process itself. */
const isServed = () => Promise.resolve(true)

const why = {
  noBridge: 'The window has no bridge to the program (its preload script did not run). Restart Tripscope.',
  lost: 'The connection to the program was lost.',
} as const
/** The program lets a page go that fell too far behind; it takes it back at once. */
const againAfterMs = 1000

/** The main process lives exactly as long as its windows, so it is there whenever this page is. */
const connector: Connector = {
  start: (listener) => {
    const bridge = window.tripscope
    if (bridge === undefined) {
      listener.down(why.noBridge, null)
      return { stop: () => undefined, retryNow: () => window.location.reload(), isServed }
    }
    let timer: ReturnType<typeof setTimeout> | null = null
    const open = () => {
      timer = null
      const link = createPageMessageLink({ post: bridge.send, onMessage: bridge.onFrame })
      link.onClose(() => {
        timer = setTimeout(open, againAfterMs)
        listener.down(why.lost, localNow() + againAfterMs)
      })
      listener.up(link)
    }
    open()
    return {
      stop: () => {
        if (timer !== null) clearTimeout(timer)
      },
      retryNow: () => {
        if (timer === null) return window.location.reload()
        clearTimeout(timer)
        open()
      },
      isServed,
    }
  },
}

mount(connector)
