import { createLockWatch } from '../lock-watch.ts'
import type { PowerEvent } from '../power-watch.ts'
import { createTimeTeller } from '../time-teller.ts'
import type { Ground } from './ground.ts'

export interface WorldWatch {
  readonly begin: () => void
  /** Looks whether the calendar was set or the computer slept, and tells it. */
  readonly lookAtTime: () => void
  /** Ends control where the lock beside the site file is no longer ours. */
  readonly lookAtLock: () => void
  readonly power: (event: PowerEvent) => void
}

/** What happens to the computer under a running site: its clock, its sleep, the lock beside the site file. */
export const createWorldWatch = (
  { ports, site, journal, watch, record, stored }: Ground,
  control: {
    readonly isArmed: () => boolean
    readonly disarm: (input: { readonly who: string; readonly reason: string }) => Promise<unknown>
  },
): WorldWatch => {
  const subject = { kind: 'site', id: site.id } as const
  const lockIsLost = createLockWatch(ports.lock)
  const teller = createTimeTeller(ports.clock, ({ kind, ...facts }) => {
    if (kind === 'clock-set' || kind === 'clock-set-or-asleep')
      watch.run('the record of measurements', () => record.clockSet(ports.clock.nowMs()))
    journal.write(kind, 'warning', subject, facts)
  })
  return {
    begin: teller.begin,
    lookAtTime: teller.look,
    lookAtLock: () => {
      if (!lockIsLost(control.isArmed())) return
      const why = 'the lock beside the site file is no longer ours: another program may control this site'
      journal.write('lock-lost', 'critical', subject, { why })
      stored('the end of control', control.disarm({ who: 'tripscope', reason: why }))
    },
    power: (event) => {
      teller.power(event)
      journal.write(`computer-${event}`, 'warning', subject, { isArmed: control.isArmed() })
    },
  }
}
