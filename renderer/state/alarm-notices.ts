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

const calls = (level: NoticeLevel, { state, severity, shelved, acknowledged }: Finding): boolean =>
  level !== 'off' &&
  state === 'active' &&
  shelved === undefined &&
  acknowledged === null &&
  (severity === 'critical' || (level === 'warning' && severity === 'warning'))

/** Ids of all that would call now: what was so when the page was opened calls nobody. */
export const calling = (level: NoticeLevel, findings: readonly Finding[]): ReadonlySet<string> =>
  new Set(findings.filter((finding) => calls(level, finding)).map(({ id }) => id))

/** What to say of the findings that did not call before. */
export const alarmNotices = (
  level: NoticeLevel,
  before: ReadonlySet<string>,
  findings: readonly Finding[],
  siteName: string,
): readonly AlarmNotice[] => {
  const fresh = findings.filter((finding) => calls(level, finding) && !before.has(finding.id))
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
