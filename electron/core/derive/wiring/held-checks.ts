import {
  notAssessed,
  wiringCheckIds,
  type WiringCheck,
  type WiringCheckId,
} from '../../../../shared/wiring/check-result.ts'

/** What is shown of a check, and what it may become when it is seen often enough. */
export interface HeldCheck {
  readonly shown: WiringCheck
  readonly candidate: string
  readonly seen: number
}
export type HeldChecks = ReadonlyMap<WiringCheckId, HeldCheck>

/** A verdict must come out the same this often in a row, a few seconds apart, before it is told or taken back (editable assumption). */
const seenNeeded = 5

const nameOf = ({ state, kind }: WiringCheck): string => `${state} ${kind}`
const isBad = ({ state }: WiringCheck): boolean => state === 'wrong' || state === 'check'

const waiting = (result: WiringCheck, seen: number): WiringCheck =>
  notAssessed(result.id, result.title, `being looked at: it came out like this ${seen} of ${seenNeeded} times`)

const holdOne = (before: HeldCheck | undefined, result: WiringCheck): HeldCheck => {
  const candidate = nameOf(result)
  const seen = before?.candidate === candidate ? before.seen + 1 : 1
  const isShown = before !== undefined && nameOf(before.shown) === candidate
  if (isShown || seen >= seenNeeded) return { shown: result, candidate, seen }
  // What was bad stays so while it cannot be assessed: an empty car park takes no fault back.
  if (before !== undefined && isBad(before.shown)) return { shown: before.shown, candidate, seen }
  if (isBad(result)) return { shown: before?.shown ?? waiting(result, seen), candidate, seen }
  return { shown: result, candidate, seen }
}

/** What is shown after one more assessment. A bad one that can't be assessed now is kept for good, whatever was seen. */
export const holdChecks = (held: HeldChecks, results: readonly WiringCheck[]): HeldChecks =>
  new Map([
    ...held,
    ...results.map((result): [WiringCheckId, HeldCheck] => {
      const before = held.get(result.id)
      if (before !== undefined && isBad(before.shown) && result.state === 'not-assessed')
        return [result.id, { ...before, candidate: nameOf(before.shown), seen: seenNeeded }]
      return [result.id, holdOne(before, result)]
    }),
  ])

/** In the order of the page. */
export const shownChecks = (held: HeldChecks): readonly WiringCheck[] =>
  wiringCheckIds.flatMap((id) => held.get(id)?.shown ?? [])
