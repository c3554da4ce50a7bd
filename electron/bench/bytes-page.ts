import { WebSocket } from 'ws'
import { createClient } from '../../shared/api/client.ts'
import type { Link } from '../../shared/api/link.ts'
import { createPageMessageLink } from '../../shared/api/message-link.ts'
import { fetchFile } from '../../shared/api/transfer-client.ts'
import { transferContract } from '../../shared/api/transfer-contract.ts'
import { createWebLink } from '../host-node/web-link.ts'
import { systemClock } from '../io/clock.ts'

/** A page in a process of its own, so that what it holds is not counted as the host's. It fetches one file and throws it away. */
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const [ticket = '', url, token] = process.argv.slice(2)

const overSocket = (address: string, key: string): Promise<Link> => {
  const socket = new WebSocket(address, ['tripscope.v1', `token.${key}`], {
    headers: { origin: address.replace(/^ws:(.*)\/link$/, 'http:$1') },
  })
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(createWebLink(socket, systemClock, log))).once('error', reject)
  })
}
const overMessages = (): Link =>
  createPageMessageLink({
    post: (message) => process.send?.({ to: 'host', message }),
    onMessage: (listener) => {
      const receive = (envelope: unknown) => listener((envelope as { readonly message: unknown }).message)
      process.on('message', receive)
      return () => process.off('message', receive)
    },
  })

const link = url === undefined ? overMessages() : await overSocket(url, token ?? '')
const client = createClient(transferContract, link)
await client.welcome
const startedMs = performance.now()
const fetched = await fetchFile(client, {
  ticket,
  write: () => undefined,
  onProgress: () => undefined,
  isCancelled: () => false,
})
process.send?.({ to: 'bench', bytes: fetched?.size ?? 0, tookMs: performance.now() - startedMs })
process.disconnect()
