import type { Capabilities, Question } from './capabilities.ts'
import {
  capabilityQuestion,
  intervalOrder,
  isTaken,
  readCapabilities,
  sampledLists,
  sampledOrder,
  samplesEnough,
  settingStatus,
  unknownCapabilities,
} from './capabilities.ts'
import type { Station } from './station.ts'

export interface SetUp {
  readonly capabilities: Capabilities
  /** What was set in the charger, for people; it stays there. */
  readonly changed: readonly string[]
}

/**
 * Asks a charger that connected what it can do, once: an answer that fails is not asked for again, because some chargers restart over it.
 * What is not known stands at what every charger has.
 */
export const askCapabilities = async (station: Station, more: readonly string[]): Promise<Capabilities> => {
  const { version } = station.state()
  const outcome = await station.call(capabilityQuestion(version, more))
  return outcome.ok ? readCapabilities(version, outcome.payload) : unknownCapabilities
}

const set = async (station: Station, order: Question): Promise<boolean> => {
  const outcome = await station.call(order)
  return outcome.ok && isTaken(settingStatus(station.state().version, outcome.payload))
}

/** Sees that its meter values hold its currents; what it samples already is left as it is. */
export const seeThatItMeasures = async (station: Station, { sampled }: Capabilities): Promise<readonly string[]> => {
  // What it did not say is not written over.
  if (sampled === null || samplesEnough(sampled)) return []
  const { version } = station.state()
  for (const list of sampledLists) {
    if (await set(station, sampledOrder(version, list)))
      return [`its meter values are now: ${list} (before: ${sampled || 'none'})`]
    if (station.connected() === null) return []
  }
  return []
}

/** For a charger that reports nothing on request: its own interval. */
export const shortenInterval = async (
  station: Station,
  { sampleIntervalS }: Capabilities,
  everyS: number,
): Promise<readonly string[]> => {
  if (sampleIntervalS !== null && sampleIntervalS > 0 && sampleIntervalS <= everyS) return []
  return (await set(station, intervalOrder(station.state().version, everyS)))
    ? [`it sends its meter values every ${everyS} s now (before: ${sampleIntervalS ?? 'not said'} s)`]
    : []
}
