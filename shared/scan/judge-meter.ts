import type { MeterProfile } from '../profile/meter-profile.ts'
import { quantities, type QuantityKey } from '../quantities.ts'
import { agreementBits, createTally, readingOf, refusalText, surpriseOf, type Evidence } from './evidence.ts'
import type { RegisterMemory } from './register-memory.ts'

/** The quantities a meter is recognised by: few registers, and tied to each other by physics. */
const lineToNeutral = ['u_l1n', 'u_l2n', 'u_l3n'] as const
const lineToLine = [
  ['u_l1l2', 'u_l1n', 'u_l2n'],
  ['u_l2l3', 'u_l2n', 'u_l3n'],
  ['u_l3l1', 'u_l3n', 'u_l1n'],
] as const
const phaseKeys = [
  ['u_l1n', 'i_l1', 'p_l1', 's_l1'],
  ['u_l2n', 'i_l2', 'p_l2', 's_l2'],
  ['u_l3n', 'i_l3', 'p_l3', 's_l3'],
] as const
const energies = ['e_import', 'e_total', 'e_net', 'e_import_t1', 'e_import_l1', 'e_import_partial'] as const

export const tellingKeys = (profile: MeterProfile): QuantityKey[] => {
  const wanted: readonly string[] = [
    profile.probe.quantity,
    ...lineToNeutral,
    ...lineToLine.map(([key]) => key),
    ...phaseKeys.flatMap(([, ...rest]) => rest),
    'p_total',
    ...energies,
  ]
  return [...new Set(wanted)].filter((key): key is QuantityKey => Object.hasOwn(profile.quantities, key))
}

const digits = (key: QuantityKey, value: number): string =>
  `${value.toFixed(quantities[key].digits)} ${quantities[key].unit}`
// Low-voltage systems of the world: 100 to 277 V line to neutral, 173 to 480 V between lines, with the tolerances of IEC 60038.
const voltageRange = { neutral: [85, 320], line: [150, 560] } as const
const nearly = (a: number, b: number, share: number, margin: number): boolean =>
  Math.abs(a - b) <= share * Math.max(Math.abs(a), Math.abs(b)) + margin
/** How far the voltages of three phases may lie apart, as a share of them: EN 50160 allows 10 % each way around the nominal one. */
const phaseSpread = 0.1
/** Below this a current says nothing about a power: turn-on thresholds and noise, A. */
const leastCurrentA = 0.3

