import { describe, expect, it } from 'vitest'
import { eventText } from '../../../shared/said/event.ts'
import { chargerProfileSchema } from '../../../shared/profile/charger-profile.ts'
import { createModbusChargerLink } from '../chargers/modbus/modbus-charger-link.ts'
import type { ModbusRequest } from '../lines/modbus-line.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { controlledChargers } from './controlled-charger.ts'
import { createPlant, depot, profile } from './test-support/plant.ts'
import { createWriteFallback } from './write-fallback.ts'
import { siteAbilities } from '../../../shared/charger/abilities-of.ts'

const person = { who: 'Operator', reason: 'commissioning' }
const register = { address: 90, type: 'uint16' as const, scale: 1 }
const settable = chargerProfileSchema.parse({
  ...profile({ watchdog: { kind: 'lifebit', timeoutS: 20, register, value: 1 } }),
  quantities: {
    fallback_limit: { address: 100, type: 'uint16', scale: 0.1, every: 'slow' },
    watchdog_timeout: { address: 101, type: 'uint16', every: 'slow' },
  },
  ownFallback: {
    limit: { address: 200, type: 'uint16', scale: 0.1, functionCode: 6 },
    timeout: { address: 201, type: 'uint16', functionCode: 6 },
    source: 'test',
  },
})

const bench = (more: { takes?: boolean; audit?: () => Promise<void>; profile?: typeof settable } = {}) => {
  const clock = createFakeClock()
  const words = new Map([
    [100, 320],
    [101, 60],
  ])
  const sent: ModbusRequest[] = []
  const used = more.profile ?? settable
  const link = createModbusChargerLink({
    chargerId: 'cp1',
    unit: 1,
    profile: used,
    nowMs: clock.nowMs,
    transact: async (request) => {
      sent.push(request)
      if (!('count' in request)) {
        if (more.takes !== false) words.set(request.address - 100, request.words[0] ?? 0)
        return { ok: true, words: [], atMs: clock.nowMs(), turnaroundMs: 5, completeMs: 5 }
      }
      return { ok: true, words: [words.get(request.address) ?? 0], atMs: clock.nowMs(), turnaroundMs: 5, completeMs: 5 }
    },
  })
  const { site } = createPlant({ site: depot() })
  const told: string[] = []
  const audited: unknown[] = []
  const write = createWriteFallback({
    byId: new Map(
      controlledChargers(site, siteAbilities(site, new Map([['test', used]]))).map((charger) => [charger.id, charger]),
    ),
    links: new Map([['cp1', link]]),
    clock,
    whyNot: () => null,
    audit: async (_person, _id, detail) => {
      await more.audit?.()
      audited.push(detail)
    },
    tell: (_id, isDone, news) =>
      told.push(`${String(isDone)}${eventText('fallback-written', { charger: '', ...news })}`),
  })
  return { clock, write, told, audited, sent, words }
}

describe("writing a charger's own fallback", () => {
  it('writes what the site file declares, once, and says what was read back', async () => {
    const { write, told, audited, sent, words } = bench()
    expect(await write(person, 'cp1')).toEqual({
      chargerId: 'cp1',
      fallbackA: 6,
      timeoutS: 20,
      isProtected: true,
      why: null,
    })
    expect([...words]).toEqual([
      [100, 60],
      [101, 20],
    ])
    expect(sent.filter((request) => !('count' in request))).toHaveLength(2)
    expect(audited).toEqual([{ reason: 'commissioning', limitA: 6, timeoutS: 20 }])
    expect(told).toEqual(['true falls back to 6 A after 20 s as read back, written by Operator (commissioning)'])
  })

  it('is not done where the charger acknowledges and keeps what it had', async () => {
    const { clock, write, told } = bench({ takes: false })
    const writing = write(person, 'cp1')
    await clock.advance(5000)
    expect(await writing).toMatchObject({ fallbackA: 32, isProtected: false })
    expect((await writing).why).toContain('it falls to 32 A, the site file counts on 6 A')
    expect(told[0]).toContain('false falls back to 32 A')
  })

  it('is refused without an audit row, and where no document allows it', async () => {
    const full = bench({ audit: () => Promise.reject(new Error('disk full')) })
    await expect(full.write(person, 'cp1')).rejects.toThrow('nothing was written')
    expect(full.sent).toEqual([])
    const { ownFallback: _, ...plain } = settable
    await expect(bench({ profile: plain }).write(person, 'cp1')).rejects.toThrow('no document says')
    await expect(bench().write(person, 'cp9')).rejects.toThrow('there is no charger cp9')
  })
})

describe('the sum of the fallbacks', () => {
  it('is made with the worse of what is declared and what the charger says, before anything is raised blind', async () => {
    const declared = depot({ chargers: 6 }) as { circuits: object[] }
    const site = { ...declared, circuits: declared.circuits.map((circuit) => ({ ...circuit, otherLoad: 20 })) }
    const raised = async (ownFallbackA: number) => {
      const plant = createPlant({ site })
      for (const id of ['cp1', 'cp2', 'cp3']) plant.plugIn(id)
      plant.charger('cp1').ownFallbackA = ownFallbackA
      plant.buildingA['f1'] = { L1: 60, L2: 60, L3: 60 }
      await plant.run(4)
      await plant.arm()
      await plant.run(20)
      expect(plant.target('cp2')).toBe(0)
      plant.deadMeters.add('m1')
      await plant.run(40)
      return plant.target('cp2')
    }
    // Three of 6 A and 20 A of other load fit 63 A; with 32 A in one of them they do not.
    expect(await raised(6)).toBe(6)
    expect(await raised(32)).toBe(0)
  })
})
