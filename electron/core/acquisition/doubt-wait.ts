/** First and longest wait of a device whose replies can't be told apart just now, ms (assumptions): late replies come within seconds. */
const firstWaitMs = 250
const longestWaitMs = 2000

/** How long nothing is asked of a device, because no reply of it could be told from another's: a state and pure steps on it. */
export interface DoubtWait {
  readonly waitMs: number
  /** Monotonic, ms. */
  readonly untilMs: number
}

export const noDoubt: DoubtWait = { waitMs: 0, untilMs: -Infinity }

/** A read was not even sent. Its other blocks would fare no better at this moment. */
export const doubted = ({ waitMs }: DoubtWait, nowMs: number): DoubtWait => {
  const nextMs = Math.min(longestWaitMs, Math.max(firstWaitMs, 2 * waitMs))
  return { waitMs: nextMs, untilMs: nowMs + nextMs }
}
