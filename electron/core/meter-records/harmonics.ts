import type { ReconstructedCycle } from '../../../shared/api/meter-records-contract.ts'
import type { HarmonicLayout, PerPhase } from '../../../shared/meter-records/harmonic-layout.ts'
import { reconstructedLabel, rmsOfOrders } from '../../../shared/meter-records/reconstruct.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import type { MeterWay } from './meter-way.ts'

const phases = ['L1', 'L2', 'L3'] as const
type Phase = (typeof phases)[number]

/** A channel's numbers from its registers, NaN where one is none; a text: why they can't be read. */
const readOrders = async (
  way: MeterWay,
  layout: HarmonicLayout,
  address: number,
  largest: number,
): Promise<number[] | string> => {
  const values: number[] = []
  const atOnce = Math.floor(largest / 2)
  while (values.length < layout.orders) {
    const count = Math.min(atOnce, layout.orders - values.length)
    const asked = await way.read(address + 2 * values.length, 2 * count, layout.space)
    if (!asked.ok) return asked.why
    for (let index = 0; index < count; index += 1) {
      const decoded = decodeRegister({ type: 'float32' }, asked.words.slice(2 * index, 2 * index + 2), {
        wordOrder: 'high-first',
      })
      values.push(typeof decoded === 'string' ? NaN : decoded.value)
    }
  }
  return values
}

const isAngle = (value: number): boolean => Number.isFinite(value) && Math.abs(value) <= 360.001
const isMagnitude = (value: number): boolean => Number.isFinite(value) && value >= 0 && value < 1e6

type Kind = 'currents' | 'angles' | 'differences'

/** Whether a place holds what it should: angles are within a turn and not all nothing; the first order of a current is its largest. */
const fits = (kind: Kind, values: readonly number[]): boolean => {
  if (kind === 'currents') return values.every(isMagnitude) && (values[0] ?? 0) >= Math.max(...values.slice(1))
  return values.every(isAngle) && values.some((value) => Math.abs(value) > 1)
}

/**
 * Where a maker's document gives a place in two ways, the device is asked at both. Only one that fits while the other does not is believed; when
 * both fit or none does, nothing is taken.
 */
const probed = async (
  places: HarmonicLayout['currents'],
  kind: Kind,
  read: (address: number) => Promise<number[] | string>,
): Promise<PerPhase | string> => {
  if (!('candidates' in places)) return places
  const good: PerPhase[] = []
  for (const place of places.candidates) {
    const all = [await read(place.L1), await read(place.L2), await read(place.L3)]
    if (all.every((values) => typeof values !== 'string' && fits(kind, values))) good.push(place)
  }
  const [only] = good
  if (only !== undefined && good.length === 1) return only
  return good.length === 0
    ? 'neither of the two places the maker’s document gives holds such values'
    : 'both places the maker’s document gives could hold them, so neither is believed'
}

/** In the unit of the channel: some meters give the orders above the first as percent of it. */
const inUnit = (values: readonly number[], unit: 'V' | 'A' | '%'): number[] =>
  unit === '%' ? values.map((value, index) => (index === 0 ? value : (value * (values[0] ?? 0)) / 100)) : [...values]

const degrees = (value: number): number => ((((value + 180) % 360) + 360) % 360) - 180

export interface HarmonicInput {
  readonly layout: HarmonicLayout
  readonly way: MeterWay
  readonly largest: number
  readonly voltageUnit: 'V' | '%' | null
  readonly nominalHz: number
  readonly nominalV: number
  readonly now: () => number
}

type Channel = ReconstructedCycle['channels'][number]

const channelOf = (
  name: string,
  unit: 'V' | 'A',
  magnitudes: readonly number[],
  angles: readonly number[],
): Channel | string => {
  if (!magnitudes.every(isMagnitude)) return 'one of its magnitudes is no number'
  // An order without amplitude has no angle, and needs none.
  const least = 1e-4 * (magnitudes[0] ?? 0)
  const isBare = magnitudes.some((value, index) => value > least && !isAngle(angles[index] ?? NaN))
  if (isBare) return 'some of its orders have no angle, and without angles there is no shape'
  if (rmsOfOrders(magnitudes) === 0) return 'it is zero'
  return {
    name,
    unit,
    magnitudes: [...magnitudes],
    anglesDeg: angles.map((value) => (isAngle(value) ? degrees(value) : 0)),
  }
}

/** All channels from the harmonics with angles that a meter shows now. */
export const readCycle = async (input: HarmonicInput): Promise<ReconstructedCycle> => {
  const { layout, way, largest } = input
  const read = (address: number) => readOrders(way, layout, address, largest)
  const channels: Channel[] = []
  const without: { name: string; why: string }[] = []
  const [voltageAngles, currents, currentAngles] = [
    await probed(layout.voltageAngles, 'angles', read),
    await probed(layout.currents, 'currents', read),
    await probed(layout.currentAngles, layout.currentAnglesFrom === 'voltage' ? 'differences' : 'angles', read),
  ]
  const unit = layout.voltageUnit === 'setting' ? input.voltageUnit : layout.voltageUnit
  const anglesOf = new Map<Phase, readonly number[]>()
  for (const [index, phase] of phases.entries()) {
    const name = `u${index + 1}`
    const [values, angles] = [
      await read(layout.voltages[phase]),
      typeof voltageAngles === 'string' ? voltageAngles : await read(voltageAngles[phase]),
    ]
    if (typeof angles !== 'string') anglesOf.set(phase, angles)
    const made =
      typeof values === 'string'
        ? values
        : typeof angles === 'string'
          ? angles
          : unit === null
            ? 'the meter can be set to give the orders above the first in volts or in percent; say which'
            : channelOf(name, 'V', inUnit(values, unit), angles)
    if (typeof made === 'string') without.push({ name, why: made })
    else channels.push(made)
  }
  for (const [index, phase] of phases.entries()) {
    const name = `i${index + 1}`
    const values = typeof currents === 'string' ? currents : await read(currents[phase])
    const said = typeof currentAngles === 'string' ? currentAngles : await read(currentAngles[phase])
    const reference = layout.currentAnglesFrom === 'voltage' ? anglesOf.get(phase) : []
    const angles =
      typeof said === 'string'
        ? said
        : reference === undefined
          ? 'its angles are counted from the voltage’s, which are not known'
          : said.map((value, order) =>
              layout.currentAnglesFrom === 'voltage' ? (reference[order] ?? NaN) - value : value,
            )
    const currentUnit = layout.currentUnit === 'setting' ? 'A' : layout.currentUnit
    const made =
      typeof values === 'string'
        ? values
        : typeof angles === 'string'
          ? angles
          : channelOf(
              name,
              'A',
              inUnit(values, currentUnit),
              angles.map((value) => (Number.isFinite(value) ? degrees(value) : value)),
            )
    if (typeof made === 'string') without.push({ name, why: made })
    else channels.push(made)
  }
  return {
    atMs: input.now(),
    label: reconstructedLabel(layout.orders, layout.window, layout.isConfirmed),
    orders: layout.orders,
    frequencyHz: input.nominalHz,
    channels,
    without,
    asksVoltageUnit: layout.voltageUnit === 'setting',
  }
}
