import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Live, liveSchema } from '../../shared/api/live-contract.ts'
import type { Health } from '../../shared/model/health.ts'
import { systemClock } from '../io/clock.ts'
import { energy, startMbusSlave, telegramHex, type SlaveMeter } from '../io/mbus/test-support/mbus-slave.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { until } from '../io/modbus/test-support/real-line.ts'
import { openCore } from './open-core.ts'

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})
const caller = { role: 'operator', name: 'Test' } as const

/** The whole program on a site file, against the slave in Python. */
const open = async (meters: readonly SlaveMeter[], addresses: readonly string[]) => {
  const slave = await startMbusSlave('tcp', meters)
  stops.push(() => slave.stop())
  const folder = await mkdtemp(join(tmpdir(), 'tripscope-mbus-site-'))
  stops.push(() => rm(folder, { recursive: true }))
  const siteFile = join(folder, 'site.yaml')
  await writeFile(
    siteFile,
    `version: 1
id: tenants
name: Tenants
grid: { limit: 63 }
lines:
  - { id: bus, transport: mbus-tcp, host: 127.0.0.1, port: ${String(slave.port)}, baud: 38400, timeoutMs: 200 }
meters:
${addresses.map((address, index) => `  - { id: m${String(index)}, profile: mbus-electricity, line: bus, mbus: ${address}, periodMs: 10000 }`).join('\n')}
circuits:
  - { id: main, limit: 63 }
`,
  )
  const outcome = await openCore({
    siteFile,
    dataFolder: join(folder, 'data'),
    clock: systemClock,
    log: quietLog,
    reopen: () => undefined,
  })
  if (!outcome.ok) throw new Error(outcome.message)
  const { core, close } = outcome.opened
  stops.push(() => close('the test is over'))
  const seen: { live: Live | null; health: Health | null } = { live: null, health: null }
  core.handlers['live'](
    {},
    (value) => {
      seen.live = value
    },
    caller,
  )
  core.onHealth((health) => {
    seen.health = health
  })
  core.start()
  return { core, seen }
}

describe('a site with M-Bus, from the wire to the screen', () => {
  it('shows its meters’ values in the image; one with energy only raises nothing, a silent one costs the others nothing, a status bit is an event', async () => {
    const phase = (at: number) => [0xfd, 0xc8, 0xff, at]
    const { core, seen } = await open(
      [
        {
          primary: 5,
          telegrams: [
            telegramHex('12345678', [energy(1_728_680)], { moreFollows: true }),
            telegramHex(
              '12345678',
              [1, 2, 3].map((at) => ({ vif: phase(at), data: { coding: 'int16', value: 2300 + at } })),
            ),
          ],
        },
        { primary: 6, telegrams: [telegramHex('00004711', [energy(5000)], { status: 0x08 })] },
        { primary: 7, telegrams: [telegramHex('00000007', [energy(1)])], manners: { silent: true } },
      ],
      ['{ primary: 5 }', "{ secondary: '00004711' }", '{ primary: 7 }'],
    )
    const sample = (meter: string, key: string) => seen.live?.image.meters[meter]?.samples[key as 'e_import']
    await until(
      'all were asked',
      () =>
        sample('m0', 'e_import')?.quality === 'good' &&
        sample('m1', 'e_import')?.quality === 'good' &&
        sample('m2', 'e_import')?.quality === 'timeout',
      20_000,
    )
    const live = liveSchema.parse(seen.live)
    expect(live.image.meters['m0']?.samples).toMatchObject({
      e_import: { value: 1728.68 },
      u_l1n: { value: 230.1 },
      u_l3n: { value: 230.3 },
      i_l1: { value: null, quality: 'absent' },
    })
    expect(live.image.meters['m1']?.samples['e_import']?.value).toBe(5)
    expect(seen.health?.devices['m0']).toMatchObject({ state: 'ok', timeouts: 0 })
    expect(seen.health?.devices['m2']?.lastFault?.message).toMatch(/M-Bus address 7/)
    // Beyond the site's meter timeout: the meter with energy only is alive.
    const untilMs = systemClock.nowMs() + 6000
    await until('six seconds went by', () => (seen.live?.image.atMs ?? 0) > untilMs, 20_000)
    expect(seen.live?.findings.filter(({ subject }) => subject.id !== 'm2')).toEqual([])
    const events = await core.handlers['events.read'](
      { fromMs: 0, toMs: systemClock.nowMs() + 1000, limit: 100 },
      caller,
    )
    expect(events.filter(({ kind }) => kind === 'meter-status').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^m1 reports a permanent error/),
    ])
  }, 60_000)
})
