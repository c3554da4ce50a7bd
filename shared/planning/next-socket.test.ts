import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { phases, type Phase } from '../model/phase.ts'
import { siteSchema, type Site } from '../site/site.ts'
import { nextSocket, socketAdviceText } from './next-socket.ts'

const siteOf = (
  sockets: readonly { circuit: string; phases: readonly Phase[]; maximum?: number }[],
  change: object = {},
): Site =>
  siteSchema.parse({
    version: 1,
    id: 'depot',
    name: 'Depot',
    grid: { limit: 200 },
    lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
    meters: [],
    circuits: [
      { id: 'main' },
      { id: 'f1', parent: 'main', limit: 63 },
      { id: 'f2', parent: 'main', limit: 63 },
      { id: 'one', parent: 'main', limit: 32, phases: ['L2'] },
    ],
    chargers: sockets.map(({ circuit, phases: on, maximum = 32 }, index) => ({
      id: `c${index}`,
      profile: 'p',
      line: 'lan',
      unit: index + 1,
      circuit,
      phases: on,
      maximum,
    })),
    ...change,
  })
const on = (circuit: string, first: Phase) => ({ circuit, phases: [first] })

describe('the phase of the next socket', () => {
  it('is the one with the fewest sockets, in an order that keeps the field turning', () => {
    const site = siteOf([on('f1', 'L1'), on('f1', 'L1'), on('f1', 'L3')])
    expect(nextSocket(site, 'f1')).toMatchObject({ wire: ['L2', 'L3', 'L1'], by: 'sockets' })
    expect(socketAdviceText(nextSocket(site, 'f1')!)).toContain('2 on L1, 0 on L2, 1 on L3')
  })
  it('looks at the circuits above too: an even feeder of an uneven building', () => {
    const uneven = siteOf([
      on('f1', 'L1'),
      on('f1', 'L2'),
      on('f1', 'L3'),
      ...Array.from({ length: 6 }, () => on('f2', 'L1')),
      ...Array.from({ length: 4 }, () => on('f2', 'L2')),
    ])
    expect(nextSocket(uneven, 'f1')?.wire[0]).toBe('L3')
  })
  it('among equals goes by what is carried now, and says so; without a meter any is as good', () => {
    const even = siteOf([on('f1', 'L1'), on('f1', 'L2'), on('f1', 'L3')])
    expect(nextSocket(even, 'f1', (phase) => ({ L1: 20, L2: 9, L3: 12 })[phase])).toMatchObject({
      wire: ['L2', 'L3', 'L1'],
      by: 'load',
    })
    expect(nextSocket(even, 'f1')).toMatchObject({ wire: ['L1', 'L2', 'L3'], by: 'first' })
  })
  it('of a single-phase circuit is that phase, and of an unknown one there is none', () => {
    expect(nextSocket(siteOf([]), 'one')).toMatchObject({ wire: ['L2'], by: 'only-phase' })
    expect(nextSocket(siteOf([]), 'nowhere')).toBeNull()
  })
  it('followed again and again never leaves two phases more than one socket apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), (count) => {
        const sockets: { circuit: string; phases: readonly Phase[] }[] = []
        for (let index = 0; index < count; index += 1) {
          const advice = nextSocket(siteOf(sockets), index % 2 === 0 ? 'f1' : 'f2')
          sockets.push({ circuit: index % 2 === 0 ? 'f1' : 'f2', phases: advice?.wire ?? [] })
        }
        for (const circuit of ['f1', 'f2']) {
          const counts = phases.map(
            (phase) => sockets.filter((at) => at.circuit === circuit && at.phases[0] === phase).length,
          )
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 15, seed: 3 },
    )
  })
})
