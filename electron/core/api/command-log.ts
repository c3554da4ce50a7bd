/**
 * Makes a command idempotent: an intent that was sent twice (a double click, a resend after a reconnect) is carried out once
 * and answered twice with the same answer. Failed intents may be tried again.
 */
export const createCommandLog = (kept = 500) => {
  const answers = new Map<string, Promise<unknown>>()
  return <T>(intentId: string, carryOut: () => Promise<T> | T): Promise<T> => {
    const known = answers.get(intentId)
    if (known !== undefined) return known as Promise<T>
    const answer = Promise.resolve().then(carryOut)
    answers.set(intentId, answer)
    answer.catch(() => answers.delete(intentId))
    if (answers.size > kept)
      for (const oldest of [...answers.keys()].slice(0, answers.size - kept)) answers.delete(oldest)
    return answer
  }
}
