import type { Log, Stop } from './ports.ts'

/** Tells every listener, in order of subscription; a listener that throws is reported and costs the others nothing. */
export interface FanOut<T> {
  readonly tell: (value: T) => void
  readonly listen: (listener: (value: T) => void) => Stop
}

export const createFanOut = <T>(name: string, log: Log): FanOut<T> => {
  const listeners = new Set<(value: T) => void>()
  return {
    tell: (value) => {
      for (const listener of [...listeners]) {
        try {
          listener(value)
        } catch (error) {
          log.error(`a listener of ${name} failed`, { error: String(error) })
        }
      }
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
