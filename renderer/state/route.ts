import { useSyncExternalStore } from 'react'

/** Where the person is: `#/meters/feeder-1?window=5` → view "meters", id "feeder-1", params. */
export interface Route {
  readonly view: string
  readonly id: string | null
  readonly params: Readonly<Record<string, string>>
}

export const parseRoute = (hash: string): Route => {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?')
  const [view = '', id = ''] = path.split('/')
  return {
    view: view === '' ? 'overview' : view,
    id: id === '' ? null : safeDecode(id),
    params: Object.fromEntries(new URLSearchParams(search)),
  }
}

const safeDecode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return text
    throw error
  }
}

export const routeTo = (
  view: string,
  id: string | null = null,
  params: Readonly<Record<string, string>> = {},
): string => {
  const search = new URLSearchParams(params).toString()
  return `#/${view}${id === null ? '' : `/${encodeURIComponent(id)}`}${search === '' ? '' : `?${search}`}`
}

export const go = (hash: string): void => {
  window.location.hash = hash
}

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}
const currentHash = () => window.location.hash

let known: { hash: string; route: Route } = { hash: '', route: parseRoute('') }
export const useRoute = (): Route => {
  const hash = useSyncExternalStore(subscribe, currentHash)
  if (known.hash !== hash) known = { hash, route: parseRoute(hash) }
  return known.route
}
