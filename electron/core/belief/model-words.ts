import type { Clock } from '../ports.ts'
import { forgetful, type Memory } from '../site/memory.ts'

/** A meter that is not believed is asked again what it is after this time, ms: it may have been exchanged. */
const askAgainMs = 60_000

/** What meters say they are, in words, once they were asked; `wonder` has one asked, now and then. */
export interface ModelWords {
  readonly said: (meterId: string) => string | null
  /** Called whenever the meter is doubted for something its model may explain. */
  readonly wonder: (meterId: string) => void
}

export const createModelWords = (
  clock: Clock,
  ask: (meterId: string) => Promise<string | null>,
  memory: Memory = forgetful,
): ModelWords => {
  const { said, askedMs } = memory.keep('model-words', {
    said: new Map<string, string>(),
    askedMs: new Map<string, number>(),
  })
  const hear = async (meterId: string): Promise<void> => {
    const words = await ask(meterId)
    if (words !== null) said.set(meterId, words)
  }
  return {
    said: (meterId) => said.get(meterId) ?? null,
    wonder: (meterId) => {
      const nowMs = clock.monotonicMs()
      if (nowMs - (askedMs.get(meterId) ?? -Infinity) < askAgainMs) return
      askedMs.set(meterId, nowMs)
      void hear(meterId)
    },
  }
}
