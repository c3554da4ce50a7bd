import './no-eval.ts'
import { localNow } from '../state/clock.ts'
import { keepShown } from '../state/deck.ts'
import type { Connector, LinkListener } from '../state/connection.ts'
import { answerSiblings, exchangeCode, obtainKey, takeCode } from './key.ts'
import { mount } from './mount.tsx'
import { socketLink } from './socket-link.ts'

/** Waits between attempts, ms; the last one repeats. Short at first: a program that restarts is back within seconds. */
const retryDelaysMs = [500, 1000, 2000, 5000] as const
/** A key that was refused is not taken later either, except where too many screens were open. */
const refusedRetryMs = 30_000

const why = {
  lost: 'The connection to the program was lost.',
  silent:
    'The program does not answer. If it was started again, open the new address it printed; it can be pasted into this tab.',
  refused:
    'The program answers, but not to the key of this tab: it was started again since, or too many screens are open. Open the new address it printed; it can be pasted into this tab.',
} as const

const socketAddress = (): string => {
  const { protocol, host } = window.location
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/link`
}

/** Whether the program serves pages: a browser does not say why a WebSocket could not be opened. */
const answers = (): Promise<boolean> =>
  fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  )

/** Keeps one link up with a key: each loss is told, and tried again by itself. */
const keepLink = (token: string, listener: LinkListener) => {
  let stopped = false
  let attempts = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let socket: WebSocket | null = null

  const again = (problem: string, delayMs: number) => {
    attempts += 1
    timer = setTimeout(open, delayMs)
    listener.down(problem, localNow() + delayMs)
  }
  const lost = async (opened: boolean) => {
    if (stopped) return
    const delayMs = retryDelaysMs[Math.min(attempts, retryDelaysMs.length - 1)] ?? 5000
    if (opened) return again(why.lost, delayMs)
    const refused = await answers()
    if (!stopped) again(refused ? why.refused : why.silent, refused ? refusedRetryMs : delayMs)
  }
  const open = () => {
    timer = null
    // A browser can set no header on a WebSocket, and addresses are logged: the key travels as an offered subprotocol.
    const opening = new WebSocket(socketAddress(), ['tripscope.v1', `token.${token}`])
    socket = opening
    let opened = false
    const link = socketLink(opening, () => void lost(opened))
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
}

/** A new address pasted into this tab changes only the fragment: its code is exchanged, and the page begins anew with its key. */
const followPastedAddress = (listener: LinkListener, isUp: () => boolean) =>
  window.addEventListener('hashchange', ({ oldURL }) => {
    const code = takeCode(new URL(oldURL).hash)
    if (code === null) return
    void exchangeCode(code).then((key) => {
      if (key.ok) window.location.reload()
      else if (!isUp()) listener.down(key.why, null)
    })
  })

const connector: Connector = {
  start: (listener) => {
    let kept: ReturnType<typeof keepLink> | null = null
    let timer: ReturnType<typeof setTimeout> | null = null
    let up = false
    const watched: LinkListener = {
      up: (link) => {
        up = true
        listener.up(link)
      },
      down: (problem, retryAtMs) => {
        up = false
        listener.down(problem, retryAtMs)
      },
    }
    const code = takeCode()
    const begin = () => {
      timer = null
      void obtainKey(code).then((key) => {
        if (key.ok) {
          kept = keepLink(key.token, watched)
          return answerSiblings()
        }
        const delayMs = retryDelaysMs[2]
        if (!key.isFinal) timer = setTimeout(begin, delayMs)
        watched.down(key.why, key.isFinal ? null : localNow() + delayMs)
      })
    }
    // Registered before the screen's own listener, which would take the code for the name of a view.
    followPastedAddress(watched, () => up)
    begin()
    return {
      stop: () => {
        if (timer !== null) clearTimeout(timer)
        kept?.stop()
      },
      retryNow: () => {
        if (kept !== null) kept.retryNow()
        else window.location.reload()
      },
      isServed: answers,
    }
  },
}

keepShown()
mount(connector)
