import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { neutralWithTriplensA } from '../electrical/neutral-current.ts'
import { singlePhasePower, threePhaseApparent } from '../electrical/ieee-1459-power.ts'
import {
  degreesOf,
  deviationOfMean,
  magnitudeOf,
  phasor,
  symmetricalComponents,
  unbalanceOf,
  unbalanceOfLines,
  unbalanceOfSix,
} from '../electrical/symmetrical-components.ts'
import { demandDistortion, lossFactor, totalDistortion } from './harmonics.ts'

const spread = (orders: Readonly<Record<number, number>>): readonly number[] =>
  Array.from({ length: 50 }, (_, index) => orders[index + 1] ?? 0)

describe('unbalance', () => {
  const three = [phasor(230, 0), phasor(225, -121), phasor(235, 119)] as const

  it('from phasors: components, u2 and u0 (vector 1)', () => {
    const { zero, positive, negative } = symmetricalComponents(three)
    expect([magnitudeOf(zero), degreesOf(zero)]).toEqual([expect.closeTo(4.2248, 4), expect.closeTo(89.158, 3)])
    expect([magnitudeOf(positive), degreesOf(positive)]).toEqual([
      expect.closeTo(229.9922, 4),
      expect.closeTo(-0.667, 3),
    ])
    expect([magnitudeOf(negative), degreesOf(negative)]).toEqual([
      expect.closeTo(1.5488, 4),
      expect.closeTo(-91.432, 3),
    ])
    expect(unbalanceOf(three)).toEqual({
      kind: 'known',
      method: 'phasors',
      negativePercent: expect.closeTo(0.6734, 4),
      zeroPercent: expect.closeTo(1.8369, 4),
    })
  })

  it('from magnitudes: three lines, six voltages, and what is no unbalance but a deviation (vector 2)', () => {
    expect(unbalanceOfLines(396.0195, 398.4031, 400.6656)).toMatchObject({ negativePercent: expect.closeTo(0.6734, 3) })
    expect(unbalanceOfLines(400, 392, 408)).toMatchObject({
      negativePercent: expect.closeTo(2.3101, 4),
      zeroPercent: null,
    })
    expect(unbalanceOfLines(415, 410, 400)).toMatchObject({ negativePercent: expect.closeTo(2.154, 4) })
    expect(deviationOfMean([396.0195, 398.4031, 400.6656])).toBeCloseTo(0.5882, 3)
    expect(deviationOfMean([400, 392, 408])).toBeCloseTo(2, 6)
    expect(deviationOfMean([415, 410, 400])).toBeCloseTo(2.0408, 4)
    expect(unbalanceOfSix([230, 225, 235], [396.0195, 398.4031, 400.6656])).toMatchObject({
      kind: 'known',
      method: 'six magnitudes',
      negativePercent: expect.closeTo(0.6734, 3),
      zeroPercent: expect.closeTo(1.8369, 3),
    })
  })

  it('says nothing where nothing follows: reversed rotation, no triangle, values of two moments, no voltage', () => {
    expect(unbalanceOf([phasor(100, 0), phasor(100, 120), phasor(100, -120)])).toEqual({
      kind: 'reversed',
      method: 'phasors',
    })
    expect(unbalanceOfLines(400, 100, 100).kind).toBe('unknown')
    expect(unbalanceOfLines(400, 0, 400).kind).toBe('unknown')
    expect(unbalanceOfSix([230, 230, 230], [398, 398, 380]).kind).toBe('unknown')
    expect(unbalanceOf([phasor(0, 0), phasor(0, 0), phasor(0, 0)]).kind).toBe('unknown')
    // Vector 12: connected A, C, B there is no positive sequence, and all of 230 V is the negative one.
    const { positive, negative } = symmetricalComponents([phasor(230, 0), phasor(230, 120), phasor(230, -120)])
    expect([magnitudeOf(positive), magnitudeOf(negative)]).toEqual([expect.closeTo(0, 9), expect.closeTo(230, 9)])
  })

  it('three lines and phasors agree for every triangle of voltages', () => {
    const volts = fc.double({ min: 180, max: 260, noNaN: true })
    const off = fc.double({ min: -10, max: 10, noNaN: true })
    fc.assert(
      fc.property(volts, volts, volts, off, off, (a, b, c, db, dc) => {
        const [va, vb, vc] = [phasor(a, 0), phasor(b, -120 + db), phasor(c, 120 + dc)]
        const line = (one: typeof va, other: typeof va) => Math.hypot(one.re - other.re, one.im - other.im)
        const wanted = unbalanceOf([va, vb, vc])
        const lines = unbalanceOfLines(line(va, vb), line(vb, vc), line(vc, va))
        const six = unbalanceOfSix([a, b, c], [line(va, vb), line(vb, vc), line(vc, va)])
        if (wanted.kind !== 'known' || lines.kind !== 'known' || six.kind !== 'known') throw new Error('known expected')
        expect(lines.negativePercent).toBeCloseTo(wanted.negativePercent, 3)
        expect(six.negativePercent).toBeCloseTo(wanted.negativePercent, 3)
        expect(six.zeroPercent).toBeCloseTo(wanted.zeroPercent ?? NaN, 3)
      }),
    )
  })
})

