import { BrokenFrame } from './bytes-frame.ts'
import type { Caller, Contract, Handlers, Stop } from './define.ts'
import { clientFrameSchema, contractVersion, describeIssues, type ClientFrame } from './frames.ts'
import { createIntentMemory, type IntentMemory } from './intent-memory.ts'
import type { Link } from './link.ts'
import { createServerCalls } from './server-calls.ts'
import { createEntrance, type Room } from './server-entrance.ts'
import { createServerStreams } from './server-streams.ts'
import { createVoice, type FrameTrouble } from './server-voice.ts'

export interface ServeOptions {
  /** Told of every frame that could not be served, for counting and logging; never throws back into the link. */
  readonly report?: (trouble: FrameTrouble, message: string) => void
  /** Parses what handlers give before it leaves (end-to-end tests): a core that breaks its contract is found there. */
  readonly checkOutputs?: boolean
  /** Above this many bytes waiting, `latest` streams and queries wait; editable assumption: four live frames of a large site. */
  readonly pauseAboveBytes?: number
  /**
   * Above this many bytes waiting (answers and pushes), or pushes not yet taken, a client is disconnected: it will not catch up. Editable
   * assumption: one answer of the largest size and what may wait beside it.
   */
  readonly dropAboveBytes?: number
  readonly dropAbovePushes?: number
  /** What was carried out already: one for all links of a program. Left out, this link has its own. */
  readonly intents?: IntentMemory
}

/** Who answers a client that greets, by the site it names; null: it named none. Never fails: where that one is not open it is another. */
export type FindRoom<C extends Contract> = (site: string | null) => Room<C>

/**
 * Answers a link until it closes or the returned function is called. Whom a frame is for is settled by the greeting before it, so what was
 * meant for one site never reaches another. Every frame is checked, every input parsed; a bad one is answered with a message and
 * reported, and never stops the others.
 */
export const serveRooms = <C extends Contract>(
  contract: C,
  find: FindRoom<C>,
  link: Link,
  caller: Caller,
  options: Omit<ServeOptions, 'intents'> = {},
): Stop => {
  const { pauseAboveBytes = 1 << 20, dropAboveBytes = 96 << 20, dropAbovePushes = 20_000, report } = options
  const stop = () => {
    if (voice.isEnded()) return
    voice.end()
    unlisten()
    unclose()
    undrain()
    calls.clear()
    streams.dropAll()
    entrance.leave()
  }
  const voice = createVoice({ link, caller, report, pauseAboveBytes, dropAboveBytes, stop })
  const entrance = createEntrance(contract, caller, voice, options.checkOutputs === true)
  const calls = createServerCalls(entrance, voice, caller)
  const streams = createServerStreams(entrance, voice, caller, dropAbovePushes)

  const flush = () => {
    if (voice.isEnded()) return
    streams.flush()
    calls.flush()
  }
  const hello = ({ contractVersion: version, site: wanted }: Extract<ClientFrame, { type: 'hello' }>) => {
    streams.dropAll()
    calls.clear()
    if (version !== contractVersion) {
      const speaks = `This screen speaks version ${version}, the program version ${contractVersion}: reload the page.`
      return voice.goodbye(speaks)
    }
    const room = find(wanted ?? null)
    entrance.enter(room, wanted !== undefined)
    const shown = wanted === undefined ? {} : { site: room.site }
    voice.send({ type: 'hello', contractVersion, role: caller.role, name: caller.name, ...shown })
  }
  const receive = (raw: unknown) => {
    if (voice.isEnded()) return
    const broken = (why: string) => voice.fail(null, 'malformed', `not a frame of this program: ${why}`)
    if (raw instanceof BrokenFrame) return broken(raw.why)
    const parsed = clientFrameSchema.safeParse(raw)
    if (!parsed.success) return broken(describeIssues(parsed.error))
    const frame = parsed.data
    if (frame.type === 'hello') return hello(frame)
    if (entrance.isEmpty())
      return voice.fail('id' in frame ? frame.id : null, 'out-of-order', 'the first frame must be hello')
    switch (frame.type) {
      case 'call':
        return calls.call(frame)
      case 'subscribe':
        return streams.subscribe(frame)
      case 'pull':
        return streams.pull(frame)
      case 'unsubscribe':
        return streams.unsubscribe(frame.id)
      case 'got':
        streams.taken(frame)
        // Room on the link is room for everything that waits, not only for the stream that was acknowledged.
        flush()
    }
  }

  const unlisten = link.onFrame(receive)
  const unclose = link.onClose(() => stop())
  const undrain = link.onDrain?.(flush) ?? (() => undefined)
  return stop
}

/** Answers a link with the same handlers whatever site it names. */
export const serve = <C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  link: Link,
  caller: Caller,
  { intents = createIntentMemory(), ...options }: ServeOptions = {},
): Stop => serveRooms(contract, () => ({ site: null, handlers, intents }), link, caller, options)
