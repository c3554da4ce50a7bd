/**
 * Equivalent events: what several sources saw of one happening becomes one entry with its members. Each member comes with the time it cannot
 * have been outside of: for samples its beginning and end and the clock's error, for polls the good readings around it.
 */
export type Truth = 'sampled' | 'meter event' | 'polled RMS' | 'reconstructed'
export type EventDirection = 'under' | 'over'

export interface EventMember {
  readonly id: string
  /** The meter or front end. One source's events never join each other: it has told them apart. */
  readonly source: string
  readonly truth: Truth
  readonly direction: EventDirection
  /** Where the true beginning and end lie at the earliest and the latest, ms; `latestEndMs` null: it goes on, or its end was not seen. */
  readonly earliestMs: number
  readonly latestEndMs: number | null
}

export interface JoinedEvent<T extends EventMember> {
  /** The best known first. */
  readonly members: readonly T[]
}

/** Clocks of sources may differ by this much before two events that overlap otherwise are two (editable assumption), ms. */
export const clockSlackMs = 1000

/** Sampled is better known than the meter's own event, that better than a poll. */
const rank: Readonly<Record<Truth, number>> = { sampled: 0, 'meter event': 1, 'polled RMS': 2, reconstructed: 3 }

/** In order of time. A member of an entry overlaps one of those before it, in the same direction. */
export const joinEvents = <T extends EventMember>(members: readonly T[]): readonly JoinedEvent<T>[] => {
  const sorted = [...members].sort((one, other) => one.earliestMs - other.earliestMs)
  const groups: { readonly direction: EventDirection; latestMs: number; readonly members: T[] }[] = []
  for (const member of sorted) {
    const latest = member.latestEndMs ?? Infinity
    const group = groups.findLast(
      ({ direction, latestMs, members: held }) =>
        direction === member.direction &&
        member.earliestMs <= latestMs + clockSlackMs &&
        !held.some(({ source }) => source === member.source),
    )
    if (group === undefined) groups.push({ direction: member.direction, latestMs: latest, members: [member] })
    else {
      group.members.push(member)
      group.latestMs = Math.max(group.latestMs, latest)
    }
  }
  return groups.map((group) => ({
    members: group.members.sort(
      (one, other) => rank[one.truth] - rank[other.truth] || one.earliestMs - other.earliestMs,
    ),
  }))
}
