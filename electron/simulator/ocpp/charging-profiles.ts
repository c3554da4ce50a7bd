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
  /** `phases`: on how many it charges; null: not said, which means three. */
  readonly periods: readonly { readonly startS: number; readonly limit: number; readonly phases: number | null }[]
  readonly durationS: number | null
}

export interface Running {
  readonly transactionId: string
  readonly sinceMs: number
}

const periodOf = (
  profile: KeptProfile,
  running: Running | null,
  atMs: number,
): KeptProfile['periods'][number] | null => {
  const beginMs = profile.beginMs ?? running?.sinceMs ?? profile.setMs
  const elapsedS = (atMs - beginMs) / 1000
  if (elapsedS < 0 || (profile.durationS !== null && elapsedS >= profile.durationS)) return null
  return profile.periods.filter(({ startS }) => startS <= elapsedS).at(-1) ?? null
}

interface InForce {
  readonly limitA: number
  readonly phases: number | null
}

export const createProfileStore = (perAmpere: () => number) => {
  let kept: readonly KeptProfile[] = []
  const amperes = ({ unit }: KeptProfile, limit: number): number => (unit === 'A' ? limit : limit / perAmpere())

  const ofPurpose = (purpose: KeptProfile['purpose'], running: Running | null, atMs: number): InForce | null => {
    const valid = kept
      .filter((profile) => profile.purpose === purpose)
      .filter(({ transactionId }) => transactionId === null || transactionId === running?.transactionId)
      .flatMap((profile) => {
        const period = periodOf(profile, running, atMs)
        if (period === null) return []
        return [{ stackLevel: profile.stackLevel, limitA: amperes(profile, period.limit), phases: period.phases }]
      })
    return valid.sort((a, b) => b.stackLevel - a.stackLevel)[0] ?? null
  }
  /** A per phase, and on how many; null: nothing is limited. */
  const inForce = (running: Running | null, atMs: number): InForce | null => {
    const ofCar =
      (running === null ? null : ofPurpose('transaction', running, atMs)) ?? ofPurpose('default', running, atMs)
    const ofStation = ofPurpose('station', running, atMs)
    if (ofCar === null || ofStation === null) return ofCar ?? ofStation
    return { limitA: Math.min(ofCar.limitA, ofStation.limitA), phases: ofCar.phases }
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
    limitAt: (running: Running | null, atMs: number): number | null => inForce(running, atMs)?.limitA ?? null,
    /** On how many phases it is to charge; null: nothing says so. */
    phasesAt: (running: Running | null, atMs: number): number | null => inForce(running, atMs)?.phases ?? null,
    /** What will be in force from now on, A; -1: no limit, as MicroOcpp says it. */
    composite: (running: Running | null, fromMs: number, durationS: number) => {
      const steps: { startPeriod: number; limit: number; numberPhases?: number }[] = []
      for (let second = 0; second < durationS; second += 1) {
        const now = inForce(running, fromMs + second * 1000)
        const [limit, phases] = [now?.limitA ?? -1, now?.phases ?? null]
        const last = steps.at(-1)
        if (last?.limit === limit && (last.numberPhases ?? null) === phases) continue
        steps.push({ startPeriod: second, limit, ...(phases === null ? {} : { numberPhases: phases }) })
      }
      return steps
    },
  }
}
export type ProfileStore = ReturnType<typeof createProfileStore>
