import { refusal } from '../../../shared/said/refusal.ts'
import type { Reopening } from '../../../shared/said/site-refusals.ts'
import type { EventFacts } from '../../../shared/said/event.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import type { siteFileContract, SiteFileState } from '../../../shared/api/site-file-contract.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import type { AuditRow } from '../../../shared/model/event.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Journal } from '../journal.ts'
import type { Clock } from '../ports.ts'
import type { SiteFile, SiteFileNews } from './site-file-port.ts'

export interface SiteFileParts {
  readonly site: Site
  readonly siteFile: SiteFile
  readonly reopen: (why: string) => void
  readonly control: () => ControlState
  readonly audit: (row: Omit<AuditRow, 'seq' | 'hash'>) => Promise<unknown>
  readonly journal: Pick<Journal, 'write'>
  readonly clock: Clock
}

/** The answer must be with the screen before its connection ends. */
const reopenAfterMs = 300

/** What a person can do about the site file itself: take over a change of it, and say where the site is. */
export const createSiteFileHandlers = (parts: SiteFileParts): Handlers<typeof siteFileContract> => {
  const { site, siteFile, clock } = parts
  const subject = { kind: 'site', id: site.id } as const
  const stateOf = ({ changed, problem }: SiteFileNews): SiteFileState => ({
    changed,
    problem,
    namesTimezone: siteFile.namesTimezone,
  })

  const refuseWhileArmed = (act: Reopening): void => {
    if (parts.control().mode === 'armed') throw refusal('armed-reopen', { act })
  }

  const openAnew = async <K extends 'site-reopened' | 'timezone-set'>(
    action: K,
    facts: EventFacts[K],
    why: string,
  ): Promise<void> => {
    const { who, ...detail } = facts
    await parts.audit({ atMs: clock.nowMs(), who, action, subject: site.id, detail })
    parts.journal.write(action, 'info', subject, facts)
    clock.after(reopenAfterMs, () => {
      parts.reopen(why)
    })
  }

  return {
    siteFile: (_input, push) => {
      push(stateOf(siteFile.current()))
      return siteFile.listen((news) => {
        push(stateOf(news))
      })
    },
    'site.reopen': async (input) => {
      refuseWhileArmed('reopen')
      const { problem } = siteFile.current()
      if (problem !== null) throw refusal('site-file-unsound', { problem })
      await openAnew('site-reopened', { who: input.who }, 'the site file was changed')
      return { reopens: true as const }
    },
    'site.setTimezone': async (input) => {
      const { readOnly } = parts.control()
      if (readOnly !== null) throw refusal('read-only-site', { ...readOnly, cure: null })
      refuseWhileArmed('timezone')
      const saved = await siteFile.setTimezone(input.timezone)
      if (!saved.ok) throw refusal('site-file-not-written', saved)
      const { timezone } = input
      await openAnew('timezone-set', { who: input.who, timezone }, `the time zone is ${timezone} from now on`)
      return { reopens: true as const }
    },
  }
}
