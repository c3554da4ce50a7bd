import { useMemo, useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { useLive } from '../../state/live.ts'
import type { NodeKey } from './node-state.ts'
import { filterTree, isFiltering, keepOnly, keysOf, noFilter, type SiteFilter } from './site-filter.ts'
import type { CircuitNode } from './site-tree.ts'
import { statesOf } from './use-site-states.ts'

const matching = (overview: Overview, nodes: readonly CircuitNode[], filter: SiteFilter): readonly NodeKey[] => {
  const { live } = useLive.getState()
  return live === null ? [] : keysOf(filterTree(nodes, filter, { live, states: statesOf(overview.site, live) }))
}

/**
 * A filter on the tree. What it found stays until it is set again, though states change: rows don't come and go under the mouse.
 * `more` says how many nodes would be found now that are not shown.
 */
export const useFilter = (overview: Overview, nodes: readonly CircuitNode[]) => {
  const [filter, setFilter] = useState(noFilter)
  const [found, setFound] = useState<ReadonlySet<NodeKey> | null>(null)
  const change = (next: SiteFilter): readonly CircuitNode[] => {
    const keys = isFiltering(next) ? new Set(matching(overview, nodes, next)) : null
    setFilter(next)
    setFound(keys)
    return keys === null ? nodes : keepOnly(nodes, keys)
  }
  // A number, so that this is drawn again only when it changes, not with every picture.
  const more = useLive(() =>
    found === null ? 0 : matching(overview, nodes, filter).filter((key) => !found.has(key)).length,
  )
  const shown = useMemo(() => (found === null ? nodes : keepOnly(nodes, found)), [nodes, found])
  return { filter, change, more, shown }
}