/** How well the words read so far fit this meter. Nothing is asked here. `isFlipped`: as if the other word order were set. */
export const judgeMeter = (profile: MeterProfile, memory: RegisterMemory, isFlipped = false): Evidence => {
  const tally = createTally()
  const readings = new Map(
    tellingKeys(profile).flatMap((key) => {
      const register = profile.quantities[key]
      return register === undefined ? [] : [[key, readingOf(profile, register, memory, isFlipped)] as const]
    }),
  )
  const probeKey = profile.probe.quantity as QuantityKey
  // A ratio that is left to the application makes values small, never impossible; a wrong type makes them impossible.
  const value = (key: QuantityKey): number | null => {
    const reading = readings.get(key)
    return reading?.state === 'value' && reading.value >= quantities[key].low && reading.value <= quantities[key].high
      ? reading.value
      : null
  }
  const told = (key: QuantityKey): string => {
    const reading = readings.get(key)
    return reading?.state === 'value' ? `${digits(key, reading.value)} at ${reading.at}` : ''
  }

  const probe = readings.get(probeKey)
  const isIn = probe?.state === 'value' && probe.value >= profile.probe.low && probe.value <= profile.probe.high
  const surprise = (key: QuantityKey, low: number, high: number): number => {
    const register = profile.quantities[key]
    return register === undefined ? 0 : surpriseOf(register, low, high)
  }
  if (isIn) tally.speaksFor(4, told(probeKey), surprise(probeKey, profile.probe.low, profile.probe.high))
  else if (probe?.state === 'value')
    tally.speaksAgainst(4, `${quantities[probeKey].label} would be ${digits(probeKey, probe.value)}`)
  else if (probe?.state === 'refused')
    tally.speaksAgainst(4, `refuses the register of ${quantities[probeKey].label} (${refusalText(probe.code)})`)

  for (const [keys, [low, high]] of [
    [lineToNeutral, voltageRange.neutral],
    [lineToLine.map(([key]) => key), voltageRange.line],
  ] as const) {
    for (const key of keys) {
      if (key === probeKey) continue
      const volts = value(key)
      if (volts === null || volts < 1) continue
      if (volts >= low && volts <= high) tally.speaksFor(2, told(key), surprise(key, low, high))
      else tally.speaksAgainst(1, `${quantities[key].label} would be ${told(key)}`)
    }
  }
  // The phases of one network: alike to a tenth, and hardly ever the very same, as numbers of a made-up map are.
  const [base, ...others] = lineToNeutral.map(value).filter((volts) => volts !== null && volts >= 85)
  if (base !== undefined && base !== null)
    for (const volts of others)
      if (volts !== null && volts !== base && nearly(volts, base, phaseSpread, 0))
        tally.speaksFor(0, undefined, agreementBits(phaseSpread))
  for (const [line, left, right] of lineToLine) {
    const [between, first, second] = [value(line), value(left), value(right)]
    if (between === null || first === null || second === null || first < 85 || second < 85 || between < 0.3 * first)
      continue
    // 120 degrees apart: root 3; 180 degrees (split phase): 2.
    const mean = (first + second) / 2
    const isTied = nearly(between, mean * Math.sqrt(3), 0.04, 0) || nearly(between, mean * 2, 0.04, 0)
    if (isTied) tally.speaksFor(1, undefined, agreementBits(2 * 0.04))
    else
      tally.speaksAgainst(
        1,
        `${quantities[line].label} ${told(line)} does not follow from ${told(left)} and ${told(right)}`,
      )
  }
  let isCurrentTold = false
  for (const [u, i, p, s] of phaseKeys) {
    const [volts, amperes, watts, apparent] = [value(u), value(i), value(p), value(s)]
    if (volts === null || amperes === null || volts < 85 || Math.abs(amperes) < leastCurrentA) continue
    const product = volts * Math.abs(amperes)
    if (apparent !== null && nearly(Math.abs(apparent), product, 0.05, 15))
      tally.speaksFor(2, `${told(s)} is ${told(u)} times ${told(i)}`, agreementBits(0.05))
    else if (apparent !== null) tally.speaksAgainst(1, `${told(s)} is not ${told(u)} times ${told(i)}`)
    else if (watts !== null && Math.abs(watts) > 0 && Math.abs(watts) <= product * 1.05 + 15)
      tally.speaksFor(1, `${told(p)} fits ${told(u)} times ${told(i)}`, watts > product / 2 ? 1 : 0)
    if (watts !== null && Math.abs(watts) > product * 1.1 + 40)
      tally.speaksAgainst(1, `${told(p)} is more than ${told(u)} times ${told(i)}`)
    isCurrentTold = true
  }
  if (!isCurrentTold) for (const [, i] of phaseKeys) if ((value(i) ?? 0) !== 0) tally.speaksFor(0.5, told(i), 0)
  const [p1, p2, p3, total] = [value('p_l1'), value('p_l2'), value('p_l3'), value('p_total')]
  if (p1 !== null && p2 !== null && p3 !== null && total !== null && Math.abs(total) > 30) {
    if (nearly(p1 + p2 + p3, total, 0.04, 10))
      tally.speaksFor(3, `the powers of the phases add up to ${told('p_total')}`, agreementBits(0.04))
    else
      tally.speaksAgainst(
        1,
        `the powers of the phases add up to ${digits('p_total', p1 + p2 + p3)}, not to ${told('p_total')}`,
      )
  }
  const energy = energies.find((key) => (value(key) ?? 0) > 0)
  if (energy !== undefined && (value(energy) ?? 0) < 1e9) tally.speaksFor(1, told(energy), 0)

  let refused = 0
  for (const [key, reading] of readings) {
    if (key === probeKey || reading.state === 'unread' || reading.state === 'absent') continue
    if (reading.state === 'refused') refused += 1
    else if (reading.state === 'broken' || value(key) === null)
      tally.speaksAgainst(
        1,
        `${quantities[key].label} would be impossible${reading.state === 'value' ? `: ${told(key)}` : ''}`,
      )
  }
  if (refused > 0)
    tally.speaksAgainst(Math.min(4, 1 + refused / 3), `refuses the registers of ${refused} of its quantities`)
  return {
    ...tally.read(),
    probe: isIn ? 'passed' : probe === undefined || probe.state === 'unread' ? 'unread' : 'failed',
    isProven: false,
  }
}
