import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planCharging, type FlexibleCar } from './plan.ts'
import { readPrices, tariffSlots, withTariff } from './prices.ts'

const hour = 3_600_000
const car = (more: Partial<FlexibleCar> = {}): FlexibleCar => ({
  chargerId: 'a',
  energyKWh: 11,
  departAtMs: 8 * hour,
  minimumKW: 4.14,
  maximumKW: 11,
  kWPerAmpere: 0.69,
  ...more,
})
const prices = [0.4, 0.4, 0.3, 0.1, 0.2, 0.4, 0.4, 0.4].map((perKWh, index) => ({
  fromMs: index * hour,
  toMs: (index + 1) * hour,
  perKWh,
}))

describe('the planner', () => {
  it('shifts into the cheapest hours before the departure, and says what the naive way costs', () => {
    const plan = planCharging({ nowMs: 0, cars: [car()], prices, siteKW: 100 })
    expect(plan.money).toBeCloseTo(1.1, 6)
    expect(plan.naiveMoney).toBeCloseTo(4.4, 6)
    expect(plan.cars[0]?.kW.slice(12, 16)).toEqual([11, 11, 11, 11])
    expect(planCharging({ nowMs: 0, cars: [car({ departAtMs: 2 * hour })], prices, siteKW: 100 }).money).toBeCloseTo(
      4.4,
      6,
    )
  })

  it('without a price it plans by departures alone and says nothing of money; time without one comes last', () => {
    const blind = planCharging({ nowMs: 0, cars: [car()], prices: [], siteKW: 100 })
    expect([blind.money, blind.naiveMoney, blind.cars[0]?.money]).toEqual([null, null, null])
    expect(blind.slots.map(({ kW }) => kW).slice(0, 5)).toEqual([11, 11, 11, 11, 0])
    expect(blind.slots.every(({ perKWh }) => perKWh === null)).toBe(true)
    const gap = planCharging({ nowMs: 0, cars: [car()], prices: prices.filter((_, index) => index !== 0), siteKW: 100 })
    expect(gap.money).toBeCloseTo(1.1, 6)
    expect(gap.naiveMoney).toBeNull()
  })

  it('a file leaves time out: the tariff fills it, and nothing else', () => {
    const flat = [{ fromMs: 0, toMs: 8 * hour, perKWh: 0.3 }]
    const file = [
      { fromMs: hour, toMs: 2 * hour, perKWh: -0.05 },
      { fromMs: 4 * hour, toMs: 5 * hour, perKWh: 0.1 },
    ]
    expect(withTariff(file, flat).map(({ fromMs, toMs, perKWh }) => [fromMs / hour, toMs / hour, perKWh])).toEqual([
      [0, 1, 0.3],
      [1, 2, -0.05],
      [2, 4, 0.3],
      [4, 5, 0.1],
      [5, 8, 0.3],
    ])
    expect(withTariff(file, [])).toEqual(file)
  })

  it('days of 23 and 25 hours, decimal commas and negative prices are read as they are; of prices that overlap it says so', () => {
    const row = (start: string, price: string) => `${start};${price}`
    const day = (times: readonly string[]) =>
      readPrices(['start;price ct/kWh', ...times.map((time, index) => row(time, `${index - 3},5`))].join('\n'))
    const autumn = day([
      '2026-10-25T01:00:00+02:00',
      '2026-10-25T02:00:00+02:00',
      '2026-10-25T02:00:00+01:00',
      '2026-10-25T03:00:00+01:00',
    ])
    expect(autumn.ok && autumn.slots.map(({ fromMs, toMs }) => (toMs - fromMs) / hour)).toEqual([1, 1, 1, 1])
    expect(autumn.ok && autumn.slots[0]?.perKWh).toBeCloseTo(-0.035, 9)
    const spring = day(['2026-03-29T01:00:00+01:00', '2026-03-29T03:00:00+02:00', '2026-03-29T04:00:00+02:00'])
    expect(spring.ok && spring.slots.map(({ fromMs, toMs }) => (toMs - fromMs) / hour)).toEqual([1, 1, 1])
    const twice = readPrices(
      'start,end,price EUR/kWh\n2026-01-01T00:00:00Z,2026-01-01T02:00:00Z,0.1\n2026-01-01T01:00:00Z,2026-01-01T02:00:00Z,0.2',
    )
    expect(twice.ok && twice.notes).toEqual([
      'prices overlap: the one that begins later holds from then on, first at 2026-01-01T01:00:00.000Z',
    ])
  })

  it('says what is missing where the time is too short', () => {
    const plan = planCharging({ nowMs: 0, cars: [car({ energyKWh: 30, departAtMs: 2 * hour })], prices, siteKW: 100 })
    expect(plan.missingKWh).toBeCloseTo(8, 6)
  })

  it('never plans more than car and site have, less than a minimum, or after a departure, and never dearer than the naive way for one car', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 30 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.array(fc.integer({ min: -10, max: 60 }), { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 5, max: 60 }),
        (wishes, cents, siteKW) => {
          const cars = wishes.map(([energyKWh, quarters], index) =>
            car({ chargerId: `c${index}`, energyKWh, departAtMs: (quarters * hour) / 4 }),
          )
          const priced = cents.map((cent, index) => ({
            fromMs: index * hour,
            toMs: (index + 1) * hour,
            perKWh: cent / 100,
          }))
          const plan = planCharging({ nowMs: 0, cars, prices: priced, siteKW })
          for (const slot of plan.slots) expect(slot.kW).toBeLessThanOrEqual(siteKW + 1e-6)
          for (const [index, own] of plan.cars.entries()) {
            const wanted = cars[index] as FlexibleCar
            const got = own.kW.reduce((sum, kW, at) => {
              const slot = plan.slots[at]
              if (kW > 0) {
                expect(slot?.toMs).toBeLessThanOrEqual(wanted.departAtMs)
                expect(kW).toBeGreaterThanOrEqual(wanted.minimumKW - 1e-6)
                expect(kW).toBeLessThanOrEqual(wanted.maximumKW + 1e-6)
              }
              return sum + (kW * ((slot?.toMs ?? 0) - (slot?.fromMs ?? 0))) / hour
            }, 0)
            expect(got).toBeCloseTo(own.plannedKWh, 5)
          }
          const [alone] = planCharging({ nowMs: 0, cars: cars.slice(0, 1), prices: priced, siteKW: 100 }).cars
          if (alone !== undefined && alone.missingKWh === 0 && alone.plannedKWh >= 4.14)
            expect(alone.money).toBeLessThanOrEqual((alone.naiveMoney ?? NaN) + 0.62)
        },
      ),
      { numRuns: 500, seed: 20_261_128 },
    )
  })
})

