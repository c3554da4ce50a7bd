import { describe, expect, it } from 'vitest'
import type { ChargerFacts, ControlFacts } from '../control-facts.ts'
import { noEvidence } from '../derive/phase-evidence.ts'
import { createScene } from './test-support/scene.ts'

const well: ChargerFacts = { disobeys: null, isUnread: false, isDangerous: false, ownLimit: null }
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
    expect(active(control({}, false))).toEqual([])
    expect(active(control({ ownLimit: { heldA: 8, wantedA: 16 } }))).toEqual(['charger-own-limit a info'])
    expect(active(control({ ownLimit: { heldA: 8, wantedA: 16 } }, false))).toEqual([])
  })

  it('one that obeys every other second is one finding, told once, until it has obeyed for a minute', () => {
    const { see } = createScene()
    const changes: string[] = []
    const step = (disobeys: string | null, isDangerous = false) => {
      const { changes: told } = see({ control: control({ disobeys, isDangerous }) })
      for (const { kind, finding } of told)
        if (finding.detector === 'charger-disobeys') changes.push(`${kind} ${finding.severity}`)
    }
    for (let second = 0; second < 120; second += 1) step(second % 2 === 0 ? 'a draws 18 A although 16 A was set' : null)
    expect(changes).toEqual(['raised warning'])
    for (let second = 0; second < 30; second += 1) step(second % 5 === 0 ? 'a draws 18 A' : null, second % 10 === 0)
    expect(changes).toEqual(['raised warning', 'updated critical'])
    for (let second = 0; second < 59; second += 1) step(null)
    expect(changes).toHaveLength(3)
    expect(changes[2]).toBe('cleared critical')
    for (let second = 0; second < 120; second += 1) step(null)
    expect(changes).toHaveLength(3)
  })

  it('one that is not read is named as that, not as one that disobeys', () => {
    const { see } = createScene()
    const unread = { disobeys: 'a has not been read yet: what it may draw at most is set aside', isUnread: true }
    const found = see({ control: control(unread) }).active.find(({ detector }) => detector === 'charger-disobeys')
    expect(found?.title).toBe('Charger a does not answer although it is controlled')
    expect(found?.message).toContain('has not been read yet')
    expect(found?.message).not.toContain('Modbus')
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
