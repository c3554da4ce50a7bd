import { useShallow } from 'zustand/react/shallow'
import type { Live } from '../../../shared/api/live-contract.ts'
import type { Site, SiteCharger } from '../../../shared/site/site.ts'
import { useLive, useSite } from '../../state/live.ts'
import { chargerOf } from '../../state/site-facts.ts'
import { chargerFacts, type ChargerFacts } from './charger-facts.ts'
import { siteStates, type NodeKey, type NodeState } from './node-state.ts'

const none: ReadonlyMap<NodeKey, NodeState> = new Map()
const known = new WeakMap<Live, { readonly site: Site; readonly states: ReadonlyMap<NodeKey, NodeState> }>()

/** The states of all nodes, worked out once a picture however many rows ask. */
export const statesOf = (site: Site | undefined, live: Live | null): ReadonlyMap<NodeKey, NodeState> => {
  if (site === undefined || live === null) return none
  const held = known.get(live)
  if (held?.site === site) return held.states
  const states = siteStates(site, live)
  known.set(live, { site, states })
  return states
}

/** One charger in words; the component is drawn anew only when one of them changes. Null before the first picture. */
export const useChargerFacts = (charger: SiteCharger): ChargerFacts | null => {
  const overview = useSite((state) => state.overview)
  return useLive(
    useShallow(({ live }) =>
      live === null
        ? null
        : chargerFacts(live, charger, chargerOf(overview, charger.id) ?? undefined, statesOf(overview?.site, live)),
    ),
  )
}
