import type { Role } from './access.ts'
import type { OpenedSite } from './open-site.ts'
import type { ServeChoice } from './options.ts'
import type { WebServer } from './web-server.ts'

const say = (text: string): void => void process.stdout.write(text)
const sayLine = (value: Readonly<Record<string, unknown>>): void => say(`${JSON.stringify(value)}\n`)

/** Who may reach the address, and how it is protected. */
interface Reach {
  readonly isLoopback: boolean
  readonly isEncrypted: boolean
}

const tellPerson = (
  { open }: ServeChoice,
  server: WebServer,
  site: OpenedSite | null,
  { isLoopback, isEncrypted }: Reach,
): void => {
  const [url, viewerUrl] = [server.address('operator', null), server.address('viewer', null)]
  say(
    `\n  Tripscope shows ${site?.site.name ?? `the recording ${String(open)}`} at\n\n    ${url}\n\n  For viewing only: ${viewerUrl}\n  Each address opens one screen; the next one is printed here. Ctrl-C stops Tripscope.\n\n`,
  )
  const others = server.alsoAt()
  if (others.length > 0) say(`  It answers at ${others.join(', ')} too.\n\n`)
  if (!isLoopback)
    say(
      isEncrypted
        ? '  Other computers can reach this address; the connection is encrypted.\n\n'
        : '  Other computers can reach this address, and the connection is not encrypted: use it on a network you trust.\n\n',
    )
  if (site !== null && site.lock.holder !== null) say(`  Read-only: this site is held by ${site.lock.holder}.\n\n`)
}

/** Says where the screen is: to a person, or as one line for programs. */
export const tellReady = (options: ServeChoice, server: WebServer, site: OpenedSite | null, reach: Reach): void => {
  if (!options.json) return tellPerson(options, server, site, reach)
  const [url, viewerUrl] = [server.address('operator', null), server.address('viewer', null)]
  const { tokens } = server.access
  sayLine({ type: 'ready', url, viewerUrl, port: server.port, tokens, simulator: site?.simulator ?? null })
}

/** Each printed address opens one screen; the next one is printed when it was used. */
export const tellNextAddress = ({ json }: ServeChoice, server: WebServer, role: Role): void => {
  const url = server.address(role, null)
  if (json) sayLine({ type: 'address', role, url })
  else say(`  A screen was opened. For one more${role === 'viewer' ? ', for viewing only' : ''}:\n\n    ${url}\n\n`)
}
