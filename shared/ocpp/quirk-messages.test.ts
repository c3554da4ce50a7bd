import { describe, expect, it } from 'vitest'
import { readFrame, formatViolation, type Frame } from './frame.ts'
import { newEnergyScale, stepEnergyScale } from './energy-scale.ts'
import { readMeterValues } from './meter-values.ts'
import { limitToSend } from './numbers.ts'
import { setChargingProfile } from './profile.ts'
import { readTimestamp } from './timestamp.ts'

/**
 * Messages of real chargers, shortened and without serial numbers; the issue each was reported in is named. What a station does with
 * them is in core/chargers/ocpp.
 */
const call = (text: string) => {
  const frame: Frame = readFrame(text)
  if (frame.kind !== 'call') throw new Error(`no call: ${JSON.stringify(frame)}`)
  return frame
}
const sample = (value: unknown, more: Record<string, unknown> = {}) => ({ value, ...more })
const of = (...sampledValue: readonly unknown[]) => [{ timestamp: '2024-09-05T21:41:59.333Z', sampledValue }]
const kinds = (say: ReturnType<typeof readMeterValues>) => say.oddities.map(({ kind }) => kind)

describe('frames beside the standard', () => {
  it('an empty member is no JSON: the id is found, and what it says when the member is left out (lbbrhzn/ocpp#2032)', () => {
    const frame = readFrame(
      '[2,"m-1","MeterValues",{"connectorId":1,"transactionId":,"meterValue":[{"timestamp":"2026-08-04T13:35:45.377","sampledValue":[{"value":"1750","measurand":"Energy.Active.Import.Register","unit":"Wh"}]}]}]',
    )
    expect(frame).toMatchObject({ kind: 'unreadable', type: 2, id: 'm-1', action: 'MeterValues' })
    if (frame.kind !== 'unreadable') return
    expect(readMeterValues(frame.repaired?.['meterValue'])).toMatchObject({
      energyWh: 1750,
      saidAtMs: Date.UTC(2026, 7, 4, 13, 35, 45, 377),
    })
    expect(readFrame('[2,"a","X",{"a":1,"b":}]')).toMatchObject({ repaired: { a: 1 } })
    expect(readFrame('[2,"a","X",{"text":"says \\"b\\":, here","b":,"c":2}]')).toMatchObject({
      repaired: { text: 'says "b":, here', c: 2 },
    })
  })

  it('an answer that is cut short still tells whose it is (lbbrhzn/ocpp#176)', () => {
    expect(readFrame('[3,"64b4a0fc",{"configurationKey":[]')).toMatchObject({
      kind: 'unreadable',
      type: 3,
      id: '64b4a0fc',
      repaired: null,
    })
  })

  it('an empty id belongs to nobody (lorenzodonini/ocpp-go#267), a number is answered as a number', () => {
    expect(readFrame('[3, "",{"fileName": "diagnostics_file2.log"}]')).toMatchObject({ kind: 'unreadable', id: null })
    expect(readFrame('[2,1234,"Heartbeat",{}]')).toMatchObject({ kind: 'call', id: 1234 })
    expect(readFrame('[2,"a","Heartbeat"]')).toMatchObject({ kind: 'call', payload: {} })
  })

  it('lines may be broken (evcc#15601)', () => {
    expect(call('[2,"c0","MeterValues",{\n  "connectorId": 1,\n  "meterValue": []\n}]').action).toBe('MeterValues')
  })

  it('the standard spells one error in two ways (citrineos-core#1050)', () => {
    expect([formatViolation('1.6'), formatViolation('2.0.1')]).toEqual(['FormationViolation', 'FormatViolation'])
  })

  it('anything else is unreadable and never thrown', () => {
    for (const text of [
      '',
      '{}',
      'null',
      '[]',
      '[2]',
      '[2,"a"]',
      '[2,"a","X",[]]',
      '[9,"a","X",{}]',
      '[2,{},"X",{}]',
      '"',
    ]) {
      expect(readFrame(text), text).toMatchObject({ kind: 'unreadable' })
    }
  })
})

