/** Where the page's token is kept while the tab lives. */
const storageKey = 'tripscope.token'

/** The token in a fragment like `#token=abc`, and the fragment without it; null when there is none. */
export const tokenOfFragment = (hash: string): string | null =>
  /^#\/?token=([A-Za-z0-9._~-]{8,256})$/.exec(hash)?.[1] ?? null

/** Takes the token out of the address bar (so that it is not shared or bookmarked) and keeps it for reloads of this tab. */
export const takeToken = (): string | null => {
  const token = tokenOfFragment(window.location.hash)
  if (token === null) return sessionStorage.getItem(storageKey)
  sessionStorage.setItem(storageKey, token)
  window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}`)
  return token
}
