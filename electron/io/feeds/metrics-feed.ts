import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { openMetricsText, openMetricsType } from '../../../shared/feed/open-metrics.ts'
import type { FeedOf } from '../../../shared/site/feed-schema.ts'
import type { Feed, FeedWorld } from '../../core/feeds/feed-ports.ts'
import type { Clock, Stop } from '../../core/ports.ts'
import { createFeedCount } from './feed-count.ts'
import { againMs, portProblem } from './port-problem.ts'

const path = '/metrics'
/** A reader that is slower or says more than a request has to is not one. */
const limits = { requestTimeout: 10_000, headersTimeout: 10_000, maxHeaderSize: 16 * 1024 }
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

  const answer = ({ method, url = '' }: IncomingMessage, response: ServerResponse): void => {
    if (method !== 'GET' && method !== 'HEAD') return say(response, 405, 'this feed is only read')
    if (url.split('?')[0] !== path) return say(response, 404, `the values are at ${path}`)
    const picture = world.picture()
    if (picture === null) return say(response, 503, 'the site has not been read yet')
    const text = openMetricsText(picture)
    response.writeHead(200, headersOf(openMetricsType)).end(method === 'HEAD' ? undefined : text)
    count.serve()
  }
  const open = (): void => {
    const made = createServer(limits, answer)
    server = made
    made.maxConnections = mostConnections
    made.on('error', (error: NodeJS.ErrnoException) => {
      if (made.listening) return
      count.turn({ kind: 'failed', why: portProblem(host, port, error) })
      cancel = clock.after(againMs, open)
    })
    made.listen(port, host, () => count.turn({ kind: 'open' }))
  }
  return {
    address: `http://${host}:${port}${path}`,
    health: count.health,
    start: open,
    stop: async () => {
      cancel()
      const open = server
      if (open?.listening !== true) return
      open.closeAllConnections()
      await new Promise<void>((done) => open.close(() => done()))
    },
  }
}
