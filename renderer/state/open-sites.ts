import { create } from 'zustand'
import type { OpenSite, OpenSites } from '../../shared/api/sites-contract.ts'
import { plural } from '../format/number.ts'

/** Every site that the program has open, whichever this screen shows; null until it was told. Written by state/bind.ts. */
export const useOpenSites = create<{ readonly told: OpenSites | null }>(() => ({ told: null }))

/** "armed, 1 critical": what is to be known of a site at a glance, the worst last. */
export const headlineWords = ({ isArmed, readOnly, active, problem }: OpenSite): string => {
  const control = isArmed ? 'armed' : readOnly === null ? 'watched' : 'read-only'
  if (active === null) return `${control}, nothing read yet`
  const { critical, warning, info } = active
  const alarms = [
    ...(critical === 0 ? [] : [`${critical} critical`]),
    ...(warning === 0 ? [] : [plural(warning, 'warning')]),
    ...(info === 0 || critical + warning > 0 ? [] : [plural(info, 'note')]),
  ]
  return [control, ...(alarms.length === 0 ? ['no alarm'] : alarms), ...(problem === null ? [] : ['a problem'])].join(
    ', ',
  )
}

/** How a site is marked where it stands beside others. */
export const headlineMark = ({ active, problem }: OpenSite): 'critical' | 'warning' | 'normal' | 'unknown' => {
  if (active === null) return 'unknown'
  if (active.critical > 0) return 'critical'
  return active.warning > 0 || problem !== null ? 'warning' : 'normal'
}
