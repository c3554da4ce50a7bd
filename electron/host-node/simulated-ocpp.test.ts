import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Health } from '../../shared/model/health.ts'
import type { Image } from '../../shared/model/image.ts'
import type { Write } from '../../shared/model/decision.ts'
import { systemClock } from '../io/clock.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { until } from '../io/modbus/test-support/real-line.ts'
import { openSimulator } from '../simulator/test-support/open-simulator.ts'
import { openCore } from './open-core.ts'

const caller = { role: 'operator', name: 'Test' } as const
/** Over OCPP 2.0.1 and 1.6 (assets/scenarios/depot.yaml). */
const chargers = ['cp-08', 'cp-12'] as const

it('chargers of the simulated depot come over OCPP in both versions, are armed, limited, read back and left at their fallback', async () => {
  const { site, board } = await openSimulator('depot')
  const folder = await mkdtemp(join(tmpdir(), 'tripscope-ocpp-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const outcome = await openCore({
    siteFile: site.siteFile,
    dataFolder: folder,
    clock: systemClock,
    log: quietLog,
    reopen: () => undefined,
  })
  if (!outcome.ok) throw new Error(outcome.message)
  const { core, close } = outcome.opened
  let image: Image | null = null
  let health: Health | null = null
  const writes: Write[] = []
  core.onFrame((next) => (image = next))
  core.onHealth((next) => (health = next))
  core.onWrite((write) => writes.push(write))
  core.start()
  const reading = (id: string) => (image as Image | null)?.chargers[id]
  const verified = (id: string) => writes.some(({ chargerId, state }) => chargerId === id && state === 'verified')

  await until('both are read', () => chargers.every((id) => reading(id)?.samples['i_t1']?.quality === 'good'))
  await until('both say what is in force', () =>
    chargers.every((id) => reading(id)?.samples['limit']?.quality === 'good'),
  )
  expect((health as Health | null)?.devices['cp-12']).toMatchObject({
    state: 'ok',
    identity: 'Simulated Wallbox 16, serial number SIM-16, firmware 1.0',
    address: 'OCPP SIM-CP-12, connector 1',
  })
  expect((health as Health | null)?.lines['ocpp']).toMatchObject({ transport: 'ocpp', state: 'connected' })

  await core.handlers['control.arm']({ intentId: 'a', who: 'Test', reason: 'test' }, caller)
  await until('both limits are read back', () => chargers.every(verified))
  for (const id of chargers) {
    const held = site.world.chargers.get(id)?.inForceA() ?? 0
    expect(held).toBeLessThanOrEqual(16)
  }
  await until('they say that they fall back', () =>
    chargers.every((id) => reading(id)?.samples['fallback_limit']?.value === 8),
  )
  await board.on('ocpp-odd', 'cp-12', { kind: 'numeric-id' })
  await until('it is back', () => reading('cp-12')?.samples['limit']?.quality === 'good')

  await close('the test is over')
  // Left at the declared fallback, whatever control had given them.
  for (const id of chargers) expect(site.world.chargers.get(id)?.inForceA()).toBe(8)
}, 60_000)
