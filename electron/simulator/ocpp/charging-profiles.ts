/**
 * Charging profiles as a charger keeps them: OCPP 1.6 edition 2, 3.13, with errata 4.0; of 2.0.1 the same with other names. Written from
 * the standard and not shared with the product, so that a mistake made in one shows in the other.
 */
export interface KeptProfile {
  readonly id: number
  readonly purpose: 'station' | 'default' | 'transaction'
  readonly stackLevel: number
  readonly unit: 'A' | 'W'
  readonly transactionId: string | null
  /** null: from the start of the transaction, else from when it was set. */
  readonly beginMs: number | null
  readonly setMs: number
  readonly periods: readonly { readonly startS: number; readonly limit: number }[]
  readonly durationS: number | null
}

export interface Running {
  readonly transactionId: string
  readonly sinceMs: number
}

const limitOf = (profile: KeptProfile, running: Running | null, atMs: number): number | null => {
  const beginMs = profile.beginMs ?? running?.sinceMs ?? profile.setMs
  const elapsedS = (atMs - beginMs) / 1000
  if (elapsedS < 0 || (profile.durationS !== null && elapsedS >= profile.durationS)) return null
  return profile.periods.filter(({ startS }) => startS <= elapsedS).at(-1)?.limit ?? null
}

export const createProfileStore = (perAmpere: () => number) => {
  let kept: readonly KeptProfile[] = []
  const amperes = ({ unit }: KeptProfile, limit: number): number => (unit === 'A' ? limit : limit / perAmpere())

  const ofPurpose = (purpose: KeptProfile['purpose'], running: Running | null, atMs: number): number | null => {
    const valid = kept
      .filter((profile) => profile.purpose === purpose)
      .filter(({ transactionId }) => transactionId === null || transactionId === running?.transactionId)
      .flatMap((profile) => {
        const limit = limitOf(profile, running, atMs)
        return limit === null ? [] : [{ stackLevel: profile.stackLevel, limitA: amperes(profile, limit) }]
      })
    return valid.sort((a, b) => b.stackLevel - a.stackLevel)[0]?.limitA ?? null
  }
  /** A per phase; null: nothing is limited. */
  const limitAt = (running: Running | null, atMs: number): number | null => {
    const ofCar =
      (running === null ? null : ofPurpose('transaction', running, atMs)) ?? ofPurpose('default', running, atMs)
    const ofStation = ofPurpose('station', running, atMs)
    return ofCar === null ? ofStation : ofStation === null ? ofCar : Math.min(ofCar, ofStation)
  }
  return {
    set: (profile: KeptProfile): void => {
      const isReplaced = (other: KeptProfile): boolean =>
        other.id === profile.id || (other.purpose === profile.purpose && other.stackLevel === profile.stackLevel)
      kept = [...kept.filter((other) => !isReplaced(other)), profile]
    },
    clear: (matches: (profile: KeptProfile) => boolean): number => {
      const before = kept.length
      kept = kept.filter((profile) => !matches(profile))
      return before - kept.length
    },
    limitAt,
    /** What will be in force from now on, A; -1: no limit, as MicroOcpp says it. */
    composite: (running: Running | null, fromMs: number, durationS: number) => {
      const steps: { startPeriod: number; limit: number }[] = []
      for (let second = 0; second < durationS; second += 1) {
        const limit = limitAt(running, fromMs + second * 1000) ?? -1
        if (steps.at(-1)?.limit !== limit) steps.push({ startPeriod: second, limit })
      }
      return steps
    },
  }
}
export type ProfileStore = ReturnType<typeof createProfileStore>
