import { protocol, type Session } from 'electron'
import { createPageFiles } from '../host-node/page-files.ts'
import { programPaths } from '../host-node/program-paths.ts'

const scheme = 'app'
const host = 'tripscope'
export const pageOrigin = `${scheme}://${host}`
export const pageUrl = `${pageOrigin}/`

/** Must run before the app is ready. */
export const registerPageScheme = (): void =>
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])

/** Serves the built screen; the page may open no connection at all: what it knows comes through the preload's channel. */
export const servePage = (session: Session): void => {
  const page = createPageFiles(programPaths.renderer, 'electron.html')
  session.protocol.handle(scheme, (request) => {
    const url = new URL(request.url)
    if (url.host !== host || request.method !== 'GET') return new Response('There is no such page.\n', { status: 404 })
    const { status, headers, body } = page(url.pathname, "'none'")
    return new Response(body, { status, headers })
  })
}
