import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../shared/api/define.ts'
import type { ControlState } from '../../../shared/model/decision.ts'
import { readSite } from '../../../shared/site/read-site.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createSitesPart } from './sites-part.ts'
import { oneSite, type SitesPort } from './sites-port.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const intentId = '00000000-0000-4000-8000-000000000001'
const newSite = {
  name: 'Depot Süd',
  timezone: 'Europe/Berlin',
  limitA: 100,
  nominalVoltage: 230,
  frequency: 50 as const,
}

const begin = (mode: ControlState['mode'] = 'monitoring', port: Partial<SitesPort> = {}) => {
  const clock = createFakeClock()
  const turned: (string | null)[] = []
  const written: { id: string; text: string }[] = []
  const part = createSitesPart({
    clock,
    control: () => ({ mode, readOnly: null, armed: null, decision: null, overrides: [], writes: {} }),
    journal: { write: (() => undefined) as never },
    sites: {
      ...oneSite,
      check: (file) => Promise.resolve(file === 'bad.yaml' ? 'bad.yaml:3:1: unknown key' : null),
      create: (file, id, text) => {
        written.push({ id, text })
        return Promise.resolve({ ok: true, file: file ?? `/sites/${id}.yaml` })
      },
      turnTo: (file) => turned.push(file),
      ...port,
    },
  })
  const open = (file: string | null) => part.handlers['sites.open']({ intentId, file, who: 'Ada' }, caller)
  const create = (site: typeof newSite) =>
    part.handlers['sites.create']({ intentId, site, file: null, who: 'Ada' }, caller)
  return { clock, turned, written, open, create }
}

describe('the sites of a computer', () => {
  it('are turned to after the screen has its answer, when they can be opened', async () => {
    const { open, clock, turned } = begin()
    await open('other.yaml')
    expect(turned).toEqual([])
    await clock.advance(1000)
    await open(null)
    await clock.advance(1000)
    expect(turned).toEqual(['other.yaml', null])
  })
  it('are not left for one that can not be opened, nor while control is armed', async () => {
    const { open, clock, turned } = begin()
    await expect(open('bad.yaml')).rejects.toThrow('unknown key')
    const armed = begin('armed')
    await expect(armed.open('other.yaml')).rejects.toThrow('disarm first')
    await expect(armed.create(newSite)).rejects.toThrow('disarm first')
    await clock.advance(1000)
    expect(turned).toEqual([])
    expect(armed.written).toEqual([])
  })
  it('can be made new: a sound file under an id of its name, and it is opened', async () => {
    const { create, clock, turned, written } = begin()
    expect(await create(newSite)).toEqual({ opens: true, file: '/sites/depot-sud.yaml' })
    const [made] = written
    expect(readSite(made?.text ?? '', 'x').ok).toBe(true)
    await clock.advance(1000)
    expect(turned).toEqual(['/sites/depot-sud.yaml'])
  })
  it('are not made where the words of it are wrong, or the file is there already', async () => {
    const { create, written } = begin()
    await expect(create({ ...newSite, timezone: 'Mars/Olympus' })).rejects.toThrow(/timezone/)
    expect(written).toEqual([])
    const there = begin('monitoring', { create: () => Promise.resolve({ ok: false, why: 'x.yaml is there already' }) })
    await expect(there.create(newSite)).rejects.toThrow('is there already')
    await there.clock.advance(1000)
    expect(there.turned).toEqual([])
  })
})
