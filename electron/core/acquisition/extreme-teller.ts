import type { EventFacts } from '../../../shared/said/event.ts'
import type { ExtremeNews, SetBack } from '../../../shared/said/extreme-news.ts'
import type { Clock, Stop } from '../ports.ts'

/** The registers of one reset are read over one slow sweep (10 s): what comes within this belongs together, ms. */
const gatherMs = 15_000
/** A meter that resets its extremes by itself, every minute say, is told once in this time and counted in between, ms. */
const quietMs = 3_600_000

export type TellExtreme = <K extends 'meter-extreme' | 'meter-extreme-reset'>(kind: K, facts: EventFacts[K]) => void

/** Turns a meter's news about its own extremes into rows of the journal: resets in one row, and not again and again. */
export const createExtremeTeller = (meterName: string, timezone: string, clock: Clock, tell: TellExtreme) => {
  let gathered: SetBack[] = []
  let stopGathering: Stop = () => undefined
  let toldMs = -Infinity
  let untold = 0

  const tellSetBacks = (): void => {
    const news = gathered
    gathered = []
    if (clock.monotonicMs() - toldMs < quietMs) {
      untold += 1
      return
    }
    tell('meter-extreme-reset', { meter: meterName, changes: news, untold })
    toldMs = clock.monotonicMs()
    untold = 0
  }

  return {
    take: (news: ExtremeNews): void => {
      if (news.kind === 'beyond-polling') {
        const { key, extreme, evidence } = news
        return tell('meter-extreme', { key, extreme, evidence, meter: meterName, timezone })
      }
      gathered.push(news)
      if (gathered.length === 1) stopGathering = clock.after(gatherMs, tellSetBacks)
    },
    stop: (): void => stopGathering(),
  }
}
