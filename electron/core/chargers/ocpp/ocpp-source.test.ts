import { describe, expect, it } from 'vitest'
import { openFakeSite } from './test-support/fake-site.ts'
import { plugMemoryCharger } from './test-support/memory-charger.ts'

const versions = ['1.6', '2.0.1'] as const
const settled = async (site: ReturnType<typeof openFakeSite>) => {
  await site.clock.advance(3000)
}

describe.each(versions)('a charger over OCPP %s', (version) => {
  it('is known by what it says, and its limit is written, read back, ends by itself, and is lifted by a new one', async () => {
    const site = openFakeSite()
    const charger = plugMemoryCharger(site.connect, site.clock, { version })
    charger.boot()
    charger.status(version === '1.6' ? 'Preparing' : 'Occupied')
    charger.draw([10, 10, 0])
    await settled(site)
    expect(site.latest()).toMatchObject({ status: 'connected', i_t1: 10, i_t2: 10, i_t3: 0, limit: 32 })

    const write = site.link.writeLimit(16.37)
    await site.clock.settle()
    expect(await write).toMatchObject({ ok: true })
    expect(charger.limit()).toBe(16.3)
    const read = site.link.readBackLimit()
    await site.clock.settle()
    expect(await read).toMatchObject({ ok: true, limitA: 16.3 })
    const fallback = site.link.readOwnFallback?.()
    await site.clock.settle()
    expect(await fallback).toMatchObject({ ok: true, fallbackA: 6, timeoutS: 60 })

    await site.clock.advance(61_000)
    expect(charger.limit()).toBe(6)
    expect(site.latest()).toMatchObject({ limit: 6, fallback_limit: 6 })
    await site.source.stop()
  })

  it('is steered by the profile of its transaction, and the next transaction begins under the default one', async () => {
    const site = openFakeSite()
    const charger = plugMemoryCharger(site.connect, site.clock, { version })
    charger.boot()
    await settled(site)
    charger.begin()
    void site.link.writeLimit(0)
    await site.clock.settle()
    expect(
      charger
        .profiles()
        .map(({ purpose }) => purpose)
        .sort(),
    ).toEqual(['TxDefaultProfile', 'TxDefaultProfile', 'TxProfile'])
    expect(charger.limit()).toBe(0)
    charger.end()
    expect(charger.limit()).toBe(0)
    void site.link.writeLimit(6)
    await site.clock.settle()
    expect(charger.limit()).toBe(6)
  })

  it('is left at an orderly exit with what control said last, and no profile of its transaction', async () => {
    const site = openFakeSite()
    const charger = plugMemoryCharger(site.connect, site.clock, { version })
    charger.boot()
    await settled(site)
    charger.begin()
    void site.link.writeLimit(0)
    await site.clock.settle()
    void site.link.writeLimit(6)
    await site.clock.settle()
    await site.source.stop()
    expect(charger.limit()).toBe(6)
    expect(charger.profiles().map(({ purpose }) => purpose)).not.toContain('TxProfile')
    await site.clock.advance(120_000)
    expect(charger.limit()).toBe(6)
  })

  it('says nothing when it is gone, and what it says when it is back needs no start', async () => {
    const site = openFakeSite()
    const charger = plugMemoryCharger(site.connect, site.clock, { version })
    charger.boot()
    charger.status(version === '1.6' ? 'Charging' : 'Occupied')
    await settled(site)
    charger.close('cable pulled')
    expect(site.latest()).toMatchObject({ status: null, i_t1: null, limit: null })
    expect(await site.link.writeLimit(10)).toMatchObject({ ok: false, why: expect.stringContaining('not connected') })
    expect(site.source.deviceHealth()['cp']).toMatchObject({ state: 'silent' })
    const again = plugMemoryCharger(site.connect, site.clock, { version })
    again.draw([6, 6, 6])
    await settled(site)
    expect(site.latest()).toMatchObject({ i_t1: 6, limit: 32 })
    expect(site.source.deviceHealth()['cp']).toMatchObject({ state: 'ok', identity: expect.stringContaining('V M') })
  })

  it('has its own fallback written below everything else, and read back', async () => {
    const site = openFakeSite()
    const charger = plugMemoryCharger(site.connect, site.clock, { version })
    charger.boot()
    await settled(site)
    expect(site.latest()).toMatchObject({ fallback_limit: 32 })
    const set = site.link.setOwnFallback?.({ limitA: 6, timeoutS: null })
    await site.clock.settle()
    expect(await set).toMatchObject({ ok: true })
    expect(charger.profiles()).toMatchObject([{ stack: 0, purpose: 'TxDefaultProfile' }])
    await site.clock.advance(3000)
    expect(site.latest()).toMatchObject({ limit: 6, fallback_limit: 6, watchdog_timeout: 60 })
  })
})
