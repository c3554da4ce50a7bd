/** Over how many looks the rate is formed: frames come in bursts, and one look sees one more or one less. */
const mostLooks = 6

/** How fast samples really come, by this computer's clock: looked at about once a second. */
export const createArrivalRate = () => {
  let count = 0
  let looks: readonly { readonly atMs: number; readonly count: number }[] = []
  return {
    add: (samples: number): void => {
      count += samples
    },
    tick: (nowMs: number): void => {
      looks = [...looks, { atMs: nowMs, count }].slice(-mostLooks)
    },
    reset: (): void => {
      looks = []
    },
    /** Samples a second; null before two looks. */
    perSecond: (): number | null => {
      const [first, last] = [looks[0], looks.at(-1)]
      if (first === undefined || last === undefined || last.atMs === first.atMs) return null
      return ((last.count - first.count) * 1000) / (last.atMs - first.atMs)
    },
  }
}
