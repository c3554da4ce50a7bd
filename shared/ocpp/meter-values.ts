import { own } from '../own.ts'
import { isPayload } from './frame.ts'
import { listOf } from './numbers.ts'
import type { Oddity } from './oddity.ts'
import { readSampleWords, type SampleWords, type Terminal } from './sample-words.ts'
import { readTimestamp } from './timestamp.ts'

export type PerTerminal<T> = readonly [T, T, T]

/** What a charger's meter says of one socket now; null what it does not say. */
export interface MeterSay {
  /** By its own clock, of the newest sample; null: no time, or none that can be read. */
  readonly saidAtMs: number | null
  /** At its terminals, A, V. */
  readonly currentA: PerTerminal<number | null>
  readonly voltageV: PerTerminal<number | null>
  readonly powerW: number | null
  /** Active import register. */
  readonly energyWh: number | null
  /** What it grants the car at most; it says so by Current.Offered. */
  readonly offeredA: number | null
  readonly oddities: readonly Oddity[]
}

interface Timed extends SampleWords {
  readonly atMs: number | null
}

/** More than a message of a charger with three phases and every measurand in a few contexts holds; the rest is not looked at. */
const mostSamples = 1000

/** Of the same value twice the newer one, of the same time the one whose context and place say more of now, else the later one. */
const isBetter = (a: Timed, b: Timed): boolean => {
  if (a.isBegin !== b.isBegin) return b.isBegin
  if (a.atMs !== null && b.atMs !== null && a.atMs !== b.atMs) return a.atMs > b.atMs
  return a.rank >= b.rank
}

const readAll = (meterValue: unknown) => {
  const oddities: Oddity[] = []
  const best = new Map<string, Timed>()
  if (isPayload(meterValue))
    oddities.push({
      kind: 'wrong-shape',
      text: 'sends meterValue as an object where a list is meant; taken as a list of one',
    })
  let saidAtMs: number | null = null
  let left = mostSamples
  for (const entry of listOf(meterValue)) {
    if (!isPayload(entry)) continue
    const time = readTimestamp(own(entry, 'timestamp'))
    if (time?.hasNoZone === true)
      oddities.push({
        kind: 'no-zone',
        text: 'sends times without a zone; taken for UTC, and ordered by when they came',
      })
    if (time !== null) saidAtMs = Math.max(saidAtMs ?? -Infinity, time.atMs)
    for (const sample of listOf(own(entry, 'sampledValue')).slice(0, left)) {
      left -= 1
      const { words, oddities: odd } = readSampleWords(sample)
      oddities.push(...odd)
      if (words === null) continue
      const key = `${words.measurand} ${String(words.terminal)}`
      const timed = { ...words, atMs: time?.atMs ?? null }
      const before = best.get(key)
      if (before === undefined || isBetter(timed, before)) best.set(key, timed)
    }
  }
  return { best, saidAtMs, oddities }
}

/** How far U times I may be off P and still tell on how many phases a current flows (power factor, rounding). Editable assumption. */
const loosePhases = 0.35

/** A current that names no phase: on how many phases it flows, told from the power where that is said; else on all three, which is the safe side. */
const phasesOf = (currentA: number, powerW: number | null, voltageV: number): 1 | 3 => {
  if (powerW === null || currentA < 1) return 3
  const phases = powerW / (voltageV * currentA)
  return Math.abs(phases - 1) < loosePhases ? 1 : 3
}

/** Volts for what is only counted, not shown, where no voltage is said: IEC 60038. */
const nominalV = 230

const sumOf = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** What flows has no direction here: a sign would make of a car that draws one that gives. */
const unsigned = ({
  currentA,
  oddities,
}: {
  readonly currentA: PerTerminal<number | null>
  readonly oddities: readonly Oddity[]
}): { readonly currentA: PerTerminal<number | null>; readonly oddities: readonly Oddity[] } => {
  const lowest = Math.min(0, ...currentA.map((value) => value ?? 0))
  if (lowest >= 0) return { currentA, oddities }
  const [first, second, third] = currentA.map((value) => (value === null ? null : Math.abs(value)))
  return {
    currentA: [first ?? null, second ?? null, third ?? null],
    oddities: [
      ...oddities,
      {
        kind: 'negative-current',
        text: `sends ${lowest.toFixed(1)} A as an imported current; counted as ${Math.abs(lowest).toFixed(1)} A drawn: look how its meter is connected`,
      },
    ],
  }
}

