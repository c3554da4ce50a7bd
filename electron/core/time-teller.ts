import type { Clock } from './ports.ts'
import { createPowerWatch, type PowerEvent } from './power-watch.ts'
import { timeNews, type Clocks, type TimeNews } from './time-watch.ts'

const clocksOf = (clock: Clock): Clocks => ({
  utcMs: clock.nowMs(),
  monotonicMs: clock.monotonicMs(),
  sinceBootMs: clock.sinceBootMs?.() ?? null,
})

/** Looks at the computer's own clocks once a cycle and tells what time did that it should not. */
export const createTimeTeller = (clock: Clock, tell: (news: TimeNews) => void) => {
  let before = clocksOf(clock)
  const power = createPowerWatch()
  return {
    /** What the computer's system says: a sleep it announced is told as one. */
    power: (event: PowerEvent): void => power.note(event),
    begin: (): void => {
      before = clocksOf(clock)
    },
    look: (): void => {
      const now = clocksOf(clock)
      for (const news of power.explain(timeNews(before, now))) tell(news)
      before = now
    },
  }
}
