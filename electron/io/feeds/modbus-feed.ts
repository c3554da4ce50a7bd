import { createServer, type Server, type Socket } from 'node:net'
import { registerImage } from '../../../shared/feed/register-map.ts'
import type { FeedOf } from '../../../shared/site/feed-schema.ts'
import type { Feed, FeedWorld } from '../../core/feeds/feed-ports.ts'
import type { Clock, Stop } from '../../core/ports.ts'
import { createPlaces } from './connection-places.ts'
import { createFeedCount } from './feed-count.ts'
import { answerPdu, takeRequests } from './modbus-answer.ts'
import { againMs, portProblem } from './port-problem.ts'

const mostConnections = 16
/** Who asks nothing for so long is gone, ms. */
const idleMs = 120_000
/** A picture serves every request of so long, ms: a reader of blocks sees one moment, and a fast one costs nothing. */
const imageMs = 200

const keeper = ({ site, picture }: FeedWorld, clock: Clock) => {
  let kept: { readonly image: ReturnType<typeof registerImage> | null; readonly atMs: number } | null = null
  return () => {
    const nowMs = clock.monotonicMs()
    if (kept === null || nowMs - kept.atMs >= imageMs) {
      const seen = picture()
      kept = { image: seen === null ? null : registerImage(site, seen), atMs: nowMs }
    }
    return kept.image
  }
}

/** One reader: answered in order; who does not take its answers is not read from either. */
const serve = (socket: Socket, unit: number, answer: (pdu: Buffer) => Buffer): void => {
  let rest: Buffer = Buffer.alloc(0)
  socket.setTimeout(idleMs, () => socket.destroy())
  socket.setNoDelay(true)
  // A connection that broke is closed; there is nobody to tell.
  socket.on('error', () => socket.destroy())
  socket.on('drain', () => socket.resume())
  socket.on('data', (bytes) => {
    const taken = takeRequests(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]), unit, answer)
    if (!taken.ok) return void socket.destroy()
    rest = taken.rest
    if (taken.replies.length > 0 && !socket.write(Buffer.concat(taken.replies))) socket.pause()
  })
}

/** Registers for a building or energy management system; read-only. */
export const modbusFeed = ({ host, port, unit }: FeedOf<'modbus-tcp'>, world: FeedWorld, clock: Clock): Feed => {
  const count = createFeedCount(clock, world)
  const image = keeper(world, clock)
  const places = createPlaces(mostConnections, count.letGo)
  let server: Server | null = null
  let cancel: Stop = () => undefined
  let isStopped = false
  const answer = (pdu: Buffer): Buffer => {
    count.serve()
    return answerPdu(pdu, image())
  }
  const open = (): void => {
    const made = createServer((socket) => {
      places.enter(socket)
      serve(socket, unit, (pdu) => {
        places.heard(socket)
        return answer(pdu)
      })
    })
    server = made
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
    address: `${host}:${port}, unit ${unit}`,
    health: count.health,
    start: open,
    stop: async () => {
      isStopped = true
      cancel()
      const open = server
      if (open?.listening !== true) return
      places.closeAll()
      await new Promise<void>((done) => open.close(() => done()))
    },
  }
}