describe('distortion and power (vectors 3 and 4)', () => {
  const current = spread({ 1: 16, 3: 2.4, 5: 1.2, 7: 0.8 })

  it('THD of both bases, loss factor and demand distortion', () => {
    expect(totalDistortion(current)?.ofFundamental).toBeCloseTo(17.5, 4)
    expect(totalDistortion(current)?.ofRms).toBeCloseTo(17.238, 4)
    expect(lossFactor(current)).toBeCloseTo(1.42207, 5)
    expect(demandDistortion(current, 32)).toBeCloseTo(8.75, 6)
    const other = spread({ 1: 100, 3: 30, 5: 20, 7: 10 })
    expect(totalDistortion(other)?.ofFundamental).toBeCloseTo(37.4166, 4)
    expect(lossFactor(other)).toBeCloseTo(2.8947, 4)
    expect(totalDistortion(spread({ 5: 1 }))).toBeNull()
    expect(lossFactor([])).toBeNull()
  })

  it('IEEE 1459, one phase and three', () => {
    const power = singlePhasePower({
      voltageV: 230,
      currentA: 16.24315,
      activeW: 3643.2,
      fundamentalV: 230,
      fundamentalA: 16,
      lagDegrees: (Math.acos(0.99) * 180) / Math.PI,
    })
    expect(power.apparentVA).toBeCloseTo(3735.93, 1)
    expect(power.powerFactor).toBeCloseTo(0.97518, 4)
    expect(power.displacementFactor).toBeCloseTo(0.99, 6)
    expect(power.fundamentalVar).toBeCloseTo(519.13, 1)
    expect(power.currentDistortionVar).toBeCloseTo(644, 1)
    const three = threePhaseApparent({
      phaseV: [230, 230, 230],
      lineV: [398.372, 398.372, 398.372],
      currentA: [32, 16, 0],
      neutralA: 27.7128,
      activeW: 11_040,
      reactiveVar: 0,
    })
    expect(three.arithmeticVA).toBeCloseTo(11_040, 0)
    expect(three.vectorVA).toBeCloseTo(11_040, 0)
    expect(three.effectiveVA).toBeCloseTo(18_030, -2)
  })

  it('the neutral with triplens; current unbalance', () => {
    expect(neutralWithTriplensA(27.7128, [4.8])).toBeCloseTo(28.1254, 3)
    expect(neutralWithTriplensA(0, [14.4, 4.8])).toBeCloseTo(15.1789, 4)
    expect(unbalanceOf([phasor(32, 0), phasor(16, -120), phasor(0, 0)])).toMatchObject({
      negativePercent: expect.closeTo(57.735, 3),
    })
  })
})
