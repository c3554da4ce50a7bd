import { siteClock } from '../../../shared/site/site-time.ts'
import type { Clock, Stop } from '../ports.ts'
import { beyondMessage, setBackMessage } from './extreme-message.ts'
import type { ExtremeNews } from './extreme-watch.ts'

type SetBack = Extract<ExtremeNews, { kind: 'set-back' }>

/** The registers of one reset are read over one slow sweep (10 s): what comes within this belongs together, ms. */
const gatherMs = 15_000
/** A meter that resets its extremes by itself, every minute say, is told once in this time and counted in between, ms. */
const quietMs = 3_600_000

export interface ExtremeNotice {
  readonly kind: 'meter-extreme' | 'meter-extreme-reset'
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Turns a meter's news about its own extremes into rows of the journal: resets in one row, and not again and again. */
export const createExtremeTeller = (
  meterName: string,
  timezone: string,
  clock: Clock,
  tell: (notice: ExtremeNotice) => void,
) => {
  const clockText = siteClock(timezone)
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
    tell({
      kind: 'meter-extreme-reset',
      message: setBackMessage(meterName, news, untold),
      data: { changes: news, untold },
    })
    toldMs = clock.monotonicMs()
    untold = 0
  }

  return {
    take: (news: ExtremeNews): void => {
      if (news.kind === 'beyond-polling')
        return tell({ kind: 'meter-extreme', message: beyondMessage(meterName, news, clockText), data: { ...news } })
      gathered.push(news)
      if (gathered.length === 1) stopGathering = clock.after(gatherMs, tellSetBacks)
    },
    stop: (): void => stopGathering(),
  }
}
