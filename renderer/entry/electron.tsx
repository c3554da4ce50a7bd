import './no-eval.ts'
import type { Link } from '../../shared/api/link.ts'
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

/** The main process lives exactly as long as its windows, so this link is up once and stays up. */
const connector: Connector = {
  start: (listener) => {
    const bridge = window.tripscope
    if (bridge === undefined) {
      listener.down(
        'The window has no bridge to the program (its preload script did not run). Restart Tripscope.',
        null,
      )
      return { stop: () => undefined, retryNow: () => window.location.reload(), isServed }
    }
    const closeListeners = new Set<() => void>()
    const link: Link = {
      send: (frame) => bridge.send(frame),
      onFrame: (onFrame) => bridge.onFrame(onFrame),
      onClose: (onClose) => {
        closeListeners.add(onClose)
        return () => closeListeners.delete(onClose)
      },
      close: () => {
        for (const onClose of [...closeListeners]) onClose()
        listener.down('The connection was closed. Reload the window to open it again.', null)
      },
    }
    listener.up(link)
    return { stop: () => undefined, retryNow: () => window.location.reload(), isServed }
  },
}

mount(connector)
