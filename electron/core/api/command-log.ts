import { Refusal } from '../../../shared/api/define.ts'

/** One intent of one person for one method. An id that another method or another person used is another intent. */
export interface IntentKey {
  readonly method: string
  /** Empty where the method does not ask who it is. */
  readonly who: string
  readonly intentId: string
}

/** A refusal that stands: a later intent had its way, so sending the earlier one again must not carry it out after all. */
export class Overtaken extends Refusal {}

const keyOf = ({ method, who, intentId }: IntentKey): string => JSON.stringify([method, who, intentId])

/**
 * Makes a command idempotent: an intent that was sent twice (a double click, a resend after a reconnect) is carried out once
 * and answered twice with the same answer. Failed intents may be tried again, those a later one overtook may not.
 */
export const createCommandLog = (kept = 500) => {
  const answers = new Map<string, Promise<unknown>>()
  /** `isLarge`: the answer has megabytes, so it is shared while it is made and not kept after: a later send makes it anew. */
  return <T>(
    intent: IntentKey,
    carryOut: () => Promise<T> | T,
    { isLarge = false }: { readonly isLarge?: boolean } = {},
  ): Promise<T> => {
    const key = keyOf(intent)
    const known = answers.get(key)
    // The method is part of the key, so what is kept under it is what this method answers.
    if (known !== undefined) return known as Promise<T>
    const answer = Promise.resolve().then(carryOut)
    answers.set(key, answer)
    if (isLarge) {
      const forget = () => answers.delete(key)
      answer.then(forget, forget)
      return answer
    }
    answer.catch((error: unknown) => {
      if (!(error instanceof Overtaken)) answers.delete(key)
    })
    if (answers.size > kept)
      for (const oldest of [...answers.keys()].slice(0, answers.size - kept)) answers.delete(oldest)
    return answer
  }
}
