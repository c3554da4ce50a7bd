/** Replies of a unit before its habits are known. */
const knownAfter = 4
const kept = 32
const overLongest = 1.2
const marginMs = 5
/** A reply later than this is rather that of an older request, ms: beyond a USB adapter's 16 ms (FTDI latency timer). */
const muchLater = 1.5
const lateMarginMs = 20
/** A reply is never much sooner than the soonest of the last ones. */
const underShortest = 0.7

/** How soon and how late each unit's last replies began, from the last byte of their requests, ms. */
export const createTurnarounds = () => {
  const byUnit = new Map<number, number[]>()
  const known = (unit: number): readonly number[] | null => {
    const last = byUnit.get(unit)
    return last === undefined || last.length < knownAfter ? null : last
  }
  return {
    note(unit: number, turnaroundMs: number): void {
      const last = byUnit.get(unit) ?? []
      last.push(turnaroundMs)
      if (last.length > kept) last.shift()
      byUnit.set(unit, last)
    },
    /** Longest a prompt reply takes to begin; null while unknown. */
    longestMs(unit: number): number | null {
      const last = known(unit)
      return last === null ? null : overLongest * Math.max(...last) + marginMs
    },
    /** How a reply fits what this unit's last ones took: one that is sooner is another's. */
    fit(unit: number, turnaroundMs: number): 'usual' | 'sooner' | 'later' {
      const last = known(unit)
      if (last === null) return 'usual'
      if (turnaroundMs < underShortest * Math.min(...last)) return 'sooner'
      return turnaroundMs > muchLater * Math.max(...last) + lateMarginMs ? 'later' : 'usual'
    },
  }
}
export type Turnarounds = ReturnType<typeof createTurnarounds>
