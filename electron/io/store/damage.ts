/** What was found to be wrong with stored rows, told once each. */
export interface Damage {
  readonly table: string
  /** Which row or stretch: the same place is told once. */
  readonly place: string
  readonly rows: number
  readonly why: string
}
export type TellDamage = (damage: Damage) => void

export interface DamageBook {
  readonly tell: TellDamage
  /** "3 rows of events and 12 of ring can't be read"; null while nothing was found. */
  readonly words: () => string | null
}

/** Places remembered; beyond it damage is counted all the same, perhaps twice. */
const mostPlaces = 10_000

export const createDamageBook = (onNew: (damage: Damage) => void): DamageBook => {
  const places = new Set<string>()
  const counts = new Map<string, number>()
  return {
    tell: (damage) => {
      const place = `${damage.table} ${damage.place}`
      if (places.has(place)) return
      if (places.size < mostPlaces) places.add(place)
      counts.set(damage.table, (counts.get(damage.table) ?? 0) + damage.rows)
      onNew(damage)
    },
    words: () =>
      counts.size === 0
        ? null
        : `rows changed on the disk are left out: ${[...counts].map(([table, rows]) => `${rows} of ${table}`).join(', ')}; check the disk, and keep a copy of the folder`,
  }
}
