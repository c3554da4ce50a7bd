import type { SampledCurrentObservation } from '../../../shared/model/observation.ts'

/** Sampled currents of a circuit in about a tenth of a second, L1, L2, L3; NaN: not sampled or not known. One-cycle RMS, A. */
export interface SampledCurrent {
  readonly atMs: number
  readonly circuitId: string
  readonly source: string
  /** The highest of the half-cycle values, and the root of their mean square. */
  readonly highestA: readonly [number, number, number]
  readonly rmsA: readonly [number, number, number]
}

const known = ([l1, l2, l3]: SampledCurrentObservation['rmsA']): [number, number, number] => [
  l1 ?? NaN,
  l2 ?? NaN,
  l3 ?? NaN,
]
export const sampledRow = ({ atMs, circuitId, source, highestA, rmsA }: SampledCurrentObservation): SampledCurrent => ({
  ...{ atMs, circuitId, source },
  highestA: known(highestA),
  rmsA: known(rmsA),
})

/** Columns of a row: the highest of three phases, then their RMS. */
const width = 6

/**
 * The last rows of one source, oldest overwritten first. Memory: 32 bytes a row; 20 000 rows are 33 min at ten a second and 640 kB.
 * A row that is not newer than the last one is left out: a clock that was set back makes no past that never was.
 */
export const createSampledRing = (rows = 20_000) => {
  const times = new Float64Array(rows)
  const values = new Float32Array(rows * width)
  let written = 0
  const slot = (row: number): number => row % rows
  /** The first row, of those that are kept, at or after a time. */
  const rowAt = (atMs: number): number => {
    let low = Math.max(0, written - rows)
    let high = written
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if ((times[slot(middle)] ?? 0) < atMs) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    add: ({ atMs, highestA, rmsA }: Pick<SampledCurrent, 'atMs' | 'highestA' | 'rmsA'>): void => {
      if (written > 0 && atMs <= (times[slot(written - 1)] ?? 0)) {
        if ((times[slot(written - 1)] ?? 0) - atMs < 60_000) return
        written = 0
      }
      times[slot(written)] = atMs
      values.set([...highestA, ...rmsA], slot(written) * width)
      written += 1
    },
    between: (fromMs: number, toMs: number): readonly Omit<SampledCurrent, 'circuitId' | 'source'>[] => {
      const found: Omit<SampledCurrent, 'circuitId' | 'source'>[] = []
      for (let row = rowAt(fromMs); row < written; row += 1) {
        const atMs = times[slot(row)] ?? 0
        if (atMs > toMs) break
        const at = slot(row) * width
        const three = (from: number): [number, number, number] => [
          values[from] ?? NaN,
          values[from + 1] ?? NaN,
          values[from + 2] ?? NaN,
        ]
        found.push({ atMs, highestA: three(at), rmsA: three(at + 3) })
      }
      return found
    },
  }
}
export type SampledRow = ReturnType<ReturnType<typeof createSampledRing>['between']>[number]

/** What all sources sampled, by circuit. */
export const createSampledCurrents = () => {
  const rings = new Map<string, { readonly circuitId: string; readonly ring: ReturnType<typeof createSampledRing> }>()
  return {
    note: (one: SampledCurrent): void => {
      const kept = rings.get(one.source) ?? { circuitId: one.circuitId, ring: createSampledRing() }
      rings.set(one.source, kept)
      kept.ring.add(one)
    },
    /** Of the source with most to say there, where several sample one circuit. */
    between: (circuitId: string, fromMs: number, toMs: number): readonly SampledRow[] =>
      [...rings.values()]
        .filter((kept) => kept.circuitId === circuitId)
        .map(({ ring }) => ring.between(fromMs, toMs))
        .reduce<readonly SampledRow[]>((most, rows) => (rows.length > most.length ? rows : most), []),
  }
}
