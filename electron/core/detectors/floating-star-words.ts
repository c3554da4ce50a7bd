import { starWithoutNeutral, triangleOf } from '../../../shared/electrical/floating-star.ts'
import type { MeterReading } from '../../../shared/model/image.ts'
import { phases } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import { currentKey, voltageKey } from '../derive/phase-keys.ts'
import type { UsedNumber } from './detector.ts'
import { amperes, used, volts } from './wording.ts'

/** A star point that left its place while the supply between the lines is whole: said with a voltage out of its limits (electrical.md 6.3). */
export interface FloatingStarWords {
  readonly sentence: string
  readonly numbers: readonly UsedNumber[]
  /** Whether the currents are those of loads that have no neutral any more; null: too little flows to tell. */
  readonly isByLoads: boolean | null
}
type Three = readonly [number, number, number]

// Editable assumptions. The supply between lines may itself be a little off, and the readings of one reply are not of one instant.
const lineTolerance = 0.04
const displacedFrom = 0.1
/** Below this a current tells nothing about where loads would put the star point, amperes. */
const leastLoadA = 2
const noLoadA = 0.3
const fitsWithin = 0.06

const threeOf = (samples: MeterReading['samples'], keyOf: typeof voltageKey | typeof currentKey): Three | null => {
  const [a, b, c] = phases.map((phase) => own(samples, keyOf[phase])?.value ?? null)
  return a == null || b == null || c == null ? null : [a, b, c]
}

const isByLoads = (voltages: Three, current: Three | null, lineV: number): boolean | null => {
  if (current === null || Math.max(...current) < leastLoadA) return null
  const [a, b, c] = voltages.map((voltage, index) => {
    const amps = Math.abs(current[index] ?? 0)
    return amps < noLoadA ? Infinity : voltage / amps
  })
  const phaseV = lineV / Math.sqrt(3)
  const expected = starWithoutNeutral(phaseV, [a ?? Infinity, b ?? Infinity, c ?? Infinity])
  if (expected === null) return false
  return expected.phaseV.every((voltage, index) => Math.abs(voltage - (voltages[index] ?? NaN)) < fitsWithin * phaseV)
}

const because = (byLoads: boolean | null, current: Three | null): string => {
  const now = current === null ? '' : ` (${current.map(amperes).join(' / ')})`
  switch (byLoads) {
    case true:
      return `The currents now${now} are those of loads that have no neutral: it is broken or loose. Switch single-phase loads off at once.`
    case false:
      return `The currents now${now} are not those of loads without a neutral: check the meter’s own neutral wire first, then the neutral of the circuit.`
    case null:
      return 'The neutral is broken or loose here or before the meter, or it is only the meter’s own neutral wire: check at once, and switch single-phase loads off until it is known.'
  }
}

/** Null: the three voltages are no such case, or not all known. */
export const floatingStarWords = (samples: MeterReading['samples'], nominalV: number): FloatingStarWords | null => {
  const voltages = threeOf(samples, voltageKey)
  const fit = voltages === null ? null : triangleOf(voltages)
  if (voltages === null || fit === null) return null
  const { lineV, displacedV } = fit
  if (Math.abs(lineV / (nominalV * Math.sqrt(3)) - 1) > lineTolerance || displacedV < displacedFrom * nominalV)
    return null
  const current = threeOf(samples, currentKey)
  const byLoads = isByLoads(voltages, current, lineV)
  return {
    sentence:
      `The three voltages (${voltages.map(volts).join(' / ')}) belong to a whole supply of ${volts(lineV)} between lines ` +
      `whose star point stands ${volts(displacedV)} beside its place. ${because(byLoads, current)}`,
    numbers: [used('between lines, computed', lineV, 'V'), used('star point displaced', displacedV, 'V')],
    isByLoads: byLoads,
  }
}
