import type { Listening, Over } from './pulled.ts'

export interface WaitingCall {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** What a client waits for, by the ids it gave: answers of calls, values of subscriptions and flows. */
export const createClientWaiting = () => {
  let lastId = 0
  const calls = new Map<number, WaitingCall>()
  const listenings = new Map<number, Listening>()
  const nextId = (): number => {
    lastId += 1
    return lastId
  }
  return {
    addCall: (call: WaitingCall): number => {
      const id = nextId()
      calls.set(id, call)
      return id
    },
    addListening: (listening: Listening): number => {
      const id = nextId()
      listenings.set(id, listening)
      return id
    },
    listening: (id: number): Listening | undefined => listenings.get(id),
    /** Whether a call with this id waited; it is told. */
    settle: (id: number, act: (call: WaitingCall) => void): boolean => {
      const call = calls.get(id)
      if (!call) return false
      calls.delete(id)
      act(call)
      return true
    },
    /** Whether a subscription with this id was running; it is told that it is over. */
    over: (id: number, over: Over): boolean => {
      const listening = listenings.get(id)
      if (!listening) return false
      listenings.delete(id)
      listening.onOver(over)
      return true
    },
    /** Nobody listens with this id any more; whether somebody did. */
    leave: (id: number): boolean => listenings.delete(id),
    endAll: (why: string): void => {
      const waiting = [...calls.values()]
      const listening = [...listenings.values()]
      calls.clear()
      listenings.clear()
      for (const call of waiting) call.reject(new Error(why))
      for (const each of listening) each.onOver(new Error(why))
    },
  }
}
export type ClientWaiting = ReturnType<typeof createClientWaiting>
