import type { ExtremeNews } from '../../../shared/said/extreme-news.ts'
import type { ExtremeEvidence, MeterReading } from '../../../shared/model/image.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import { extremesOf, type ProfileExtreme } from '../../../shared/profile/extremes.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { quantities, type QuantityKey } from '../../../shared/quantities.ts'
import type { MappedQuantity } from './meter-mapping.ts'

/** Moved from site time to the calendar's (utc.ts). */
export const newsInUtc = (news: ExtremeNews, aheadMs: number): ExtremeNews => {
  if (aheadMs === 0) return news
  if (news.kind === 'set-back') return { ...news, atMs: news.atMs + aheadMs }
  const { evidence } = news
  return { ...news, evidence: { ...evidence, fromMs: evidence.fromMs + aheadMs, toMs: evidence.toMs + aheadMs } }
}

/** A difference below this share of the value, or one step of the register, is rounding. */
const tolerance = 0.005
/** In amperes, volts and so on: a change that is not worth a row for a site's loads (editable assumption), never less than the last digit shown. */
const leastShown = (key: QuantityKey): number => {
  const { kind, digits } = quantities[key]
  return Math.max(10 ** -digits, kind === 'current' ? 0.5 : kind === 'voltage' ? 1 : 0)
}
/** The live registers and the extreme need not be refreshed together; where the maker does not say how often, by this much, ms (assumption). */
const usualRefreshMs = 1000
/** More polled values than this between two reads of the extreme are thinned to the outermost. */
const mostPolled = 4096

interface Polled {
  readonly atMs: number
  readonly value: number
}
interface Rise {
  readonly fromMs: number
  readonly toMs: number
  readonly before: number
  readonly value: number
}
interface Watched {
  readonly definition: ProfileExtreme
  readonly key: QuantityKey
  readonly kind: 'maximum' | 'minimum'
  readonly factor: number
  latest: { readonly value: number; readonly atMs: number } | null
  evidence: ExtremeEvidence | null
  rise: Rise | null
  polled: Polled[]
}

/**
 * Compares the meter's own highest and lowest values with what polling saw in the same time. Only reads: it never resets them. The
 * first reading after the start is a base to compare with and proves nothing.
 */
