import type { ExtremeEvidence } from '../model/image.ts'
import { quantities, type QuantityKey } from '../quantities.ts'

/** A meter whose own extreme went further than polling saw, or was set back. Values in the quantity's unit, at the site's phases. */
export type ExtremeNews =
  | {
      readonly kind: 'beyond-polling'
      readonly key: QuantityKey
      readonly extreme: 'maximum' | 'minimum'
      readonly evidence: ExtremeEvidence
    }
  | {
      readonly kind: 'set-back'
      readonly key: QuantityKey
      readonly extreme: 'maximum' | 'minimum'
      readonly atMs: number
      readonly before: number
      readonly value: number
    }
export type SetBack = Extract<ExtremeNews, { kind: 'set-back' }>
export type BeyondPolling = Extract<ExtremeNews, { kind: 'beyond-polling' }>

const valueText = (key: ExtremeNews['key'], value: number): string => {
  const { unit, digits } = quantities[key]
  return `${value.toFixed(digits)}${unit === '1' ? '' : ` ${unit}`}`
}

/** The sentence of the journal; `clock` gives the site's time. */
export const beyondMessage = (
  meterName: string,
  news: Omit<BeyondPolling, 'kind'>,
  clock: (atMs: number) => string,
): string => {
  const { fromMs, toMs, before, value, polled, unseenMs } = news.evidence
  const [rose, most] = news.extreme === 'maximum' ? ['rose', 'at most'] : ['fell', 'no less than']
  const text = (each: number): string => valueText(news.key, each)
  return (
    `${meterName}: between ${clock(fromMs)} and ${clock(toMs)} the meter itself registered ${text(value)}, ` +
    `${quantities[news.key].label} (its ${news.extreme} register ${rose} from ${text(before)}); ` +
    (polled === null ? 'polling saw nothing in that time' : `polling saw ${most} ${text(polled)}`) +
    (unseenMs > 0 && polled !== null ? `, and no value for ${(unseenMs / 1000).toFixed(1)} s of it` : '')
  )
}

/** Registers named in one sentence; the rest are counted. */
const mostNamed = 3

/** One sentence for all registers of a meter that went back together. `untold`: resets since the last such sentence. */
export const setBackMessage = (meterName: string, news: readonly SetBack[], untold: number): string => {
  const named = news
    .slice(0, mostNamed)
    .map(
      ({ key, extreme, before, value }) =>
        `${extreme} of ${quantities[key].label} from ${valueText(key, before)} to ${valueText(key, value)}`,
    )
  const more = news.length > mostNamed ? ` and ${String(news.length - mostNamed)} more` : ''
  const since =
    untold === 0 ? '' : `, and ${String(untold)} time${untold === 1 ? '' : 's'} before since the last word on it`
  return (
    `${meterName}: the meter's own extremes went back (${named.join(', ')}${more})${since}: ` +
    'they were reset at the meter, or the meter started anew. Tripscope never resets them'
  )
}
