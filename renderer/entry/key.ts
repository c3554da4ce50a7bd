/**
 * The key that opens the link. It never stands in an address: an address carries a code that works once and is exchanged here.
 * The key is kept in sessionStorage and not in a cookie, because cookies know no port (RFC 6265 section 8.5): every other
 * program on this computer that serves a page would be sent it.
 */
const storageKey = 'tripscope.token'
const channelName = 'tripscope.key'
/** Tabs of one browser answer each other within a few milliseconds. */
const siblingsWithinMs = 300

/** The code in a fragment like `#code=abc`, or null. */
export const codeOfFragment = (hash: string): string | null =>
  /^#\/?code=([A-Za-z0-9_-]{8,256})$/.exec(hash)?.[1] ?? null

export type Key =
  | { readonly ok: true; readonly token: string }
  /** `isFinal`: asking again changes nothing. */
  | { readonly ok: false; readonly why: string; readonly isFinal: boolean }

const missing =
  'This address carries no key. Open the whole address that Tripscope printed where it was started, with "#code=" at its end; it can be pasted into this tab.'

export const storedToken = (): string | null => sessionStorage.getItem(storageKey)

/** Exchanges a code; a key that was got is kept for reloads of this tab. */
export const exchangeCode = async (code: string): Promise<Key> => {
  let response: Response
  try {
    response = await fetch('/session', { method: 'POST', body: code, cache: 'no-store' })
  } catch {
    return { ok: false, why: 'The program does not answer.', isFinal: false }
  }
  const answer = (await response.json().catch(() => null)) as { token?: unknown; why?: unknown } | null
  if (response.ok && typeof answer?.token === 'string') {
    sessionStorage.setItem(storageKey, answer.token)
    return { ok: true, token: answer.token }
  }
  return { ok: false, why: typeof answer?.why === 'string' ? answer.why : missing, isFinal: true }
}

/** Another tab of this browser on the same address may have the key: only pages of this very origin, port included, hear the question. */
const askSiblings = (): Promise<string | null> =>
  new Promise((resolve) => {
    const channel = new BroadcastChannel(channelName)
    const settle = (token: string | null) => {
      clearTimeout(timer)
      channel.close()
      resolve(token)
    }
    const timer = setTimeout(() => settle(null), siblingsWithinMs)
    channel.addEventListener('message', ({ data }: MessageEvent<{ token?: unknown }>) => {
      if (typeof data.token === 'string') settle(data.token)
    })
    channel.postMessage({ wanted: true })
  })

export const answerSiblings = (): void => {
  const channel = new BroadcastChannel(channelName)
  channel.addEventListener('message', ({ data }: MessageEvent<{ wanted?: unknown }>) => {
    const token = storedToken()
    if (data.wanted === true && token !== null) channel.postMessage({ token })
  })
}

/** The key of this tab: from its address, from before its reload, or from another tab. */
export const obtainKey = async (code: string | null): Promise<Key> => {
  const kept = storedToken()
  if (code !== null) {
    const exchanged = await exchangeCode(code)
    // Going back in a tab's history comes upon its own used code: the key it was exchanged for is still there.
    return exchanged.ok || !exchanged.isFinal || kept === null ? exchanged : { ok: true, token: kept }
  }
  const token = kept ?? (await askSiblings())
  if (token === null) return { ok: false, why: missing, isFinal: true }
  sessionStorage.setItem(storageKey, token)
  return { ok: true, token }
}

/** Takes a code out of the address bar, so that it is not shared or bookmarked; `instead` is the fragment left there. */
export const takeCode = (instead = ''): string | null => {
  const code = codeOfFragment(window.location.hash)
  if (code !== null)
    window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}${instead}`)
  return code
}
