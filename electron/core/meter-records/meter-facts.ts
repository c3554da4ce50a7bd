import { z } from 'zod'
import type { FactShelf } from '../field/fact-shelf.ts'
import { own } from '../../../shared/own.ts'

/** What is remembered of a meter's own records across restarts. It may be lost: then the history tells which records were taken. */
const factsSchema = z.object({
  /** Keys of records that were taken, oldest first. */
  seen: z.array(z.string()),
  /** Of captures that were read. */
  captures: z.array(z.string()),
  /** By ring: where its next record will come. */
  next: z.record(z.string(), z.number()),
  /** A log of it was paused and not given back. */
  isOwed: z.boolean(),
  /** Alarms of the kind "was": seen in order once. */
  sealed: z.array(z.string()),
})
type Facts = z.infer<typeof factsSchema>

/** The largest ring has 512 records, and a meter has up to six lists. */
const mostSeen = 4000
const mostCaptures = 500

const empty: Facts = { seen: [], captures: [], next: {}, isOwed: false, sealed: [] }
const nameOf = (meterId: string): string => `records of ${meterId}`

export const createMeterFacts = (meterId: string, shelf: FactShelf | undefined) => {
  const read = factsSchema.safeParse(shelf?.recall(nameOf(meterId)))
  let facts: Facts = read.success ? read.data : empty
  const seen = new Set(facts.seen)
  const captures = new Set(facts.captures)
  const keep = (change: Partial<Facts>): void => {
    facts = { ...facts, ...change }
    shelf?.keep(nameOf(meterId), facts)
  }
  return {
    /** Nothing was kept: what the history has must be looked up. */
    isNew: !read.success,
    isSeen: (key: string): boolean => seen.has(key),
    see: (keys: readonly string[]): void => {
      for (const key of keys) seen.add(key)
      for (const key of seen) {
        if (seen.size <= mostSeen) break
        seen.delete(key)
      }
      keep({ seen: [...seen] })
    },
    hasCapture: (key: string): boolean => captures.has(key),
    tookCapture: (key: string): void => {
      captures.add(key)
      keep({ captures: [...captures].slice(-mostCaptures) })
    },
    next: (logId: string): number | null => own(facts.next, logId) ?? null,
    setNext: (logId: string, next: number): void => keep({ next: { ...facts.next, [logId]: next } }),
    debt: { isOwed: () => facts.isOwed, set: (isOwed: boolean) => keep({ isOwed }) },
    isSealed: (alarmId: string): boolean => facts.sealed.includes(alarmId),
    sealed: (alarmId: string): void => {
      if (!facts.sealed.includes(alarmId)) keep({ sealed: [...facts.sealed, alarmId] })
    },
  }
}
export type MeterFacts = ReturnType<typeof createMeterFacts>
