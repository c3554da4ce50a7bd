import type { Finding } from '../../shared/model/finding.ts'
import { severityWord } from './severity.ts'

interface DetectorWords {
  /** What its findings are called on a node, where there is room for two or three words. */
  readonly word: string
  /** Several findings of it, as a heading. */
  readonly name: string
}

const words: ReadonlyMap<string, DetectorWords> = new Map([
  ['breaker-open', { word: 'may have tripped', name: 'Breakers that may be open' }],
  ['overcurrent', { word: 'overcurrent', name: 'Overcurrent' }],
  ['thermal-margin', { word: 'runs warm', name: 'Breakers that run warm' }],
  ['trip-unit', { word: 'trip unit', name: 'Trip units and residual current' }],
  ['dimming-file', { word: 'no dimming file', name: 'Files of the grid operator that say nothing' }],
  ['stale-meter', { word: 'no readings', name: 'Meters without readings' }],
  ['phase-loss', { word: 'phase lost', name: 'Lost phases' }],
  ['charger-phase-loss', { word: 'phase lost', name: 'Chargers that lost a phase' }],
  ['neutral-current', { word: 'neutral overloaded', name: 'Overloaded neutrals' }],
  ['current-imbalance', { word: 'unbalanced', name: 'Unbalanced currents' }],
  ['power-spike', { word: 'power too high', name: 'Power above the limit' }],
  ['overvoltage', { word: 'overvoltage', name: 'Overvoltage' }],
  ['sampled-voltage', { word: 'voltage event', name: 'Dips, swells and interruptions in samples' }],
  ['wiring', { word: 'wired wrong', name: 'Wiring' }],
  ['undervoltage', { word: 'undervoltage', name: 'Undervoltage' }],
])

/** Detectors that say a protective device has opened. */
const trips: ReadonlySet<string> = new Set(['breaker-open'])

/** A detector without words of its own is called by the severity of its finding; its title is one click away. */
export const findingWord = (finding: Finding): string =>
  words.get(finding.detector)?.word ?? severityWord(finding.severity)
export const detectorName = (detector: string): string => {
  const name = words.get(detector)?.name ?? detector.replaceAll('-', ' ')
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}
export const isTrip = (finding: Finding): boolean => trips.has(finding.detector) && finding.state === 'active'
