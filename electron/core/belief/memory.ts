import type { Range } from '../../../shared/electrical/meter-checks.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import { quantities, quantityKeys, type QuantityKind } from '../../../shared/quantities.ts'
import { own } from '../../../shared/own.ts'

/** Values within this time may belong to one moment: registers come in several requests, and loads move between them, ms. */
export const togetherMs = 2500
/** A longer gap between two changes is no habit of the meter, ms; the slowest known gateways refresh every 10 s (assumption). */
const longestHabitMs = 15_000
/** So many of the last gaps are remembered. */
const gapsKept = 30

/** What one quantity said lately. Times are monotonic ms. */
export interface Track {
  readonly points: readonly { readonly atMs: number; readonly value: number }[]
  /** The value as it stands, since when it has not changed, and by how many readings. */
  readonly value: number
  readonly sinceMs: number
  readonly readings: number
  readonly changes: number
  /** Times between the last changes. */
  readonly gaps: readonly number[]
}

const begin = (value: number, atMs: number): Track => ({
  points: [{ atMs, value }],
  value,
  sinceMs: atMs,
  readings: 1,
  changes: 0,
  gaps: [],
})

const remember = (track: Track, value: number, atMs: number): Track => {
  const points: Track['points'][number][] = []
  for (const point of track.points) if (atMs - point.atMs <= togetherMs) points.push(point)
  points.push({ atMs, value })
  if (value === track.value) return { ...track, points, readings: track.readings + 1 }
  const gapMs = atMs - track.sinceMs
  return {
    points,
    value,
    sinceMs: atMs,
    readings: 1,
    changes: track.changes + 1,
    gaps: gapMs > longestHabitMs || track.changes === 0 ? track.gaps : [...track.gaps.slice(1 - gapsKept), gapMs],
  }
}

/** Every quantity of one meter. One whose last read brought no value is not known now, but goes on where it was. */
export interface Memory {
  readonly tracks: ReadonlyMap<string, Track>
  readonly missing: ReadonlySet<string>
  /** Keys that said they are not available: the meter does not have them. */
  readonly absent: ReadonlySet<string>
}
export const emptyMemory: Memory = { tracks: new Map(), missing: new Set(), absent: new Set() }

/** What some judge looks at: nothing here asks for counters, demands or harmonics, which are half of what a meter says. */
const judgedKinds: readonly QuantityKind[] = ['voltage', 'current', 'power', 'power-factor', 'frequency']
const judged = new Set<string>(quantityKeys.filter((key) => judgedKinds.includes(quantities[key].kind)))
const isJudged = (key: string): boolean => judged.has(key)

export const take = (memory: Memory, samples: Readonly<Partial<Record<string, Sample>>>, atMs: number): Memory => {
  const tracks = new Map(memory.tracks)
  const missing = new Set(memory.missing)
  const absent = new Set(memory.absent)
  for (const key of Object.keys(samples)) {
    const sample = own(samples, key)
    if (sample === undefined || !isJudged(key)) continue
    if (sample.quality === 'absent') absent.add(key)
    else absent.delete(key)
    if (sample.value === null) {
      missing.add(key)
      continue
    }
    missing.delete(key)
    const before = tracks.get(key)
    tracks.set(key, before === undefined ? begin(sample.value, atMs) : remember(before, sample.value, atMs))
  }
  return { tracks, missing, absent }
}

/** What is known now of a quantity. */
export const trackOf = ({ tracks, missing }: Memory, key: string): Track | undefined =>
  missing.has(key) ? undefined : tracks.get(key)

export const newestMs = (track: Track): number => track.points.at(-1)?.atMs ?? track.sinceMs

/** What a quantity was within the last readings. */
export const rangeOf = (track: Track | undefined): Range | null => {
  if (track === undefined) return null
  let [low, high] = [Infinity, -Infinity]
  for (const { value } of track.points) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return { low, high }
}

/** The longest time a live meter left all of these unchanged; null while too little was seen of it. */
export const habitMs = (tracks: readonly Track[]): number | null => {
  const changes = tracks.reduce((sum, { gaps }) => sum + gaps.length, 0)
  return changes < 5
    ? null
    : Math.min(...tracks.filter(({ gaps }) => gaps.length > 0).map(({ gaps }) => Math.max(...gaps)))
}
