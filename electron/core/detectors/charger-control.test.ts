import { describe, expect, it } from 'vitest'
import type { ChargerFacts, ControlFacts } from '../control-facts.ts'
import { noEvidence } from '../derive/phase-evidence.ts'
import { createScene } from './test-support/scene.ts'

const well: ChargerFacts = { disobeys: null, isDangerous: false, ownLimit: null }
const control = (a: Partial<ChargerFacts>, isArmed = true): ControlFacts => ({
  isArmed,
  dimmingFile: null,
  steps: noEvidence,
  chargers: new Map([
    ['a', { ...well, ...a }],
    ['b', well],
    ['c', well],
  ]),
})

describe('what control knows of a charger', () => {
  const start = () => {
    const { see } = createScene()
    return (facts: ControlFacts) =>
      see({ control: facts })
        .active.filter(({ detector }) => detector.startsWith('charger-'))
        .map(({ detector, subject, severity }) => `${detector} ${subject.id} ${severity}`)
  }

  it('is a finding for as long as it is so, and only while control is armed', () => {
    const active = start()
    expect(active(control({}))).toEqual([])
    expect(active(control({ disobeys: 'a holds 32 A although 6 A was set' }))).toEqual(['charger-disobeys a warning'])
    expect(active(control({ disobeys: 'a draws 32 A', isDangerous: true }))).toEqual(['charger-disobeys a critical'])
    expect(active(control({}))).toEqual([])
    expect(active(control({ ownLimit: { heldA: 8, wantedA: 16 } }))).toEqual(['charger-own-limit a info'])
    expect(active(control({ ownLimit: { heldA: 8, wantedA: 16 } }, false))).toEqual([])
  })

  it('is not assessed before control decided anything', () => {
    const { see } = createScene()
    expect(see().notAssessed.filter(({ detector }) => detector === 'charger-disobeys')).toHaveLength(3)
  })

  it('a fault the charger tells of is a finding with its code', () => {
    const { see } = createScene()
    const found = see({ chargers: { b: { status: 'fault' } } }).active.find(
      ({ detector }) => detector === 'charger-fault',
    )
    expect(found).toMatchObject({ subject: { kind: 'charger', id: 'b' }, severity: 'warning' })
  })
})
