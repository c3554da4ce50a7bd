import type { WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'
import type { CursorAnswer } from './use-wave-file.ts'

/** Turns angles so that the first voltage with one stands at zero (without a voltage the first of all): one reference for table and diagram. */
export const againstFirst = (
  answer: CursorAnswer | null,
  traces: readonly WaveFileTrace[],
): ((angleDeg: number | null | undefined) => number | null) => {
  const all = answer?.traces.filter(({ angleDeg }) => angleDeg !== null) ?? []
  const reference = all.find(({ trace }) => traces[trace]?.quantity === 'voltage') ?? all[0]
  const against = reference?.angleDeg
  return (angleDeg) => (angleDeg == null || against == null ? null : ((angleDeg - against + 540) % 360) - 180)
}
