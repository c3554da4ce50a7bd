import type { Log } from '../core/ports.ts'
import type { OpenedSite, OpenSiteOutcome } from './open-site.ts'
import type { SiteChoice } from './options.ts'
import { leavingWords, type Leaving } from './leaving.ts'

/** What the desk asks a person and shows them; Electron's dialogs and window, or a test. */
export interface DeskUi {
  /** A site can't be opened; `running` is the site that goes on, null where none does. Gives what to open instead, or nothing. */
  readonly askInstead: (problem: string, running: string | null) => Promise<SiteChoice | null>
  /** Control is armed: whether it may end. */
  readonly askLeaving: (question: Leaving) => Promise<boolean>
  /** Serves this site from now on, in the window. */
  readonly show: (site: OpenedSite) => void
  /** Serves none. */
  readonly hide: () => void
}

export interface DeskHost {
  readonly open: (choice: SiteChoice) => Promise<OpenSiteOutcome>
  /** What is wrong with a choice before anything is closed for it; null: nothing. */
  readonly check: (choice: SiteChoice) => Promise<string | null>
  readonly keepLast: (choice: SiteChoice) => void
  readonly log: Log
}

export interface SiteDesk {
  readonly current: () => OpenedSite | null
  /** Opens a site instead of the one that runs, if there is one; resolves when it is settled. False: no site is open then. */
  readonly turnTo: (choice: SiteChoice) => Promise<boolean>
  /** Whether a person must be asked before the site is closed. */
  readonly isArmed: () => boolean
  /** Asks where control is armed; one question at a time. */
  readonly mayLeave: (act: string, go: string) => Promise<boolean>
  readonly close: (why: string) => Promise<void>
}

/**
 * Which site is open. What runs is closed only when its successor was found sound and, where control is armed, a person said so;
 * one that can't be opened after all gives its place back.
 */
export const createSiteDesk = (host: DeskHost, ui: DeskUi): SiteDesk => {
  let open: { readonly site: OpenedSite; readonly choice: SiteChoice } | null = null
  let turning = false
  let asking = false

  const isArmed = () => open?.site.core.controlState().mode === 'armed'
  const mayLeave = async (act: string, go: string): Promise<boolean> => {
    if (open === null || !isArmed()) return true
    if (asking) return false
    asking = true
    try {
      return await ui.askLeaving(leavingWords(act, open.site.site, go))
    } finally {
      asking = false
    }
  }
  const begin = async (choice: SiteChoice): Promise<string | null> => {
    const outcome = await host.open(choice)
    if (!outcome.ok) return outcome.message
    open = { site: outcome.site, choice }
    host.keepLast(choice)
    ui.show(outcome.site)
    outcome.site.core.start()
    return null
  }
  const closeCurrent = async (why: string): Promise<SiteChoice | null> => {
    if (open === null) return null
    const { site, choice } = open
    ui.hide()
    open = null
    await site.close(why)
    return choice
  }
  /** Null: settled. Otherwise why this choice can't be opened. */
  const replace = async (choice: SiteChoice): Promise<string | null> => {
    const unsound = await host.check(choice)
    if (unsound !== null) return unsound
    if (!(await mayLeave('Opening another site', 'Open the other site'))) return null
    const before = await closeCurrent('another site was opened')
    const problem = await begin(choice)
    if (problem === null || before === null) return problem
    const lost = await begin(before)
    if (lost !== null) host.log.error('the site that was open before could not be opened again', { why: lost })
    return problem
  }

  return {
    current: () => open?.site ?? null,
    isArmed,
    mayLeave,
    turnTo: async (choice) => {
      if (turning) return true
      turning = true
      try {
        let next: SiteChoice | null = choice
        while (next !== null) {
          const problem = await replace(next)
          if (problem === null) break
          next = await ui.askInstead(problem, open?.site.site.name ?? null)
        }
        return open !== null
      } finally {
        turning = false
      }
    },
    close: async (why) => {
      await closeCurrent(why)
    },
  }
}
