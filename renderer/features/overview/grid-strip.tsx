import type { Site } from '../../../shared/site/site.ts'
import { useShallow } from 'zustand/react/shallow'
import { formatLimit } from '../../format/number.ts'
import { formatQuantity } from '../../format/quantity.ts'
import { useLive } from '../../state/live.ts'
import { Mark } from '../../ui/mark.tsx'
import { gridKey } from './node-state.ts'
import { statesOf } from './use-site-states.ts'

/** State of the grid connection itself: findings of the whole site stand here. */
export const useGridState = (site: Site) =>
  useLive(
    useShallow(({ live }) => {
      const { kind = 'unknown', word = 'not known', detail = '' } = statesOf(site, live).get(gridKey) ?? {}
      return { kind, word, detail }
    }),
  )

/** The grid connection at the head of the tree, where it stays while the circuits scroll. */
export const GridStrip = ({ site }: { readonly site: Site }) => {
  const { grid } = site
  const state = useGridState(site)
  return (
    <div className="grid-strip" data-testid="grid-node" data-state={state.kind}>
      <strong>Grid</strong>
      <span>{formatLimit(grid.limit)} A</span>
      <span className="dim">{grid.nominalVoltage} V</span>
      <span className="dim">{grid.frequency} Hz</span>
      {grid.maximumPower === undefined ? null : (
        <span className="dim">{formatQuantity('p_total', grid.maximumPower)}</span>
      )}
      {state.kind === 'normal' ? null : (
        <span title={state.detail}>
          <Mark kind={state.kind}>{state.word}</Mark>
        </span>
      )}
    </div>
  )
}