describe('times', () => {
  it.each([
    ['2024-04-26T14:35:02+02', Date.UTC(2024, 3, 26, 12, 35, 2)],
    ['2024-04-26T14:35:02+0230', Date.UTC(2024, 3, 26, 12, 5, 2)],
    ['2024-04-26T14:35:02-05:00', Date.UTC(2024, 3, 26, 19, 35, 2)],
    ['2024-04-26 14:35:02Z', Date.UTC(2024, 3, 26, 14, 35, 2)],
    ['2024-04-26T14:35:02.1234567Z', Date.UTC(2024, 3, 26, 14, 35, 2, 123)],
  ])('%s', (text, atMs) => {
    expect(readTimestamp(text)).toEqual({ atMs, hasNoZone: false })
  })
  it('without a zone is taken for UTC, and no time is none', () => {
    expect(readTimestamp('2026-08-04T13:35:45.377')).toMatchObject({ hasNoZone: true })
    for (const odd of ['', 'now', 5, null, '2024-13-01T00:00:00Z', '2024-04-26']) expect(readTimestamp(odd)).toBeNull()
  })
})

describe('meter values', () => {
  it('an object for a list is a list of one (lbbrhzn/ocpp#1144)', () => {
    const say = readMeterValues({
      timestamp: '2024-04-16T17:28:55.000Z',
      sampledValue: [sample('0.00', { context: 'Transaction.Begin', unit: 'kWh' })],
    })
    expect([say.energyWh, kinds(say)]).toEqual([0, ['wrong-shape']])
  })

  it('a current on N is that of L1 where nothing else is said (lbbrhzn/ocpp#1311)', () => {
    const say = readMeterValues(
      of(
        sample('254780', { measurand: 'Energy.Active.Import.Register', unit: 'Wh' }),
        sample('3.5', { measurand: 'Power.Active.Import', unit: 'kW' }),
        sample('35', { measurand: 'Temperature', unit: 'Celsius' }),
        sample('231.1', { measurand: 'Voltage', phase: 'L1-N', unit: 'V' }),
        sample('15.6', { measurand: 'Current.Import', phase: 'N', unit: 'A' }),
      ),
    )
    expect(say).toMatchObject({ currentA: [15.6, null, null], powerW: 3500, voltageV: [231.1, null, null] })
    expect(kinds(say)).toEqual(['neutral-for-phase'])
  })

  it('currents and powers of L1-N, powers in kW without a total: summed, and a low loaded voltage is told (evcc#16966)', () => {
    const on = (measurand: string, unit: string, values: readonly string[]) =>
      values.map((value, index) => sample(value, { measurand, unit, phase: `L${index + 1}-N`, context: 'Trigger' }))
    const say = readMeterValues(
      of(
        ...on('Voltage', 'V', ['222.30', '231.50', '230.30']),
        ...on('Current.Import', 'A', ['15.60', '0.00', '0.00']),
        ...on('Power.Active.Import', 'kW', ['3.45', '0', '0']),
        sample('16.00', { measurand: 'Current.Offered', unit: 'A' }),
      ),
    )
    expect(say).toMatchObject({
      currentA: [15.6, 0, 0],
      powerW: 3450,
      voltageV: [222.3, 231.5, 230.3],
      offeredA: 16,
    })
    expect(say.oddities[0]).toMatchObject({
      kind: 'loaded-voltage-low',
      text: expect.stringContaining('222.3 V on L1 under 15.6 A, 9.2 V below'),
    })
  })

  it('a total beside the phases counts alone (lbbrhzn/ocpp#609)', () => {
    const power = { measurand: 'Power.Active.Import', unit: 'W' }
    const say = readMeterValues(
      of(
        sample('6900', power),
        ...[1, 2, 3].map((phase) => sample('2300', { ...power, phase: `L${phase}` })),
        sample('0.000', { measurand: 'Power.Factor' }),
      ),
    )
    expect(say.powerW).toBe(6900)
  })

  it('a phase in the measurand is one (connectorio-addons#138)', () => {
    const say = readMeterValues(of(sample('9.5', { measurand: 'Current.Import.L2', unit: 'A' })))
    expect([say.currentA, kinds(say)]).toEqual([[null, 9.5, null], ['suffixed-measurand']])
  })

  it('Hz, Hertz, Celsius and Celcius are units, and one that is none costs only its value (lbbrhzn/ocpp#1576, ocpp-go#273)', () => {
    const power = sample('50', { measurand: 'Power.Active.Import', unit: 'W' })
    for (const [measurand, unit] of [
      ['Frequency', 'Hz'],
      ['Frequency', 'Hertz'],
      ['Temperature', 'Celsius'],
      ['Temperature', 'Celcius'],
    ])
      expect(readMeterValues(of(sample('49.97', { measurand, unit }), power)).oddities, unit).toEqual([])
    const odd = readMeterValues(of(sample('12', { measurand: 'Current.Import', phase: 'L1', unit: 'Furlong' }), power))
    expect([odd.powerW, odd.currentA[0], kinds(odd)]).toEqual([50, null, ['unknown-unit']])
  })

  it('of a value twice the one of now counts, in either order (evcc#15768)', () => {
    const energy = { measurand: 'Energy.Active.Import.Register', unit: 'Wh' }
    const both = [
      sample('678', { ...energy, context: 'Sample.Periodic' }),
      sample('0', { ...energy, context: 'Transaction.Begin' }),
    ]
    expect([both, [...both].reverse()].map((list) => readMeterValues(of(...list)).energyWh)).toEqual([678, 678])
  })

  it('numbers may be numbers, have commas, or be none (lbbrhzn/ocpp#1248)', () => {
    const power = { measurand: 'Power.Active.Import', unit: 'kW' }
    expect([3.5, '3,5', '3.5'].map((value) => readMeterValues(of(sample(value, power))).powerW)).toEqual([
      3500, 3500, 3500,
    ])
    for (const value of ['', 'NaN', 'n/a', null, {}, '1e999']) {
      const say = readMeterValues(of(sample(value, power)))
      expect([say.powerW, kinds(say)], String(value)).toEqual([null, ['no-number']])
    }
  })

  it('a current without a phase is on L1 where its power fits one phase, else counted on all', () => {
    const current = sample('16', { measurand: 'Current.Import', unit: 'A' })
    const power = (value: string) => sample(value, { measurand: 'Power.Active.Import', unit: 'W' })
    expect(readMeterValues(of(current, power('3700'))).currentA).toEqual([16, null, null])
    expect(readMeterValues(of(current, power('11000'))).currentA).toEqual([16, 16, 16])
    expect(readMeterValues(of(current)).currentA).toEqual([16, 16, 16])
  })

  it('2.0.1 has unit and multiplier in an object', () => {
    const measure = { unitOfMeasure: { unit: 'W', multiplier: 3 }, measurand: 'Power.Active.Import' }
    expect(readMeterValues(of(sample(7.2, measure))).powerW).toBe(7200)
  })

  it('a register that moves by 1 for a kilowatt-hour counts kilowatt-hours (openevse_esp32_firmware#703)', () => {
    const sevenMinutes = Array.from({ length: 15 }, (_, index) => ({
      atMs: index * 30_000,
      powerW: 9451,
      energyWh: index < 14 ? 360 : 361,
    }))
    expect(sevenMinutes.reduce(stepEnergyScale, newEnergyScale).factor).toBe(1000)
    const honest = sevenMinutes.map((each, index) => ({ ...each, energyWh: 360_000 + index * 78 }))
    expect(honest.reduce(stepEnergyScale, newEnergyScale).factor).toBe(1)
  })
})