export const createExtremeWatch = (
  profile: MeterProfile,
  mapped: ReadonlyMap<QuantityKey, MappedQuantity>,
  periodOf: (key: QuantityKey) => number,
  tell: (news: ExtremeNews) => void,
) => {
  const slackMs = Math.max(profile.capabilities.refreshMs ?? usualRefreshMs, profile.capabilities.windowMs ?? 0)
  const watched = new Map(
    extremesOf(profile).flatMap((definition): [string, Watched][] => {
      const target = mapped.get(definition.quantity)
      if (target === undefined) return []
      const { key, factor } = target
      // Mounted the other way round, the highest import is the lowest, most negative, value.
      const kind = factor < 0 ? (definition.kind === 'maximum' ? 'minimum' : 'maximum') : definition.kind
      return [[definition.id, { definition, key, kind, factor, latest: null, evidence: null, rise: null, polled: [] }]]
    }),
  )
  const byKey = new Map<QuantityKey, Watched[]>()
  for (const watch of watched.values()) byKey.set(watch.key, [...(byKey.get(watch.key) ?? []), watch])
  let accepted: { readonly watch: Watched; readonly value: number; readonly atMs: number }[] = []

  const isBeyond = ({ kind }: Watched, value: number, other: number): boolean =>
    kind === 'maximum' ? value > other : value < other
  const stepOf = ({ definition, factor }: Watched): number =>
    definition.register.type.startsWith('float') ? 0 : Math.abs(definition.register.scale * factor)
  // Two values that a person would read as the same are no news, whatever their binary digits.
  const isTellable = (watch: Watched, value: number, other: number): boolean =>
    isBeyond(watch, value, other) &&
    Math.abs(value - other) > Math.max(tolerance * Math.abs(value), stepOf(watch), leastShown(watch.key))

  const unseenMs = (polled: readonly Polled[], { fromMs, toMs }: Rise, periodMs: number): number => {
    const times = [fromMs, ...polled.map(({ atMs }) => atMs).filter((atMs) => atMs > fromMs && atMs < toMs), toMs]
    return times.slice(1).reduce((sum, atMs, index) => {
      const gapMs = atMs - (times[index] ?? atMs)
      return gapMs > 2 * periodMs ? sum + gapMs - periodMs : sum
    }, 0)
  }

  /** Judged only when polling has gone on a little: what it shows right after the read of the extreme belongs to the same event. */
  const judge = (watch: Watched, nowMs: number): void => {
    const { rise } = watch
    if (rise === null || nowMs < rise.toMs + slackMs) return
    watch.rise = null
    const around = watch.polled.filter(({ atMs }) => atMs >= rise.fromMs - slackMs && atMs <= rise.toMs + slackMs)
    watch.polled = watch.polled.filter(({ atMs }) => atMs >= rise.toMs - slackMs)
    const seen = around.map(({ value }) => value)
    const polled = seen.length === 0 ? null : watch.kind === 'maximum' ? Math.max(...seen) : Math.min(...seen)
    if (polled !== null && !isTellable(watch, rise.value, polled)) return
    watch.evidence = { ...rise, polled, unseenMs: unseenMs(around, rise, periodOf(watch.definition.quantity)) }
    tell({ kind: 'beyond-polling', key: watch.key, extreme: watch.kind, evidence: watch.evidence })
  }

  const take = (watch: Watched, value: number, atMs: number): void => {
    judge(watch, Infinity)
    const before = watch.latest
    watch.latest = { value, atMs }
    if (before !== null && isTellable(watch, value, before.value))
      watch.rise = { fromMs: before.atMs, toMs: atMs, before: before.value, value }
    else {
      if (
        before !== null &&
        isTellable(watch, before.value, value) &&
        isBeyond(watch, before.value, value) &&
        watch.definition.since !== 'demand-period'
      ) {
        tell({ kind: 'set-back', key: watch.key, extreme: watch.kind, atMs, before: before.value, value })
      }
      watch.polled = watch.polled.filter((each) => each.atMs >= atMs - slackMs)
    }
  }

  return {
    /** Words of one extreme's register, by its id; false for an id that is none. */
    accept(id: string, words: readonly number[], atMs: number): boolean {
      const watch = watched.get(id)
      if (watch === undefined) return false
      const decoded = decodeRegister(watch.definition.register, words, profile)
      if (typeof decoded === 'string') return true
      const value = decoded.value * watch.factor
      const { low, high } = quantities[watch.key]
      if (value >= low && value <= high) accepted.push({ watch, value, atMs })
      return true
    },
    /** Everything of one exchange, after its registers were accepted: polled values first, then the extremes of the same reply. */
    observe(samples: Readonly<Partial<Record<QuantityKey, Sample>>>, atMs: number): void {
      for (const [key, sample] of Object.entries(samples)) {
        for (const watch of byKey.get(key as QuantityKey) ?? []) {
          if (sample?.value == null || sample.atMs === null) continue
          watch.polled.push({ atMs: sample.atMs, value: sample.value })
          if (watch.polled.length > mostPolled) watch.polled = thinned(watch.polled, watch.kind)
        }
      }
      const now = accepted
      accepted = []
      for (const watch of watched.values()) judge(watch, atMs)
      for (const { watch, value, atMs: readMs } of now) take(watch, value, readMs)
    },
    reading(): NonNullable<MeterReading['extremes']> {
      const all: Record<string, { maximum?: object; minimum?: object }> = {}
      for (const { key, kind, latest, evidence, definition } of watched.values()) {
        if (latest !== null) all[key] = { ...all[key], [kind]: { ...latest, since: definition.since, evidence } }
      }
      return all as NonNullable<MeterReading['extremes']>
    },
    any: watched.size > 0,
  }
}
export type ExtremeWatch = ReturnType<typeof createExtremeWatch>

/** Of each two neighbours the outer one. */
const thinned = (polled: readonly Polled[], kind: 'maximum' | 'minimum'): Polled[] =>
  polled.filter((one, index) => {
    const other = polled[index % 2 === 0 ? index + 1 : index - 1]
    if (other === undefined || one.value === other.value) return other === undefined || index % 2 === 0
    return kind === 'maximum' ? one.value > other.value : one.value < other.value
  })
