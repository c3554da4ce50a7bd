import { quantities } from '../../../shared/quantities.ts'
import type { ExtremeNews } from './extreme-watch.ts'

const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19)

/** The sentence of the journal; times in UTC. */
export const extremeMessage = (meterName: string, news: ExtremeNews): string => {
  const { label, unit, digits } = quantities[news.key]
  const text = (value: number): string => `${value.toFixed(digits)}${unit === '1' ? '' : ` ${unit}`}`
  if (news.kind === 'set-back') {
    return `${meterName}: the meter's own ${news.extreme} of ${label} went from ${text(news.before)} to ${text(news.value)} at ${clock(news.atMs)} UTC: it was reset at the meter, or the meter started anew. Tripscope never resets it`
  }
  const { fromMs, toMs, before, value, polled, unseenMs } = news.evidence
  const [rose, most] = news.extreme === 'maximum' ? ['rose', 'at most'] : ['fell', 'no less than']
  return (
    `${meterName}: between ${clock(fromMs)} and ${clock(toMs)} UTC the meter itself registered ${text(value)}, ${label} (its ${news.extreme} register ${rose} from ${text(before)}); ` +
    (polled === null ? 'polling saw nothing in that time' : `polling saw ${most} ${text(polled)}`) +
    (unseenMs > 0 && polled !== null ? `, and no value for ${(unseenMs / 1000).toFixed(1)} s of it` : '')
  )
}
