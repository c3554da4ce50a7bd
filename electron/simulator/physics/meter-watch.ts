/** What a recorder notes of its voltages by itself: dips, swells and interruptions, cycle by cycle. World time, seconds. */
export interface NotedEvent {
  readonly kind: 'dip' | 'swell' | 'interruption'
  readonly startS: number
  readonly endS: number
  /** Terminals 1 to 3 that took part, from 0. */
  readonly terminals: readonly number[]
  /** Lowest or highest voltage of each terminal, V. */
  readonly extremes: readonly number[]
}

/** Share of the nominal voltage: below, above, gone, and how far back it must come (IEC 61000-4-30's usual settings). */
const limits = { dip: 0.9, swell: 1.1, interruption: 0.05, hysteresis: 0.02 } as const
const kept = 40

/** Step by step of the world, which are some cycles each: what is shorter than a step is not seen. */
export const createMeterWatch = (nominalV: number) => {
  let events: readonly NotedEvent[] = []
  let under: { startS: number; extremes: number[] } | null = null
  let over: { startS: number; extremes: number[] } | null = null
  const end = (open: { startS: number; extremes: number[] }, endS: number, kind: 'dip' | 'swell'): void => {
    const gone = kind === 'dip' && open.extremes.every((volts) => volts < limits.interruption * nominalV)
    const terminals = open.extremes.flatMap((volts, index) =>
      (kind === 'dip' ? volts < limits.dip * nominalV : volts > limits.swell * nominalV) ? [index] : [],
    )
    const event: NotedEvent = {
      kind: gone ? 'interruption' : kind,
      startS: open.startS,
      endS,
      terminals,
      extremes: open.extremes,
    }
    events = [event, ...events].slice(0, kept)
  }
  return {
    step: (timeS: number, voltages: readonly number[]): void => {
      const isLow = voltages.some((volts) => volts < limits.dip * nominalV)
      const isHigh = voltages.some((volts) => volts > limits.swell * nominalV)
      if (under === null && isLow) under = { startS: timeS, extremes: [...voltages] }
      else if (under !== null) {
        under.extremes = under.extremes.map((volts, index) => Math.min(volts, voltages[index] ?? volts))
        if (voltages.every((volts) => volts >= (limits.dip + limits.hysteresis) * nominalV)) {
          end(under, timeS, 'dip')
          under = null
        }
      }
      if (over === null && isHigh) over = { startS: timeS, extremes: [...voltages] }
      else if (over !== null) {
        over.extremes = over.extremes.map((volts, index) => Math.max(volts, voltages[index] ?? volts))
        if (voltages.every((volts) => volts <= (limits.swell - limits.hysteresis) * nominalV)) {
          end(over, timeS, 'swell')
          over = null
        }
      }
    },
    /** Newest first. */
    events: (): readonly NotedEvent[] => events,
    /** One that goes on now. */
    ongoing: (): 'dip' | 'swell' | null => (under !== null ? 'dip' : over !== null ? 'swell' : null),
  }
}