const currents = (
  at: (measurand: string, terminal: Terminal) => number | null,
  powerW: number | null,
  voltageV: PerTerminal<number | null>,
): { readonly currentA: PerTerminal<number | null>; readonly oddities: readonly Oddity[] } => {
  const on = ([1, 2, 3] as const).map((terminal) => at('Current.Import', terminal))
  const [first = null, second = null, third = null] = on
  if (on.some((value) => value !== null)) return { currentA: [first, second, third], oddities: [] }
  const neutral = at('Current.Import', 'N')
  if (neutral !== null)
    return {
      currentA: [neutral, null, null],
      oddities: [
        {
          kind: 'neutral-for-phase',
          text: 'sends the current of its car as that of N and none of L1 to L3; taken as L1',
        },
      ],
    }
  const total = at('Current.Import', 'total')
  if (total === null) return { currentA: [null, null, null], oddities: [] }
  const phases = phasesOf(total, powerW, voltageV.find((value) => value !== null) ?? nominalV)
  return {
    currentA: phases === 1 ? [total, null, null] : [total, total, total],
    oddities: [
      {
        kind: 'current-without-phase',
        text: `sends a current without its phase; counted on ${phases === 1 ? 'L1, as its power fits' : 'all three'}`,
      },
    ],
  }
}

/** A loaded phase this far below the others, V: 3 % of 230 V, what a sound supply of a charger does not lose. Editable assumption. */
const lowV = 7

const lowVoltage = (currentA: PerTerminal<number | null>, voltageV: PerTerminal<number | null>): readonly Oddity[] => {
  const highest = Math.max(...voltageV.map((value) => value ?? -Infinity))
  return voltageV.flatMap((value, index): Oddity[] => {
    const amperes = currentA[index] ?? 0
    if (value === null || value < 100 || amperes < 3 || highest - value < lowV) return []
    return [
      {
        kind: 'loaded-voltage-low',
        text: `sees ${value.toFixed(1)} V on L${index + 1} under ${amperes.toFixed(1)} A, ${(highest - value).toFixed(1)} V below its best phase: look at the terminals and the length of its supply`,
      },
    ]
  })
}

/** The content of MeterValues, of a transaction's data or of a TransactionEvent; tolerant, and every oddity is told. */
export const readMeterValues = (meterValue: unknown): MeterSay => {
  const { best, saidAtMs, oddities } = readAll(meterValue)
  const at = (measurand: string, terminal: Terminal): number | null =>
    best.get(`${measurand} ${String(terminal)}`)?.value ?? null
  const per = (measurand: string): PerTerminal<number | null> => [at(measurand, 1), at(measurand, 2), at(measurand, 3)]
  const allOf = (measurand: string): number | null => at(measurand, 'total') ?? sumOf(per(measurand))
  const voltageV = per('Voltage')
  const voltages: PerTerminal<number | null> = [voltageV[0] ?? at('Voltage', 'total'), voltageV[1], voltageV[2]]
  const powerW = allOf('Power.Active.Import')
  const { currentA, oddities: odd } = unsigned(currents(at, powerW, voltages))
  const offered = per('Current.Offered').filter((value) => value !== null)
  return {
    saidAtMs,
    currentA,
    voltageV: voltages,
    powerW,
    energyWh: allOf('Energy.Active.Import.Register'),
    offeredA: at('Current.Offered', 'total') ?? (offered.length === 0 ? null : Math.max(...offered)),
    oddities: [...oddities, ...odd, ...lowVoltage(currentA, voltageV)],
  }
}
