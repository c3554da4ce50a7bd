import { Refusal, type Repeated } from './define.ts'

/** One intent of one person for one method. An id that another method or another person used is another intent. */
export interface IntentKey {
  readonly method: string
  /** Empty where the method does not ask who it is. */
  readonly who: string
  readonly intentId: string
}

/** A person does a few things a minute: hours of them. Editable assumption. */
const keptIntents = 500

const keyOf = ({ method, who, intentId }: IntentKey): string => JSON.stringify([method, who, intentId])

export interface IntentMemory {
  /** Carries the intent out (at once, in the caller's turn), or gives the answer it had; `repeated` says which. */
  readonly once: <T>(intent: IntentKey, repeated: Repeated, carryOut: () => Promise<T> | T) => Promise<T>
}

/**
 * Makes commands idempotent: an intent that was sent twice (a double click, a resend after a reconnect) is carried out once and
 * answered twice with the same answer. Failed intents may be tried again, those a later one overtook may not. One memory serves all
 * links of a program, so that a screen that comes back is known.
 */
export const createIntentMemory = (kept = keptIntents): IntentMemory => {
  const answers = new Map<string, Promise<unknown>>()

  const remember = (key: string, answer: Promise<unknown>, repeated: Repeated): void => {
    answers.set(key, answer)
    const forget = () => answers.delete(key)
    if (repeated === 'shared') answer.then(forget, forget)
    else
      answer.catch((error: unknown) => {
        if (!(error instanceof Refusal && error.stands)) forget()
      })
    if (answers.size > kept)
      for (const oldest of [...answers.keys()].slice(0, answers.size - kept)) answers.delete(oldest)
  }

  return {
    once: <T>(intent: IntentKey, repeated: Repeated, carryOut: () => Promise<T> | T): Promise<T> => {
      const begin = async () => carryOut()
      if (repeated === 'carried-out') return begin()
      const key = keyOf(intent)
      const known = answers.get(key)
      // The method is part of the key, so what is kept under it is what this method answers.
      if (known !== undefined) return known as Promise<T>
      const answer = begin()
      remember(key, answer, repeated)
      return answer
    },
  }
}
