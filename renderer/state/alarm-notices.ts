import type { OpenSite } from '../../shared/api/sites-contract.ts'
import type { Finding } from '../../shared/model/finding.ts'

/** Which alarms call a person who looks at another window. */
export const noticeLevels = ['off', 'critical', 'warning'] as const
export type NoticeLevel = (typeof noticeLevels)[number]

export interface AlarmNotice {
  readonly title: string
  readonly body: string
  /** One that says the same anew takes the place of the one before. */
  readonly tag: string
}

/** More than this at once are one notice: a supply dip must not fill the corner of the screen. */
const mostAtOnce = 3

type Alarm = Pick<Finding, 'id' | 'title' | 'message' | 'severity'>

const isLoud = (level: NoticeLevel, severity: Finding['severity']): boolean =>
  level !== 'off' && (severity === 'critical' || (level === 'warning' && severity === 'warning'))

const calls = (level: NoticeLevel, { state, severity, shelved, acknowledged }: Finding): boolean =>
  isLoud(level, severity) && state === 'active' && shelved === undefined && acknowledged === null

/** Ids of all that would call now: what was so when the page was opened calls nobody. */
export const calling = (level: NoticeLevel, findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.filter((finding) => calls(level, finding)).map(({ id }) => id))

const noticesOf = (fresh: readonly Alarm[], siteName: string): readonly AlarmNotice[] => {
  if (fresh.length > mostAtOnce)
    return [
      {
        title: `${siteName}: ${fresh.length} new alarms`,
        body: fresh.map(({ title }) => title).join('; '),
        tag: fresh[0]?.id ?? '',
      },
    ]
  return fresh.map(({ id, title, message }) => ({ title: `${siteName}: ${title}`, body: message, tag: id }))
}

/** What to say of the findings that did not call before. */
export const alarmNotices = (
  level: NoticeLevel,
  before: ReadonlySet<string>,
  findings: readonly Finding[],
  siteName: string,
): readonly AlarmNotice[] =>
  noticesOf(
    findings.filter((finding) => calls(level, finding) && !before.has(finding.id)),
    siteName,
  )

/** By site, ids of the alarms that called there; a site that is not in it was opened since, and what it had then calls nobody. */
export type CalledBefore = ReadonlyMap<string, ReadonlySet<string>>

export const callingAt = (sites: readonly OpenSite[]): CalledBefore =>
  new Map(
    sites
      .filter(({ active }) => active !== null)
      .map(({ siteId, calling: all }) => [siteId, new Set(all.map(({ id }) => id))]),
  )

export interface SiteNotice extends AlarmNotice {
  readonly siteId: string
}

/** What to say of the alarms at sites that this screen does not show. */
export const otherNotices = (
  level: NoticeLevel,
  before: CalledBefore,
  sites: readonly OpenSite[],
  shown: string | null,
): readonly SiteNotice[] =>
  sites.flatMap(({ siteId, name, calling: all }) => {
    const known = before.get(siteId)
    if (siteId === shown || known === undefined) return []
    const fresh = all.filter(({ id, severity }) => isLoud(level, severity) && !known.has(id))
    return noticesOf(fresh, name).map((notice) => ({ ...notice, siteId, tag: `${siteId} ${notice.tag}` }))
  })