describe('limits that are sent', () => {
  it('have one decimal, rounded down, as the nearest double (citrineos-core#959)', () => {
    expect([8.1, 6.25, 16.05, 10.299999, 0, 32].map(limitToSend)).toEqual([8.1, 6.2, 16, 10.2, 0, 32])
    for (let tenths = 0; tenths <= 400; tenths += 1) expect(String(limitToSend(tenths / 10))).toMatch(/^\d+(\.\d)?$/)
  })

  it('end by themselves: the schedule drops to the safe current', () => {
    const order = {
      connector: 1,
      profileId: 16,
      shape: { purpose: 'TxProfile', unit: 'A', kind: 'Absolute', stackLevel: 3 },
      limit: { limitA: 13.27, then: { fallbackA: 6, validS: 60 } },
      supply: { nominalV: 230, phases: 3 },
      chargerMs: Date.UTC(2024, 0, 1),
      sinceStartS: 30,
      transactionId: '7',
    } as const
    expect(setChargingProfile('1.6', order)).toEqual({
      connectorId: 1,
      csChargingProfiles: {
        chargingProfileId: 16,
        transactionId: 7,
        stackLevel: 3,
        chargingProfilePurpose: 'TxProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          startSchedule: '2023-12-31T23:59:00.000Z',
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [
            { startPeriod: 0, limit: 13.2 },
            { startPeriod: 120, limit: 6 },
          ],
        },
      },
    })
    const watts = setChargingProfile('2.0.1', {
      ...order,
      shape: { ...order.shape, unit: 'W', kind: 'Relative', purpose: 'ChargePointMaxProfile' },
    })
    expect(watts).toMatchObject({
      chargingProfile: {
        chargingProfilePurpose: 'ChargingStationMaxProfile',
        chargingSchedule: [
          {
            chargingSchedulePeriod: [
              { startPeriod: 0, limit: 9108 },
              { startPeriod: 90, limit: 4140 },
            ],
          },
        ],
      },
    })
  })
})
