import type { Image } from '../../../shared/model/image.ts'
import { perPhase, phases } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import { keysOf } from '../../../shared/wiring/meter-view.ts'
import type { MeterSeries, Plateau } from '../../../shared/wiring/step-test.ts'

/** What one level has brought so far. A reading counts once, however often it is looked at. */
export interface Growing {
  readonly terminalA: readonly (readonly number[])[]
  readonly terminalV: readonly (readonly number[])[]
  readonly chargerAtMs: number
  readonly meters: ReadonlyMap<string, { readonly series: MeterSeries; readonly atMs: number; readonly count: number }>
}

const emptySeries: MeterSeries = {
  i: perPhase(() => []),
  p: perPhase(() => []),
  q: perPhase(() => []),
  u: perPhase(() => []),
}
const terminals = [1, 2, 3] as const
export const nothingYet: Growing = {
  terminalA: terminals.map(() => []),
  terminalV: terminals.map(() => []),
  chargerAtMs: -Infinity,
  meters: new Map(),
}

/** Medians are of the newest ten (electrical.md 6.4.9). */
const kept = 10
const with1 = (list: readonly number[], value: number | null | undefined): readonly number[] =>
  value == null ? list : [...list, value].slice(-kept)

const meterGrown = (image: Image, id: string, before: Growing): Growing['meters'] => {
  const samples = own(image.meters, id)?.samples
  const stamp = Math.max(...phases.map((phase) => own(samples ?? {}, keysOf(phase).i)?.atMs ?? -Infinity))
  const known = before.meters.get(id) ?? { series: emptySeries, atMs: -Infinity, count: 0 }
  if (samples === undefined || stamp <= known.atMs) return before.meters
  const grown = (quantity: keyof MeterSeries) =>
    perPhase((phase) => with1(known.series[quantity][phase], own(samples, keysOf(phase)[quantity])?.value))
  const hasCurrent = phases.some((phase) => own(samples, keysOf(phase).i)?.value != null)
  if (!hasCurrent) return before.meters
  return new Map(before.meters).set(id, {
    series: { i: grown('i'), p: grown('p'), q: grown('q'), u: grown('u') },
    atMs: stamp,
    count: known.count + 1,
  })
}

/** The charger's own currents at its terminals; where only the declared phases are known, by them. */
export const terminalCurrents = (image: Image, chargerId: string, declared: readonly ('L1' | 'L2' | 'L3')[]) =>
  declared.map((phase, index) => {
    const reading = own(image.chargers, chargerId)
    return reading?.samples[`i_t${index + 1}`]?.value ?? reading?.siteCurrentA[phase].value ?? null
  })

/** Takes what is new in an image. */
export const grow = (
  before: Growing,
  image: Image,
  chargerId: string,
  declared: readonly ('L1' | 'L2' | 'L3')[],
  meterIds: readonly string[],
): Growing => {
  const reading = own(image.chargers, chargerId)
  const currents = terminalCurrents(image, chargerId, declared)
  const stamp = reading?.siteCurrentA[declared[0] ?? 'L1'].atMs ?? reading?.status.atMs ?? -Infinity
  const isNew = stamp > before.chargerAtMs
  const charger = isNew
    ? {
        terminalA: before.terminalA.map((list, index) => with1(list, currents[index])),
        terminalV: before.terminalV.map((list, index) => with1(list, reading?.samples[`u_t${index + 1}`]?.value)),
        chargerAtMs: stamp,
      }
    : { terminalA: before.terminalA, terminalV: before.terminalV, chargerAtMs: before.chargerAtMs }
  let grown: Growing = { ...before, ...charger }
  for (const id of meterIds) grown = { ...grown, meters: meterGrown(image, id, grown) }
  return grown
}

export const plateauOf = (
  level: Plateau['level'],
  { terminalA, terminalV, meters }: Growing,
  settleMs: ReadonlyMap<string, number>,
): Plateau => ({
  level,
  terminalA,
  terminalV,
  meters: new Map([...meters].map(([id, { series }]) => [id, series])),
  settleMs,
})
