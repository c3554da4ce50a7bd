import type { CallingAlarm, OpenSite } from '../../../shared/api/sites-contract.ts'
import type { Live } from '../../../shared/api/live-contract.ts'
import { severities, type Finding } from '../../../shared/model/finding.ts'
import type { Health } from '../../../shared/model/health.ts'

/** No more than a person reads; the counts are of all. */
const mostCalling = 20

const rank = ({ severity }: Pick<Finding, 'severity'>): number => severities.indexOf(severity)
const isActive = ({ state, shelved }: Finding): boolean => state === 'active' && shelved === undefined

const callingOf = (findings: readonly Finding[]): CallingAlarm[] =>
  findings
    .filter((finding) => isActive(finding) && finding.acknowledged === null && finding.severity !== 'info')
    .sort((one, other) => rank(other) - rank(one) || other.raisedAtMs - one.raisedAtMs)
    .slice(0, mostCalling)
    .map(({ id, severity, title, message, raisedAtMs }) => ({ id, severity, title, message, raisedAtMs }))

/** How a site does, for screens that show another: what it measures, whether it steers, and the worst it knows. */
export const headlineOf = (
  live: Live | null,
  health: Health | null,
): Pick<
  OpenSite,
  'armedBy' | 'isArmed' | 'readOnly' | 'active' | 'calling' | 'answering' | 'devices' | 'replies' | 'atMs'
> => {
  const active = live?.findings.filter(isActive) ?? []
  const count = (severity: Finding['severity']): number => active.filter((one) => one.severity === severity).length
  const devices = Object.values(health?.devices ?? {})
  return {
    isArmed: live?.control.mode === 'armed',
    armedBy: live?.control.armed?.who ?? null,
    readOnly: live?.control.readOnly?.why ?? null,
    active: live === null ? null : { critical: count('critical'), warning: count('warning'), info: count('info') },
    calling: callingOf(live?.findings ?? []),
    answering: devices.filter(({ state }) => state === 'ok' || state === 'degraded').length,
    devices: devices.length,
    replies: devices.reduce((sum, { replies }) => sum + replies, 0),
    atMs: live?.image.atMs ?? null,
  }
}
