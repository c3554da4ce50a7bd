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

type AlarmMark = { readonly kind: 'critical' | 'warning' | 'info' | 'normal' | 'unknown'; readonly words: string }

/** Its active alarms by severity, each with its mark. */
export const alarmMarks = ({ active }: OpenSite): readonly AlarmMark[] => {
  if (active === null) return [{ kind: 'unknown', words: 'Nothing read yet' }]
  const { critical, warning, info } = active
  const marks: readonly AlarmMark[] = [
    ...(critical === 0 ? [] : [{ kind: 'critical', words: `${critical} critical` } as const]),
    ...(warning === 0 ? [] : [{ kind: 'warning', words: plural(warning, 'warning') } as const]),
    ...(info === 0 ? [] : [{ kind: 'info', words: plural(info, 'note') } as const]),
  ]
  return marks.length === 0 ? [{ kind: 'normal', words: 'No active alarm' }] : marks
}

/** The worst that is known of a site, where there is room for one thing only. */
export const worstWords = ({ active, problem }: OpenSite): string => {
  if (active === null) return 'nothing read yet'
  if (active.critical > 0) return `${active.critical} critical`
  if (active.warning > 0) return plural(active.warning, 'warning')
  return problem === null ? 'no alarm' : 'a problem'
}

/** How a site is marked where it stands beside others. */
export const headlineMark = ({ active, problem }: OpenSite): 'critical' | 'warning' | 'normal' | 'unknown' => {
  if (active === null) return 'unknown'
  if (active.critical > 0) return 'critical'
  return active.warning > 0 || problem !== null ? 'warning' : 'normal'
}
