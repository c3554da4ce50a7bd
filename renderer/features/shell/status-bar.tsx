import { formatAge, formatCountdown } from '../../format/duration.ts'
import { plural } from '../../format/number.ts'
import { useCan, useClock, useNow } from '../../state/clock.ts'
import { useConnection } from '../../state/connection.ts'
import { staleAfterMs, useHealth, useLive } from '../../state/live.ts'
import { useIsLive } from '../../state/liveness.ts'
import { routeTo } from '../../state/route.ts'
import { useTimeFormat } from '../../state/site-facts.ts'
import { Mark } from '../../ui/mark.tsx'
import { isRunning } from '../../../shared/model/override.ts'

const ControlMode = () => {
  const control = useLive((state) => state.live?.control ?? null)
  const time = useTimeFormat()
  const now = useNow()
  const isLive = useIsLive()
  if (control === null) return <span>Control: not known</span>
  const running = control.overrides.filter(isRunning)
  const nextEnd = running.length === 0 ? null : Math.min(...running.map((entry) => entry.expiresAtMs))
  return (
    <>
      {isLive ? null : <strong>Last known:</strong>}
      <a
        href={routeTo('control')}
        className={control.mode === 'armed' ? 'status-armed' : ''}
        data-testid="control-mode"
      >
        {control.mode === 'armed' ? (
          <Mark kind="control">
            ARMED{control.armed === null ? '' : ` by ${control.armed.who} since ${time.near(control.armed.atMs, now)}`}
          </Mark>
        ) : (
          <Mark kind="normal">Monitoring, nothing is written</Mark>
        )}
      </a>
      {control.readOnly === null ? null : (
        <span title={control.readOnly.why}>
          <Mark kind="info">Read-only: {control.readOnly.why}</Mark>
        </span>
      )}
      {nextEnd === null ? null : (
        <a href={routeTo('control')} className="status-armed" data-testid="override-count">
          <Mark kind="control">
            {plural(running.length, 'override')}, {running.length === 1 ? 'ends' : 'next ends'} in{' '}
            {formatCountdown(nextEnd - now)}
          </Mark>
        </a>
      )}
    </>
  )
}

const AlarmState = () => {
  const findings = useLive((state) => state.live?.findings ?? null)
  const notAssessed = useLive((state) => state.live?.notAssessed.length ?? 0)
  if (findings === null) return null
  const active = findings.filter((finding) => finding.state === 'active')
  const critical = active.filter((finding) => finding.severity === 'critical').length
  const warnings = active.filter((finding) => finding.severity === 'warning').length
  const infos = active.length - critical - warnings
  const over = findings.length - active.length
  return (
    <a href={routeTo('alarms')} data-testid="alarm-state">
      {active.length === 0 ? <Mark kind="normal">No active alarm</Mark> : null}
      {critical === 0 ? null : <Mark kind="critical">{critical} critical</Mark>}
      {warnings === 0 ? null : <Mark kind="warning">{plural(warnings, 'warning')}</Mark>}
      {infos === 0 ? null : <Mark kind="info">{plural(infos, 'note')}</Mark>}
      {over === 0 ? null : <Mark kind="warning">{over} over, unseen</Mark>}
      {notAssessed === 0 ? null : <span className="dim"> · {notAssessed} not assessed</span>}
    </a>
  )
}

const DataAge = () => {
  const arrivedAtMs = useLive((state) => state.arrivedAtMs)
  const localMs = useClock((state) => state.localMs)
  if (!useCan('live')) return <Mark kind="info">Recording, not live</Mark>
  if (arrivedAtMs === null) return <Mark kind="unknown">No data yet</Mark>
  const age = localMs - arrivedAtMs
  return (
    <span data-testid="data-age">
      {age < staleAfterMs ? (
        <>Picture {formatAge(age)} old</>
      ) : (
        <Mark kind="critical">Picture {formatAge(age)} old</Mark>
      )}
    </span>
  )
}

const ConnectionState = () => {
  const phase = useConnection((state) => state.phase)
  const caller = useConnection((state) => state.caller)
  if (phase === 'connecting') return <Mark kind="unknown">Connecting</Mark>
  if (phase === 'lost') return <Mark kind="critical">Connection lost</Mark>
  return <span data-testid="connection">Connected{caller?.role === 'viewer' ? ', viewing only' : ''}</span>
}

const StoreState = () => {
  const store = useHealth((state) => state.health?.store ?? null)
  if (store === null || store.state === 'ok') return null
  return (
    <a href={routeTo('health')}>
      <Mark kind="warning">History {store.state === 'off' ? 'is not kept' : 'has a problem'}</Mark>
    </a>
  )
}

const SiteClock = () => {
  const time = useTimeFormat()
  const now = useNow()
  return (
    <span className="nowrap">
      <span className="status-date">{time.date(now)} </span>
      {time.clock(now)} <span className="dim">{time.zone}</span>
    </span>
  )
}

/** The bar that tells the truth on every screen. */
export const StatusBar = () => (
  <footer className="shell-status" aria-label="Status">
    <ControlMode />
    <AlarmState />
    <StoreState />
    <span className="grow" />
    <DataAge />
    <ConnectionState />
    <SiteClock />
  </footer>
)
