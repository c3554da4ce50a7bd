import { describe, expect, it } from 'vitest'
import { chargerProfileSchema, type ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import type { ExchangeOutcome, ModbusRequest } from '../../lines/modbus-line.ts'
import { createModbusChargerLink } from './modbus-charger-link.ts'

const profile = (more: Partial<Record<'limit' | 'enable' | 'watchdog', unknown>> = {}): ChargerProfile =>
  chargerProfileSchema.parse({
    id: 'test',
    make: 'Test',
    models: ['T'],
    sources: [{ document: 'none' }],
    confidence: 'high',
    transports: ['tcp'],
    space: 'input',
    wordOrder: 'high-first',
    line: { maxRegisters: 10 },
    quantities: {},
    status: { address: 0, type: 'uint16', registers: 1, codes: {} },
    limit: {
      address: 10,
      type: 'float32',
      functionCode: 16,
      minimum: 6,
      pauseValue: null,
      resolution: 1,
      readBack: { address: 10, type: 'float32', space: 'holding' },
      tolerance: 0.1,
      settleMs: 1000,
      ...(more.limit as object | undefined),
    },
    enable:
      'enable' in more
        ? more.enable
        : { register: { address: 20, type: 'uint16', functionCode: 6, space: 'holding' }, on: 1, off: 0 },
    watchdog: more.watchdog ?? { kind: 'none', note: 'no' },
  })

/** A device of holding registers; `refuse` are addresses it answers with an exception. */
const device = (own: ChargerProfile, refuse: readonly number[] = []) => {
  const registers = new Map<number, number>()
  const sent: string[] = []
  const transact = (request: ModbusRequest): Promise<ExchangeOutcome> => {
    const { address } = request
    if (refuse.includes(address)) {
      return Promise.resolve({
        ok: false,
        fault: { kind: 'exception', code: 2, message: 'illegal address' },
        atMs: 5,
      } as unknown as ExchangeOutcome)
    }
    if ('words' in request) {
      request.words.forEach((word, index) => registers.set(address + index, word))
      sent.push(`${request.functionCode}@${address}=${request.words.map((word) => word.toString(16)).join(' ')}`)
      return Promise.resolve({ ok: true, words: [], atMs: 5 } as unknown as ExchangeOutcome)
    }
    sent.push(`${request.functionCode}@${address}+${request.count}`)
    const words = Array.from({ length: request.count }, (_, index) => registers.get(address + index) ?? 0)
    return Promise.resolve({ ok: true, words, atMs: 5 } as unknown as ExchangeOutcome)
  }
  return {
    registers,
    sent,
    link: createModbusChargerLink({ chargerId: 'cp', unit: 1, profile: own, transact, nowMs: () => 5 }),
  }
}

describe('a charger that needs a release beside its limit', () => {
  it('gets the limit first and the release after it', async () => {
    const { link, sent } = device(profile())
    expect(await link.writeLimit(16)).toMatchObject({ ok: true })
    expect(sent).toEqual(['16@10=4180 0', '6@20=1'])
  })

  it('is not released when the limit was refused', async () => {
    const { link, sent, registers } = device(profile(), [10])
    expect(await link.writeLimit(16)).toMatchObject({ ok: false, why: 'illegal address' })
    expect(sent).toEqual([])
    expect(registers.get(20)).toBeUndefined()
  })

  it('tells a release that was refused, although the limit arrived', async () => {
    const { link } = device(profile(), [20])
    expect(await link.writeLimit(16)).toMatchObject({ ok: false, why: 'illegal address' })
  })

  it('is paused by its release where the limit cannot, and then reads back as 0 A', async () => {
    const { link, sent } = device(profile())
    await link.writeLimit(16)
    expect(await link.readBackLimit()).toMatchObject({ ok: true, limitA: 16 })
    await link.writeLimit(0)
    expect(sent.slice(-1)).toEqual(['6@20=0'])
    expect(await link.readBackLimit()).toMatchObject({ ok: true, limitA: 0 })
  })

  it('is paused by its limit where that can, and a value that is neither on nor off counts as held back', async () => {
    const { link, sent, registers } = device(profile({ limit: { pauseValue: 0 } }))
    await link.writeLimit(16)
    await link.writeLimit(0)
    expect(sent).toEqual(['16@10=4180 0', '6@20=1', '16@10=0 0'])
    expect(await link.readBackLimit()).toMatchObject({ ok: true, limitA: 0 })
    await link.writeLimit(16)
    registers.set(20, 7)
    expect(await link.readBackLimit()).toMatchObject({ ok: true, limitA: 0 })
  })

  it('reads nothing back where the limit cannot be', async () => {
    const { link, sent } = device(profile({ limit: { readBack: null } }))
    expect(link.abilities.canReadBack).toBe(false)
    expect(await link.readBackLimit()).toMatchObject({ ok: false })
    expect(sent).toEqual([])
  })
})

describe('a charger without a release', () => {
  it('cannot be paused where its limit cannot', async () => {
    const { link, sent } = device(profile({ enable: undefined }))
    expect(await link.writeLimit(0)).toMatchObject({
      ok: false,
      why: expect.stringContaining('smallest is 6 A') as string,
    })
    expect(await link.writeLimit(5.9)).toMatchObject({ ok: false })
    expect(await link.writeLimit(7.9)).toMatchObject({ ok: true })
    expect(sent).toEqual(['16@10=40e0 0'])
  })
})

describe('a charger that is only monitored', () => {
  it('is never written to, with the reason', async () => {
    const { link, sent } = device({
      ...profile({ watchdog: { kind: 'lifebit', timeoutS: 5, register: { address: 30, type: 'uint16' }, value: 1 } }),
      monitoredOnly: 'the unit is in dispute',
    })
    for (const outcome of [await link.writeLimit(16), await link.writeLimit(0), await link.feedWatchdog()]) {
      expect(outcome).toMatchObject({ ok: false, why: expect.stringContaining('the unit is in dispute') as string })
    }
    expect(sent).toEqual([])
  })
})

describe('a limit in watts', () => {
  it('is written for one phase at the lowest voltage, and read back in amperes', async () => {
    const { link, sent } = device(
      profile({
        enable: undefined,
        limit: {
          type: 'uint32',
          watts: { per: 'total', lowestVoltage: 195 },
          readBack: { address: 10, type: 'uint32', space: 'holding' },
        },
      }),
    )
    expect(await link.writeLimit(16.9)).toMatchObject({ ok: true })
    expect(sent).toEqual(['16@10=0 c30'])
    const back = await link.readBackLimit()
    expect(back).toMatchObject({ ok: true, limitA: expect.closeTo(16, 9) as number })
  })
})

describe('a watchdog that is fed', () => {
  const register = { address: 30, type: 'uint16' }
  it.each([
    [
      'with a function of its own',
      { kind: 'token', timeoutS: 15, register: { ...register, functionCode: 6 }, value: 0x55aa },
      ['6@30=55aa'],
    ],
    ['as the limit is written', { kind: 'lifebit', timeoutS: 15, register, value: 1 }, ['16@30=1']],
    [
      'in one piece where it takes two registers',
      { kind: 'timeout-write', timeoutS: 65, register: { ...register, type: 'uint32' }, value: 65537 },
      ['16@30=1 1'],
    ],
    ['not at all where there is none', { kind: 'none', note: 'no' }, []],
  ])('%s', async (_, watchdog, expected) => {
    const { link, sent } = device(profile({ watchdog }))
    expect(await link.feedWatchdog()).toMatchObject({ ok: true })
    expect(sent).toEqual(expected)
  })
})
