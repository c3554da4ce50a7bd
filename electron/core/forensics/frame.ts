import { isDoubted } from '../../../shared/model/doubt.ts'
import { chargerStatuses, type ChargerStatus, type Image } from '../../../shared/model/image.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import { own } from '../../../shared/own.ts'
import type { Site } from '../../../shared/site/site.ts'
import { currentKey, voltageKey } from '../derive/phase-keys.ts'

/** What is kept of one image, for minutes: numbers only, in the order of `FrameLayout`. NaN: not known. */
export interface Frame {
  readonly atMs: number
  readonly values: Float32Array
}

/** Where in a frame a thing's numbers begin. Currents A, voltages V, ages s. */
export interface FrameLayout {
  readonly size: number
  /** i_L1 i_L2 i_L3, age of the oldest. */
  readonly circuits: ReadonlyMap<string, number>
  /** u_L1 u_L2 u_L3, i_N, residual current A, THD of current %, age of the currents, trust (1 believed, 0 doubted, NaN silent). */
  readonly meters: ReadonlyMap<string, number>
  /** i_L1 i_L2 i_L3 on site phases, limit, voltage, status (index of chargerStatuses), answers (1 or 0), age of the currents. */
  readonly chargers: ReadonlyMap<string, number>
}
export const circuitColumns = { currents: 0, age: 3, width: 4 } as const
export const meterColumns = { voltages: 0, neutral: 3, residual: 4, thd: 5, age: 6, trust: 7, width: 8 } as const
export const chargerColumns = { currents: 0, limit: 3, voltage: 4, status: 5, answers: 6, age: 7, width: 8 } as const

export const layoutOf = (site: Site): FrameLayout => {
  let size = 0
  const place = (entries: readonly { readonly id: string }[], width: number): ReadonlyMap<string, number> =>
    new Map(
      entries.map(({ id }) => {
        const at = size
        size += width
        return [id, at]
      }),
    )
  const circuits = place(site.circuits, circuitColumns.width)
  const meters = place(site.meters, meterColumns.width)
  const chargers = place(site.chargers, chargerColumns.width)
  return { size, circuits, meters, chargers }
}

const number = (sample: Sample | undefined): number => sample?.value ?? NaN
const ageOf = (samples: readonly (Sample | undefined)[], nowMs: number): number => {
  const times = samples.flatMap((sample) => (sample?.value == null || sample.atMs === null ? [] : [sample.atMs]))
  return times.length === 0 ? NaN : (nowMs - Math.min(...times)) / 1000
}
const largest = (values: readonly number[]): number => {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.length === 0 ? NaN : Math.max(...known)
}

const statusIndex = (status: ChargerStatus | null): number => (status === null ? NaN : chargerStatuses.indexOf(status))
export const statusAt = (index: number): ChargerStatus | null => chargerStatuses[index] ?? null

/** Freezes what forensics needs of an image. */
export const frameOf = (layout: FrameLayout, image: Image): Frame => {
  const values = new Float32Array(layout.size).fill(NaN)
  for (const [id, at] of layout.circuits) {
    const reading = own(image.circuits, id)
    const samples = phases.map((phase) => reading?.phases[phase]?.currentA)
    samples.forEach((sample, index) => {
      values[at + index] = Math.abs(number(sample))
    })
    values[at + circuitColumns.age] = ageOf(samples, image.atMs)
  }
  for (const [id, at] of layout.meters) {
    const reading = own(image.meters, id)
    const sample = (key: string): Sample | undefined => own(reading?.samples, key)
    phases.forEach((phase, index) => {
      values[at + index] = number(sample(voltageKey[phase]))
    })
    values[at + meterColumns.neutral] = Math.abs(number(sample('i_n')))
    values[at + meterColumns.residual] = Math.abs(number(sample('i_ground')))
    values[at + meterColumns.thd] = largest(
      ['thd_i_l1', 'thd_i_l2', 'thd_i_l3', 'thd_i_avg'].map((key) => number(sample(key))),
    )
    const currents = phases.map((phase) => sample(currentKey[phase]))
    values[at + meterColumns.age] = ageOf(currents, image.atMs)
    const isSilent = Object.values(reading?.samples ?? {}).every(
      ({ value, quality }) => value === null && quality !== 'implausible',
    )
    const isBelieved = !phases.some((phase) => isDoubted(reading?.doubts, currentKey[phase]))
    values[at + meterColumns.trust] = isBelieved ? (isSilent ? NaN : 1) : 0
  }
  for (const [id, at] of layout.chargers) {
    const reading = own(image.chargers, id)
    const currents = phases.map((phase) => reading?.siteCurrentA[phase])
    currents.forEach((sample, index) => {
      values[at + index] = number(sample)
    })
    values[at + chargerColumns.limit] = number(reading?.samples['limit'])
    values[at + chargerColumns.voltage] = largest(
      ['u_t1', 'u_t2', 'u_t3'].map((key) => number(own(reading?.samples, key))),
    )
    values[at + chargerColumns.status] = statusIndex(reading?.status.value ?? null)
    values[at + chargerColumns.answers] =
      reading?.status.quality === 'good' || !Number.isNaN(largest(currents.map(number))) ? 1 : 0
    values[at + chargerColumns.age] = ageOf(currents, image.atMs)
  }
  return { atMs: image.atMs, values }
}
