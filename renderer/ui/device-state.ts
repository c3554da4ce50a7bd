import type { DeviceHealth, LineHealth } from '../../shared/model/health.ts'
import type { MarkKind } from './mark.tsx'

interface StateText {
  readonly kind: MarkKind
  readonly word: string
}

const devices: Record<DeviceHealth['state'], StateText> = {
  waiting: { kind: 'unknown', word: 'waiting' },
  ok: { kind: 'normal', word: 'answers' },
  degraded: { kind: 'warning', word: 'degraded' },
  silent: { kind: 'critical', word: 'silent' },
  unrouted: { kind: 'critical', word: 'no path' },
}
const lines: Record<LineHealth['state'], StateText> = {
  connecting: { kind: 'unknown', word: 'connecting' },
  connected: { kind: 'normal', word: 'connected' },
  disconnected: { kind: 'critical', word: 'disconnected' },
  closed: { kind: 'unknown', word: 'closed' },
}

/** A meter that only hands out captures or logs has no sweep to wait for. */
const isNotPolled = ({ state, requestsPerSweep }: DeviceHealth): boolean =>
  state === 'waiting' && requestsPerSweep === 0

export const deviceStateText = (device: DeviceHealth | undefined): StateText =>
  device === undefined
    ? { kind: 'unknown', word: 'not known' }
    : isNotPolled(device)
      ? { kind: 'unknown', word: 'not polled' }
      : devices[device.state]
export const lineStateText = (line: LineHealth): StateText => lines[line.state]
