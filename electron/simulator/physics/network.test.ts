import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import { parentsFirst, solve, type NetworkCircuit, type PhaseDraw } from './network.ts'
import { add, magnitude, phaseAngle, polar, power, subtract, zero } from './phasor.ts'

const source = { L1: polar(230, phaseAngle.L1), L2: polar(230, phaseAngle.L2), L3: polar(230, phaseAngle.L3) }
const always = () => true

// Circuit n hangs under one of those before it, so every tree is possible and none has a loop.
const trees = fc
  .array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 0.1, noNaN: true })), { minLength: 1, maxLength: 12 })
  .map((list) =>
    list.map(([pick, ohm], index): NetworkCircuit => ({
      id: `c${index}`,
      parent: index === 0 ? null : `c${pick % index}`,
      ohm,
      reactanceOhm: ohm / 4,
    })),
  )
const drawsOn = (circuits: readonly NetworkCircuit[]) =>
  fc.array(
    fc.record({
      circuit: fc.constantFrom(...circuits.map(({ id }) => id)),
      phase: fc.constantFrom<Phase>(...phases),
      currentA: fc.double({ min: 0, max: 80, noNaN: true }),
      powerFactor: fc.double({ min: 0.5, max: 1, noNaN: true }),
    }),
    { maxLength: 30 },
  )
const networks = trees.chain((circuits) =>
  fc.record({
    circuits: fc.constant(circuits),
    draws: drawsOn(circuits),
    open: fc.option(fc.constantFrom(...circuits.map(({ id }) => id))),
  }),
)

describe('solve', () => {
  it('keeps what flows into each circuit equal to what flows out, per phase', () => {
    fc.assert(
      fc.property(networks, ({ circuits, draws, open }) => {
        const states = solve(circuits, source, { re: 0.02, im: 0.02 }, draws, (circuit) => circuit !== open)
        for (const { id } of circuits) {
          for (const phase of phases) {
            const below = circuits
              .filter(({ parent }) => parent === id)
              .map((child) => states.get(child.id)!.current[phase])
            const own = draws
              .filter((draw) => draw.circuit === id && draw.phase === phase)
              .map(({ currentA, powerFactor }) => polar(currentA, phaseAngle[phase] - Math.acos(powerFactor)))
            const dead = magnitude(states.get(id)!.below[phase]) < 1
            const out = [...below, ...(dead ? [] : own)].reduce(add, zero)
            expect(magnitude(subtract(states.get(id)!.current[phase], out))).toBeLessThan(1e-9)
          }
        }
      }),
    )
  })

  it('delivers no more power than the source gives, and loses none but in the cables', () => {
    fc.assert(
      fc.property(networks, ({ circuits, draws }) => {
        const states = solve(circuits, source, zero, draws, always)
        const drawn = draws.reduce(
          (sum, { circuit, phase, currentA, powerFactor }) =>
            sum +
            power(states.get(circuit)!.below[phase], polar(currentA, phaseAngle[phase] - Math.acos(powerFactor))).re,
          0,
        )
        const lost = circuits.reduce(
          (sum, { id, ohm }) =>
            sum + phases.reduce((s, phase) => s + magnitude(states.get(id)!.current[phase]) ** 2 * ohm, 0),
          0,
        )
        const given = phases.reduce((sum, phase) => sum + power(source[phase], states.get('c0')!.current[phase]).re, 0)
        expect(Math.abs(given - drawn - lost)).toBeLessThan(1e-6 * Math.max(1, given))
      }),
    )
  })

  it('takes all voltage and current from what is below an open breaker, and from nothing else', () => {
    const circuits = [
      { id: 'a', parent: null, ohm: 0, reactanceOhm: 0 },
      { id: 'b', parent: 'a', ohm: 0, reactanceOhm: 0 },
      { id: 'c', parent: 'b', ohm: 0, reactanceOhm: 0 },
    ]
    const draws: PhaseDraw[] = ['a', 'b', 'c'].map((circuit) => ({
      circuit,
      phase: 'L1',
      currentA: 10,
      powerFactor: 1,
    }))
    const states = solve(circuits, source, zero, draws, (circuit) => circuit !== 'b')
    const seen = (id: string) => [
      magnitude(states.get(id)!.current.L1),
      magnitude(states.get(id)!.above.L1),
      magnitude(states.get(id)!.below.L1),
    ]
    expect(seen('a')).toEqual([10, 230, 230])
    expect(seen('b')).toEqual([0, 230, 0])
    expect(seen('c')).toEqual([0, 0, 0])
  })
})

describe('parentsFirst', () => {
  it('orders a tree and refuses a loop', () => {
    const circuit = (id: string, parent: string | null) => ({ id, parent, ohm: 0, reactanceOhm: 0 })
    expect(parentsFirst([circuit('c', 'b'), circuit('b', 'a'), circuit('a', null)]).map(({ id }) => id)).toEqual([
      'a',
      'b',
      'c',
    ])
    expect(() => parentsFirst([circuit('a', 'b'), circuit('b', 'a')])).toThrow(/loop/)
  })
})
