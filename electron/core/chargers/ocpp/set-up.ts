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

/** From when on it is so, for people; null: it does not take it. */
const set = async (station: Station, order: Question): Promise<string | null> => {
  const outcome = await station.call(order)
  const status = outcome.ok ? settingStatus(station.state().version, outcome.payload) : ''
  if (!isTaken(status)) return null
  return status === 'RebootRequired' ? 'from its next start on' : 'now'
}

/** Sees that its meter values hold its currents; what it samples already is left as it is. */
export const seeThatItMeasures = async (station: Station, { sampled }: Capabilities): Promise<readonly string[]> => {
  // What it did not say is not written over.
  if (sampled === null || samplesEnough(sampled)) return []
  const { version } = station.state()
  for (const list of sampledLists) {
    const from = await set(station, sampledOrder(version, list))
    if (from !== null) return [`its meter values are ${from}: ${list} (before: ${sampled || 'none'})`]
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
  const from = await set(station, intervalOrder(station.state().version, everyS))
  return from === null
    ? []
    : [`it sends its meter values every ${everyS} s ${from} (before: ${sampleIntervalS ?? 'not said'} s)`]
}
