/**
 * Rapid voltage changes of IEC 61000-4-30:2015, 5.11, from Urms(1/2) of the phases of one source. The voltage is steady while all values of the
 * last second lie within a threshold of their mean; a change begins where one leaves it on any phase, and ends where all phases were steady for
 * a second within the threshold less its hysteresis. What passes the limit of a dip or swell meanwhile is that, and no rapid change.
 */
export interface RapidChangeSettings {
  readonly udinV: number
  readonly channels: readonly string[]
  readonly nominalHz: number
  /** Shares of Udin; usual 5 % with half of it as hysteresis (editable assumption: the standard names 1 to 6 %). */
  readonly threshold: number
  readonly hysteresis: number
  /** Where a dip or a swell begins. */
  readonly dip: number
  readonly swell: number
}
export const usualRapidChange = { threshold: 0.05, hysteresis: 0.025 } as const

export interface RapidChange {
  readonly fromMs: number
  /** The beginning of the second in which all was steady again. */
  readonly toMs: number
  readonly channels: readonly string[]
  /** Largest distance from the mean before it, and from there to the mean after it, V, of the channel where the first is largest. */
  readonly largestV: number
  readonly lastingV: number
}

interface Channel {
  readonly name: string
  readonly values: Float64Array
  readonly times: Float64Array
  count: number
  sum: number
  isSteady: boolean
  /** Mean before the change, and the largest distance from it. */
  before: number
  largest: number
  isOut: boolean
}

/** A second of half cycles must be as they should before a change can be told. */
export const createRapidChanges = (settings: RapidChangeSettings) => {
  const { udinV, nominalHz, threshold, hysteresis, dip, swell } = settings
  const length = Math.round(2 * nominalHz)
  const begin = (): readonly Channel[] =>
    settings.channels.map((name) => ({
      name,
      values: new Float64Array(length),
      times: new Float64Array(length),
      count: 0,
      sum: 0,
      isSteady: false,
      before: 0,
      largest: 0,
      isOut: false,
    }))
  let channels = begin()
  let change: { readonly fromMs: number; isEvent: boolean } | null = null

  const isWithin = (channel: Channel, margin: number): boolean => {
    const mean = channel.sum / length
    return channel.values.every((value) => Math.abs(value - mean) <= margin)
  }
  const add = (channel: Channel, atMs: number, rmsV: number): void => {
    const place = channel.count % length
    channel.sum += rmsV - (channel.count < length ? 0 : (channel.values[place] ?? 0))
    channel.values[place] = rmsV
    channel.times[place] = atMs
    channel.count += 1
  }
  const startChange = (atMs: number): void => {
    change = { fromMs: atMs, isEvent: false }
    for (const each of channels) {
      each.before = each.sum / length
      each.largest = 0
      each.isOut = false
    }
  }
  const endChange = (): RapidChange | null => {
    const ended = change
    change = null
    const worst = channels.reduce((found, each) => (each.largest > found.largest ? each : found))
    if (ended === null || ended.isEvent) return null
    const since = channels.map((each) => each.times[each.count % length] ?? ended.fromMs)
    return {
      fromMs: ended.fromMs,
      toMs: Math.max(...since),
      channels: channels.filter(({ isOut }) => isOut).map(({ name }) => name),
      largestV: worst.largest,
      lastingV: Math.abs(worst.sum / length - worst.before),
    }
  }
  return {
    /** One value of one channel; gives the change that ended with it. */
    push: (name: string, atMs: number, rmsV: number): RapidChange | null => {
      const channel = channels.find((each) => each.name === name)
      if (channel === undefined) return null
      const isFull = channel.count >= length
      const mean = channel.sum / length
      const leaves = isFull && channel.isSteady && Math.abs(rmsV - mean) > threshold * udinV
      if (change === null && leaves && channels.every(({ isSteady }) => isSteady)) startChange(atMs)
      add(channel, atMs, rmsV)
      if (change !== null) {
        const distance = Math.abs(rmsV - channel.before)
        channel.largest = Math.max(channel.largest, distance)
        channel.isOut ||= distance > threshold * udinV
        change.isEvent ||= rmsV < dip * udinV || rmsV > swell * udinV
      }
      if (channel.count < length) return null
      channel.isSteady = isWithin(channel, (change === null ? threshold : threshold - hysteresis) * udinV)
      return change !== null && channels.every(({ isSteady }) => isSteady) ? endChange() : null
    },
    reset: (): void => {
      channels = begin()
      change = null
    },
  }
}
