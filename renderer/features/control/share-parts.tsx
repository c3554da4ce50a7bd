import type { Phase } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import { useShallow } from 'zustand/react/shallow'
import { formatAmperes, formatNumber } from '../../format/number.ts'
import { useLive } from '../../state/live.ts'
import { share, type Range, type Share } from './circuit-share.ts'

const noParts: readonly (number | null)[] = []

/** What one phase of a circuit is used for by the newest decision; drawn anew only when one of the numbers changes. */
export const useShare = (
  circuitId: string,
  phase: Phase,
): (Share & { readonly limitA: number; readonly allocatedA: number }) | null => {
  const [limitA = null, otherLoadA = null, otherLoadMostA = null, allocatedA = null] = useLive(
    useShallow(({ live }) => {
      const part = own(live?.control.decision?.circuits, circuitId)?.[phase]
      return part === undefined ? noParts : [part.limitA, part.otherLoadA, part.otherLoadMostA ?? null, part.allocatedA]
    }),
  )
  if (limitA === null || allocatedA === null) return null
  return {
    limitA,
    allocatedA,
    ...share({ limitA, otherLoadA, otherLoadMostA: otherLoadMostA ?? undefined, allocatedA }),
  }
}

export const ShareBar = ({ other, perhaps, allocated, limit, over }: Share) => (
  <span className="share-bar" aria-hidden="true">
    <span className="is-other" style={{ width: `${other * 100}%` }} />
    <span className="is-perhaps" style={{ width: `${perhaps * 100}%` }} />
    <span className="is-allocated" style={{ width: `${allocated * 100}%` }} />
    {over === 0 ? null : <span className="is-beyond" style={{ left: `${limit * 100}%`, width: `${over * 100}%` }} />}
    <span className="is-limit" style={{ left: `${limit * 100}%` }} />
  </span>
)

/** Below this the two ends are one figure, A. */
const sameA = 0.5

export const isRange = ({ least, most }: Range): boolean => most - least >= sameA

/** "21.4", or "0 – 76" where only bounds are known. */
export const rangeText = (range: Range): string =>
  isRange(range) ? `${formatNumber(range.least, 0)} – ${formatNumber(range.most, 0)}` : formatAmperes(range.least)