describe('price files', () => {
  const first = (text: string) => {
    const read = readPrices(text)
    return read.ok ? [read.slots.length, read.slots[0]?.fromMs, read.slots[0]?.perKWh] : read.why
  }
  const at = Date.UTC(2026, 10, 28)
  it.each([
    ['start,end,price EUR/MWh\n2026-11-28T00:00Z,2026-11-28T01:00Z,95.5\n', [1, at, 0.0955]],
    ['\uFEFFfrom;price ct/kWh\n2026-11-28T01:00:00+01:00;31,5\n2026-11-28T02:00:00+01:00;30\n', [2, at, 0.315]],
    [
      '{"data":[{"start_timestamp":1795824000000,"end_timestamp":1795827600000,"marketprice":80,"unit":"Eur/MWh"}]}',
      [1, at, 0.08],
    ],
    ['{"unix_seconds":[1795824000,1795827600],"price":[80,-5],"unit":"EUR / MWh"}', [2, at, 0.08]],
    ['[{"startsAt":"2026-11-28T01:00:00.000+01:00","total":0.31}]', [1, at, 0.31]],
  ])('%j', (text, expected) => {
    const [count, fromMs, perKWh] = expected
    expect(first(text as string)).toEqual([count, fromMs, expect.closeTo(perKWh as number, 9)])
  })
  it.each([
    ['', 'empty'],
    ['a,b\n1,2', 'no start time or no price'],
    ['start,price\n2026-11-28 00:00,1', 'no time with an offset'],
    ['start,price\n2026-11-28T00:00Z,x', 'is no price'],
    ['start,price\n2026-11-28T00:00Z,1\n2026-11-28T00:00Z,2', 'two prices begin'],
    ['start,price\n2026-11-28T00:00Z,95', "can't be"],
    ['{', 'no JSON'],
    ['{"a":1}', 'no list of prices'],
    ['[{"start":"2026-11-28T00:00Z"}]', 'entry 1 has no start time or no price'],
    ['start,end,price\n2026-11-28T01:00Z,2026-11-28T00:00Z,1', 'ends before it begins'],
  ])('%j is refused: %s', (text, why) => {
    expect(first(text)).toContain(why)
  })
  it('anything else is refused and never thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof readPrices(text).ok).toBe('boolean')
      }),
      { numRuns: 500, seed: 20_261_128 },
    )
  })
  it('time of use over midnight and at the weekend', () => {
    const tariff = {
      price: 0.3,
      periods: [
        { from: '22:00', to: '06:00', days: 'all', price: 0.2 },
        { from: '00:00', to: '24:00', days: 'weekend', price: 0.25 },
      ],
    }
    const calendar = {
      minuteOf: (ms: number) => Math.floor(ms / 60_000) % 1440,
      isWeekend: (ms: number) => ms >= 24 * hour,
    }
    expect(tariffSlots(tariff, 0, 48 * hour, calendar).map(({ perKWh, toMs }) => [perKWh, toMs / hour])).toEqual([
      [0.2, 6],
      [0.3, 22],
      [0.2, 30],
      [0.25, 46],
      [0.2, 48],
    ])
  })
})
