import './no-eval.ts'
import type { Connector } from '../state/connection.ts'
import { mount } from './mount.tsx'
import { socketLink } from './socket-link.ts'
import { takeToken } from './token.ts'

/** Waits between attempts, ms; the last one repeats. Short at first: a program that restarts is back within seconds. */
const retryDelaysMs = [500, 1000, 2000, 5000] as const

const socketAddress = (): string => {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/link`
}

const connector: Connector = {
  start: (listener) => {
    const token = takeToken()
    if (token === null) {
      listener.down(
        'This address carries no key. Open the whole address that Tripscope printed when it started, with "#token=" at its end.',
        null,
      )
      return { stop: () => undefined, retryNow: () => window.location.reload() }
    }
    let stopped = false
    let attempts = 0
    let timer: ReturnType<typeof setTimeout> | null = null
    let socket: WebSocket | null = null

    const open = () => {
      timer = null
      // A browser can set no header on a WebSocket, and addresses are logged: the token travels as an offered subprotocol.
      const opening = new WebSocket(socketAddress(), ['tripscope.v1', `token.${token}`])
      socket = opening
      let opened = false
      const lost = () => {
        if (stopped) return
        const delayMs = retryDelaysMs[Math.min(attempts, retryDelaysMs.length - 1)] ?? 5000
        attempts += 1
        timer = setTimeout(open, delayMs)
        listener.down(
          opened
            ? 'The connection to the program was lost.'
            : 'The program does not answer. Is it still running? If it was started again, open the new address it printed: every start has a new key.',
          Date.now() + delayMs,
        )
      }
      const link = socketLink(opening, lost)
      opening.addEventListener('open', () => {
        opened = true
        attempts = 0
        listener.up(link)
      })
    }
    open()
    return {
      stop: () => {
        stopped = true
        if (timer !== null) clearTimeout(timer)
        socket?.close(1000)
      },
      retryNow: () => {
        if (timer === null) return
        clearTimeout(timer)
        open()
      },
    }
  },
}

mount(connector)
