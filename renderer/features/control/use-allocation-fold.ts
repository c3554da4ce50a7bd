import { useCallback, useMemo, useState } from 'react'
import type { Overview } from '../../../shared/api/site-contract.ts'
import { useLive } from '../../state/live.ts'
import type { Unfold } from '../../ui/fold-toolbar.tsx'
import {
  allocationGroups,
  isAbnormal,
  isFiltering,
  noFilter,
  passing,
  type AllocationFilter,
  type AllocationGroup,
} from './allocation-groups.ts'

type Ids = ReadonlySet<string>
const circuits = (groups: readonly AllocationGroup[]): Ids => new Set(groups.map(({ circuitId }) => circuitId))
const withAbnormal = (groups: readonly AllocationGroup[]): Ids => {
  const { live } = useLive.getState()
  if (live === null) return new Set()
  return circuits(groups.filter(({ chargers }) => chargers.some(({ id }) => isAbnormal(live, id))))
}
/** More than about a screen of rows is nothing to begin with; the heads of the circuits count what is abnormal. */
const mostAtFirst = 20
const atFirst = (groups: readonly AllocationGroup[]): Ids => {
  const ids = withAbnormal(groups)
  const chargers = groups.filter(({ circuitId }) => ids.has(circuitId)).flatMap((group) => group.chargers)
  return chargers.length > mostAtFirst ? new Set() : ids
}
const found = (groups: readonly AllocationGroup[], filter: AllocationFilter): Ids | null => {
  const { live } = useLive.getState()
  return live === null || !isFiltering(filter) ? null : new Set(passing(groups, filter, live))
}

/**
 * Which circuits are unfolded and which chargers a filter has found. What it found stays until it is set again, though states change:
 * rows don't come and go under the mouse; `more` says how many would be found now that are not shown.
 */
export const useAllocationFold = (overview: Overview) => {
  const groups = useMemo(() => allocationGroups(overview), [overview])
  const [filter, setFilter] = useState(noFilter)
  const [ids, setIds] = useState<Ids | null>(null)
  const [unfolded, setUnfolded] = useState<Ids>(() => atFirst(groups))
  const shown = useMemo(
    () =>
      ids === null
        ? groups
        : groups
            .map((group) => ({ ...group, chargers: group.chargers.filter(({ id }) => ids.has(id)) }))
            .filter(({ chargers }) => chargers.length > 0),
    [groups, ids],
  )
  // A number, so that this is drawn again only when it changes, not with every picture.
  const more = useLive(({ live }) =>
    ids === null || live === null ? 0 : passing(groups, filter, live).filter((id) => !ids.has(id)).length,
  )
  const change = (next: AllocationFilter): void => {
    setFilter(next)
    setIds(found(groups, next))
  }
  const unfold = (what: Unfold): void =>
    setUnfolded(what === 'everything' ? circuits(groups) : what === 'circuits' ? new Set() : withAbnormal(groups))
  const toggle = useCallback((circuitId: string): void => {
    setUnfolded((now) => {
      const next = new Set(now)
      if (!next.delete(circuitId)) next.add(circuitId)
      return next
    })
  }, [])
  return { filter, change, more, shown, unfold, toggle, isOpen: (id: string) => ids !== null || unfolded.has(id) }
}
