import type { Live } from '../../../shared/api/live-contract.ts'
import type { ChargerDescription, Overview } from '../../../shared/api/site-contract.ts'
import { own } from '../../../shared/own.ts'
import { formatAmperes, plural } from '../../format/number.ts'
import type { MarkKind } from '../../ui/mark.tsx'
import { siteTree, treeRows } from '../overview/site-tree.ts'

/** The chargers of one circuit, in the order of the site file. */
export interface AllocationGroup {
  readonly circuitId: string
  readonly name: string
  readonly chargers: readonly ChargerDescription[]
}

/** Circuits that feed chargers themselves, as the current flows. A charger of no known circuit stands in a group of its own. */
export const allocationGroups = ({ site, chargers }: Overview): readonly AllocationGroup[] => {
  const rows = treeRows(siteTree(site)).map(({ node: { circuit } }) => circuit)
  const named = rows.map(({ id, name = id }) => ({
    circuitId: id,
    name,
    chargers: chargers.filter(({ circuitId }) => circuitId === id),
  }))
  const known = new Set(rows.map(({ id }) => id))
  const left = chargers.filter(({ circuitId }) => !known.has(circuitId))
  return [...named, { circuitId: '', name: 'No circuit', chargers: left }].filter((group) => group.chargers.length > 0)
}

export const allocationKinds = [
  { value: 'all', label: 'All' },
  { value: 'abnormal', label: 'Abnormal' },
  { value: 'charging', label: 'Charging' },
  { value: 'paused', label: 'Paused' },
  { value: 'override', label: 'Override' },
] as const
export type AllocationKind = (typeof allocationKinds)[number]['value']
export interface AllocationFilter {
  readonly kind: AllocationKind
  readonly text: string
}
export const noFilter: AllocationFilter = { kind: 'all', text: '' }
export const isFiltering = ({ kind, text }: AllocationFilter): boolean => kind !== 'all' || text.trim() !== ''

/** A charger whose last write failed, that is at its fallback, that says a fault or says nothing. */
export const isAbnormal = ({ control, image }: Live, chargerId: string): boolean => {
  const status = own(image.chargers, chargerId)?.status.value ?? null
  return (
    own(control.writes, chargerId)?.state === 'failed' ||
    own(control.decision?.chargers, chargerId)?.state === 'fallback' ||
    status === null ||
    status === 'fault'
  )
}

const passesKind = (kind: AllocationKind, live: Live, chargerId: string): boolean => {
  switch (kind) {
    case 'all':
      return true
    case 'abnormal':
      return isAbnormal(live, chargerId)
    case 'charging':
      return own(live.image.chargers, chargerId)?.status.value === 'charging'
    case 'paused':
    case 'override':
      return own(live.control.decision?.chargers, chargerId)?.state === kind
  }
}

/** Ids of the chargers that pass: by their own name or their circuit's, and by what they do now. */
export const passing = (
  groups: readonly AllocationGroup[],
  { kind, text }: AllocationFilter,
  live: Live,
): readonly string[] => {
  const wanted = text.trim().toLowerCase()
  return groups.flatMap((group) => {
    const isNamed = `${group.circuitId} ${group.name}`.toLowerCase().includes(wanted)
    return group.chargers
      .filter(({ id, name }) => isNamed || `${id} ${name}`.toLowerCase().includes(wanted))
      .filter(({ id }) => passesKind(kind, live, id))
      .map(({ id }) => id)
  })
}

/** One circuit in words, flat, so that its head is drawn anew only when something that can be read on it has changed. */
export const groupFacts = (group: AllocationGroup, live: Live) => {
  const { control, image } = live
  const count = (is: (id: string) => boolean): number => group.chargers.filter(({ id }) => is(id)).length
  const given = Object.values(own(control.decision?.circuits, group.circuitId) ?? {}).map(
    ({ allocatedA }) => allocatedA,
  )
  const abnormal = count((id) => isAbnormal(live, id))
  return {
    kind: (abnormal > 0 ? 'warning' : 'normal') as MarkKind,
    chargers: plural(group.chargers.length, 'charger'),
    charging: count((id) => own(image.chargers, id)?.status.value === 'charging'),
    paused: count((id) => own(control.decision?.chargers, id)?.state === 'paused'),
    abnormal,
    given:
      given.length === 0 ? 'nothing decided yet' : `${formatAmperes(Math.max(...given))} A given on its fullest phase`,
  }
}
