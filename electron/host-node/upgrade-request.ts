import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../../shared/api/define.ts'

export const subprotocol = 'tripscope.v1'
/** The token travels as a second offered subprotocol: browsers can set no header on a WebSocket, and addresses are logged. */
const tokenPrefix = 'token.'

export type UpgradeVerdict =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly status: string; readonly message: string }

/** Whether a request to open a link is let in. `hosts` are the values of Host that are ours, `scheme` is http or https. */
export const judgeUpgrade = (
  request: { readonly url?: string | undefined; readonly headers: IncomingHttpHeaders },
  ours: { readonly isOurs: boolean; readonly origin: string; readonly callerOf: (token: string) => Caller | null },
): UpgradeVerdict => {
  const refuse = (status: string, message: string): UpgradeVerdict => ({ ok: false, status, message })
  if (!ours.isOurs) return refuse('421 Misdirected Request', 'wrong Host')
  const origin = request.headers.origin ?? ''
  if (origin.toLowerCase() !== ours.origin)
    return refuse('403 Forbidden', `wrong Origin: ${origin.slice(0, 100) || 'none'}`)
  if ((request.url ?? '').split('?', 1)[0] !== '/link') return refuse('404 Not Found', 'the link is at /link')
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim())
  if (!offered.includes(subprotocol)) return refuse('400 Bad Request', `the subprotocol is ${subprotocol}`)
  const token = offered.find((word) => word.startsWith(tokenPrefix))?.slice(tokenPrefix.length) ?? ''
  const caller = ours.callerOf(token)
  return caller === null
    ? refuse('401 Unauthorized', 'wrong token: open an address that Tripscope printed since its last start')
    : { ok: true, caller }
}
