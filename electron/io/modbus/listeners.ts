import type { Stop } from '../../core/ports.ts'

/** Whoever listens gets a stop function; a listener may stop itself or others while being called. */
export const createListeners = <T>() => {
  const listeners = new Set<(value: T) => void>()
  return {
    add(listener: (value: T) => void): Stop {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    send(value: T): void {
      for (const listener of [...listeners]) listener(value)
    },
    any: (): boolean => listeners.size > 0,
  }
}
export type Listeners<T> = ReturnType<typeof createListeners<T>>
