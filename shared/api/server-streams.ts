import { Refusal, type Caller, type Contract, type Stop } from './define.ts'
import { runFlow, type RunningFlow } from './flow.ts'
import { clip, type ClientFrame } from './frames.ts'
import type { Entrance } from './server-entrance.ts'
import type { Voice } from './server-voice.ts'
import { createSubscription, type Subscription } from './subscription.ts'

const maximumSubscriptions = 64

type AnyFlow = (input: unknown, caller: Caller) => AsyncIterable<unknown>
type AnyStream = (input: unknown, push: (value: unknown) => void, caller: Caller) => Stop
type FrameOf<T extends ClientFrame['type']> = Extract<ClientFrame, { type: T }>

/** Subscriptions and flows of one link, by the ids their client gave them. */
export const createServerStreams = <C extends Contract>(
  entrance: Entrance<C>,
  voice: Voice,
  caller: Caller,
  dropAbovePushes: number,
) => {
  const subscriptions = new Map<number, Subscription>()
  const flows = new Map<number, RunningFlow>()

  /** Whether one more may begin with this id; the client is told where not. */
  const isFree = (id: number): boolean => {
    if (!subscriptions.has(id) && !flows.has(id)) return true
    voice.fail(id, 'out-of-order', `subscription ${id} is already running`)
    return false
  }
  const hasRoom = (id: number): boolean => {
    if (subscriptions.size + flows.size < maximumSubscriptions) return true
    voice.fail(id, 'too-many', `${maximumSubscriptions} subscriptions are already running`)
    return false
  }

  const subscribe = ({ id, stream, input }: FrameOf<'subscribe'>) => {
    if (!isFree(id)) return
    const ready = entrance.prepare(id, stream, input, ['stream'])
    if (ready?.entry.kind !== 'stream' || !hasRoom(id)) return
    const { entry } = ready
    const subscription = createSubscription({
      delivery: ready.entry.delivery,
      send: (count, value) => voice.send({ type: 'push', id, count, value: entrance.checked(stream, entry, value) }),
      congested: voice.isCongested,
      hopeless: voice.isHopeless,
      maximumWaiting: dropAbovePushes,
      onHopeless: () => voice.giveUp(stream),
    })
    subscriptions.set(id, subscription)
    try {
      subscription.attach((ready.handler as AnyStream)(ready.input, subscription.push, caller))
    } catch (error) {
      subscriptions.delete(id)
      subscription.stop()
      if (!(error instanceof Refusal)) voice.report('failed', `${stream} failed: ${String(error)}`)
      voice.send({ type: 'ended', id, message: clip(error instanceof Error ? error.message : String(error)) })
    }
  }

  const pull = ({ id, flow: name, input }: FrameOf<'pull'>) => {
    if (!isFree(id)) return
    const ready = entrance.prepare(id, name, input, ['flow'])
    if (ready === null || !hasRoom(id)) return
    const { entry } = ready
    const onFailed = (error: unknown) => {
      flows.delete(id)
      voice.explain(id, name, error)
    }
    try {
      const flow = runFlow({
        source: (ready.handler as AnyFlow)(ready.input, caller)[Symbol.asyncIterator](),
        send: (count, value) => voice.send({ type: 'push', id, count, value: entrance.checked(name, entry, value) }),
        congested: voice.isCongested,
        onDone: () => {
          flows.delete(id)
          voice.send({ type: 'done', id })
        },
        onFailed,
      })
      flows.set(id, flow)
      flow.flush()
    } catch (error) {
      onFailed(error)
    }
  }

  return {
    subscribe,
    pull,
    taken: ({ id, count }: FrameOf<'got'>): void => {
      subscriptions.get(id)?.taken(count)
      flows.get(id)?.taken(count)
    },
    unsubscribe: (id: number): void => {
      const running = subscriptions.get(id) ?? flows.get(id)
      subscriptions.delete(id)
      flows.delete(id)
      running?.stop()
    },
    flush: (): void => {
      for (const subscription of subscriptions.values()) subscription.flush()
      for (const flow of flows.values()) flow.flush()
    },
    dropAll: (): void => {
      const running = [...subscriptions.values()]
      subscriptions.clear()
      for (const subscription of running) subscription.stop()
      const flowing = [...flows.values()]
      flows.clear()
      for (const flow of flowing) flow.stop()
    },
  }
}
