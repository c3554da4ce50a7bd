import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adviceFor } from './advice.ts'
import { bestCycle, loadOf, type BudgetDevice, type Line } from './line-budget.ts'
import { characterMs, exchangeMs, silenceMs, type WireFormat } from './wire-time.ts'

const n81 = (baud: number): WireFormat => ({ baud, parity: 'none', stopBits: 1 })

describe('wire time', () => {
  // Published model: 8N1, 20 ms turnaround, 18-register block.
  it.each([
    [9600, 78],
    [19_200, 49],
    [115_200, 28],
  ])('a block of 18 registers at %i baud takes %i ms', (baud, ms) => {
    expect(Math.round(exchangeMs(n81(baud), 18, 20, { plusSilence: true }))).toBe(ms)
  })
  it('counts start, parity and stop bits, and the fixed silence above 19200', () => {
    expect(characterMs({ baud: 9600, parity: 'even', stopBits: 1 })).toBeCloseTo(11 / 9.6, 9)
    expect(characterMs({ baud: 2400, parity: 'none', stopBits: 2 })).toBeCloseTo(11 / 2.4, 9)
    expect(silenceMs(n81(19_200))).toBeCloseTo(35 / 19.2, 9)
    expect(silenceMs(n81(38_400))).toBe(1.75)
  })
})

const device: fc.Arbitrary<BudgetDevice> = fc.record({
  id: fc.string({ minLength: 1 }),
  name: fc.string({ minLength: 1 }),
  reads: fc.array(
    fc.record({ registers: fc.integer({ min: 1, max: 125 }), periodMs: fc.constantFrom(1000, 10_000, 60_000) }),
    { minLength: 1, maxLength: 5 },
  ),
  turnaroundMs: fc
    .tuple(fc.double({ min: 0.5, max: 300, noNaN: true }), fc.double({ min: 0, max: 300, noNaN: true }))
    .map(([p50, more]) => ({ p50, p95: p50 + more })),
  quietMs: fc.constantFrom(0, 0, 20),
})
const line: fc.Arbitrary<Line> = fc.record({
  wire: fc.constantFrom(...[9600, 19_200, 38_400].map(n81)),
  devices: fc.array(device, { minLength: 1, maxLength: 8 }),
})

describe('the best cycle', () => {
  it('is one sweep, worked out by hand', () => {
    const one: BudgetDevice = {
      id: 'a',
      name: 'A',
      reads: [{ registers: 18, periodMs: 1000 }],
      turnaroundMs: { p50: 20, p95: 40 },
      quietMs: 0,
    }
    // 49 characters of 10 bits at 9600 = 51.04 ms, one silence of 3.646 ms, 20 ms or 40 ms.
    const cycle = bestCycle({ wire: n81(9600), devices: [one, { ...one, id: 'b' }] })
    expect(cycle.p50Ms).toBeCloseTo(2 * (51.0417 + 3.6458 + 20), 2)
    expect(cycle.p95Ms).toBeCloseTo(2 * (51.0417 + 3.6458 + 40), 2)
    expect(loadOf({ wire: n81(9600), devices: [one, { ...one, id: 'b' }] }, 'p50')).toBeCloseTo(cycle.p50Ms / 1000, 9)
  })
  it('at its own period the line is exactly full', () => {
    fc.assert(
      fc.property(line, (any) => {
        const { p50Ms } = bestCycle(any)
        if (!Number.isFinite(p50Ms)) return
        const fastOf = (each: BudgetDevice) => Math.min(...each.reads.map(({ periodMs }) => periodMs))
        const at = {
          ...any,
          devices: any.devices.map((each) => ({
            ...each,
            reads: each.reads.map((read) => (read.periodMs === fastOf(each) ? { ...read, periodMs: p50Ms } : read)),
          })),
        }
        expect(loadOf(at, 'p50')).toBeCloseTo(1, 6)
      }),
    )
  })
  it('a device more never makes it shorter, and p95 is never below p50', () => {
    fc.assert(
      fc.property(line, device, (any, more) => {
        const cycle = bestCycle(any)
        expect(cycle.p95Ms).toBeGreaterThanOrEqual(cycle.p50Ms)
        expect(bestCycle({ ...any, devices: [...any.devices, more] }).p50Ms).toBeGreaterThanOrEqual(cycle.p50Ms - 1e-9)
      }),
    )
  })
  it('no advice is worse than what is there, and a higher rate is better', () => {
    fc.assert(
      fc.property(line, (any) => {
        const now = bestCycle(any)
        for (const { cycle, kind } of adviceFor(any)) {
          expect(cycle.p95Ms, kind).toBeLessThanOrEqual(now.p95Ms + 1e-6)
          if (kind === 'baud' && Number.isFinite(now.p50Ms)) expect(cycle.p50Ms).toBeLessThan(now.p50Ms)
        }
      }),
    )
  })
})
