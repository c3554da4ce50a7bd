import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { openMetricsText, openMetricsType } from '../../../shared/feed/open-metrics.ts'
import type { FeedOf } from '../../../shared/site/feed-schema.ts'
import type { Feed, FeedWorld } from '../../core/feeds/feed-ports.ts'
import type { Clock, Stop } from '../../core/ports.ts'
import { createPlaces } from './connection-places.ts'
import { createFeedCount } from './feed-count.ts'
import { againMs, portProblem } from './port-problem.ts'

const path = '/metrics'
/** A reader that is slower or says more than a request has to is not one; Node looks for slow ones every half a minute by itself. */
const limits = {
  ...{ requestTimeout: 10_000, headersTimeout: 10_000, connectionsCheckingInterval: 2000 },
  maxHeaderSize: 16 * 1024,
}
/** Who does not take the answer is let go of, ms. */
const unreadMs = 10_000
/** A page serves everybody who asks within so long, ms: many readers cost control no more than one. */
const pageMs = 200
const mostConnections = 32

const headersOf = (type: string) => ({
  'Content-Type': type,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
})
const say = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, headersOf('text/plain; charset=utf-8')).end(`${text}\n`)
}

/** One page, read-only: the values of this moment for Prometheus and whatever reads OpenMetrics. */
export const metricsFeed = ({ host, port }: FeedOf<'openmetrics'>, world: FeedWorld, clock: Clock): Feed => {
  const count = createFeedCount(clock, world)
  let server: Server | null = null
  let cancel: Stop = () => undefined
  let isStopped = false
  const places = createPlaces(mostConnections, count.letGo)
  let page: { readonly text: string | null; readonly atMs: number } | null = null
  const pageNow = (): string | null => {
    const nowMs = clock.monotonicMs()
    if (page === null || nowMs - page.atMs >= pageMs) {
      const picture = world.picture()
      page = { text: picture === null ? null : openMetricsText(picture), atMs: nowMs }
    }
    return page.text
  }

  const answer = ({ method, url = '' }: IncomingMessage, response: ServerResponse): void => {
    if (method !== 'GET' && method !== 'HEAD') return say(response, 405, 'this feed is only read')
    if (url.split('?')[0] !== path) return say(response, 404, `the values are at ${path}`)
    const text = pageNow()
    if (text === null) return say(response, 503, 'the site has not been read yet')
    response.writeHead(200, headersOf(openMetricsType)).end(method === 'HEAD' ? undefined : text)
    count.serve()
  }
  const open = (): void => {
    const made = createServer(limits, answer)
    server = made
    made.on('connection', places.enter)
    made.timeout = unreadMs
    made.on('error', (error: NodeJS.ErrnoException) => {
      if (made.listening) return
      count.turn({ kind: 'failed', why: portProblem(host, port, error) })
      cancel = clock.after(againMs, open)
    })
    made.listen(port, host, () => {
      // Stopped while its name was looked up.
      if (isStopped) return void made.close()
      count.turn({ kind: 'open' })
    })
  }
  return {
    address: `http://${host}:${port}${path}`,
    health: count.health,
    start: open,
    stop: async () => {
      isStopped = true
      cancel()
      const open = server
      if (open?.listening !== true) return
      open.closeAllConnections()
      await new Promise<void>((done) => open.close(() => done()))
    },
  }
}
