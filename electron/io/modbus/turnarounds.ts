/** Replies of a unit before its habits are known. */
const knownAfter = 4
const kept = 32
/** So many of a hundred replies are taken for its habit: one odd reply must not make the next odd one look usual. */
const habitShare = 0.9
/** What a prompt reply may take beyond that: half as much again, and a USB adapter's 16 ms (FTDI latency timer). */
const overHabit = 1.25
const marginMs = 16
/** A reply is never much sooner than the soonest of the last ones. */
const underShortest = 0.75
/** So many replies in a row that come later than before, and none as before, are a new habit (assumption). */
const newHabitAfter = 4

interface Habit {
  /** The last replies, oldest first, ms. */
  last: number[]
  /** Those that came later than the habit since the last one that fitted it. */
  later: number[]
}

const high = (last: readonly number[]): number =>
  last.toSorted((left, right) => left - right)[Math.ceil(habitShare * last.length) - 1] ?? 0

/** How soon and how late each unit's last replies began, from the last byte of their requests, ms. */
export const createTurnarounds = () => {
  const byUnit = new Map<number, Habit>()
  const of = (unit: number): Habit => {
    const habit = byUnit.get(unit) ?? { last: [], later: [] }
    byUnit.set(unit, habit)
    return habit
  }
  const longestMs = (unit: number): number | null => {
    const { last } = of(unit)
    return last.length < knownAfter ? null : overHabit * high(last) + marginMs
  }
  return {
    /** A reply that is its own. */
    note(unit: number, turnaroundMs: number): void {
      const habit = of(unit)
      habit.last.push(turnaroundMs)
      if (habit.last.length > kept) habit.last.shift()
      if (turnaroundMs <= (longestMs(unit) ?? 0)) habit.later = []
    },
    /** A reply came so late that it is perhaps not its own. A device that has become slower shows it by several in a row. */
    noteLater(unit: number, turnaroundMs: number): void {
      const habit = of(unit)
      habit.later.push(turnaroundMs)
      if (habit.later.length < newHabitAfter) return
      habit.last = habit.later
      habit.later = []
    },
    /** Longest a prompt reply takes to begin; null while unknown. */
    longestMs,
    /** How a reply fits what this unit's last ones took: one that is sooner is another's, and one that is later may be. */
    fit(unit: number, turnaroundMs: number): 'usual' | 'sooner' | 'later' {
      const longest = longestMs(unit)
      if (longest === null) return 'usual'
      if (turnaroundMs < underShortest * Math.min(...of(unit).last)) return 'sooner'
      return turnaroundMs > longest ? 'later' : 'usual'
    },
  }
}
export type Turnarounds = ReturnType<typeof createTurnarounds>
