import { describe, expect, it } from 'vitest'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { guardOf } from '../test-support/ask-guard.ts'
import { chargerProfile } from '../test-support/fake-site.ts'
import { planScan } from './scan-plan.ts'

const poll: ChargerProfile = { ...chargerProfile, watchdog: { kind: 'poll', timeoutS: 30 } }
const site = siteSchema.parse({
  version: 1,
  id: 's',
  name: 'S',
  grid: { limit: 100 },
  circuits: [{ id: 'main' }],
  meters: [],
  lines: [
    { id: 'car', transport: 'tcp', host: '192.0.2.2', port: 502 },
    { id: 'own', transport: 'tcp', host: 'Meter.local', port: 502 },
    { id: 'here', transport: 'tcp', host: '127.0.0.1', port: 502 },
  ],
  chargers: [{ id: 'c', profile: poll.id, line: 'car', unit: 1, circuit: 'main', maximum: 32 }],
})
const plan = (request: Parameters<typeof planScan>[0]) => {
  const planned = planScan(request, site, guardOf(site, new Map([[poll.id, poll]])))
  if (!planned.ok) throw new Error(planned.problem)
  return { jobs: planned.plan.groups.flatMap(({ jobs }) => jobs), notes: planned.plan.notes.join('; ') }
}
const overTcp = (hosts: string, ports = '502') =>
  plan({ kind: 'tcp', hosts, ports, units: '1-9', framings: ['tcp', 'rtu-over-tcp'] })

describe('what a search leaves alone', () => {
  it.each(['line', 'address'])(
    'asks no unit id where a charger on Modbus TCP takes any request as a sign of life, named by its %s',
    (how) => {
      const { jobs, notes } =
        how === 'line' ? plan({ kind: 'line', lineId: 'car', units: '1-9' }) : overTcp('192.0.2.2')
      expect(jobs.flatMap(({ units }) => units)).toEqual([])
      expect(notes).toContain('takes any request as a sign of life')
    },
  )
  it('asks no other port of that address either', () => {
    expect(overTcp('192.0.2.2', '503,4001').jobs).toEqual([])
    expect(overTcp('192.0.2.3', '503').jobs).toHaveLength(2)
  })
  it('asks another port of this computer, where each is a program of its own', () => {
    const local = siteSchema.parse({
      ...site,
      lines: site.lines.map((line) => (line.id === 'car' ? { ...line, host: '127.0.0.1', port: 5020 } : line)),
    })
    const planned = planScan(
      { kind: 'tcp', hosts: '127.0.0.1', ports: '5020,5021', units: '1-9', framings: ['tcp'] },
      local,
      guardOf(local, new Map([[poll.id, poll]])),
    )
    if (!planned.ok) throw new Error(planned.problem)
    const jobs = planned.plan.groups.flatMap((group) => group.jobs)
    expect(jobs.map(({ via, units }) => [via.kind, units.length])).toEqual([
      ['site', 0],
      ['temporary', 9],
    ])
  })
  it.each(['meter.local', 'METER.LOCAL', 'localhost', '127.0.0.1'])(
    'opens no second connection to a device of the site, written as %s',
    (host) => {
      const { jobs } = overTcp(host)
      expect(jobs.map(({ via }) => via.kind)).toEqual(['site'])
    },
  )
})
