import { describe, expect, it } from 'vitest'
import { shownAccuracy } from './shown-accuracy.ts'
import { powerErrorPercent, transformerError } from './transformer-error.ts'

describe('what current transformers put wrong (electrical.md 6.2)', () => {
  it.each([
    ['0.5S', 1, 1.5, 90],
    ['0.5S', 5, 0.75, 45],
    ['0.5', 5, 1.5, 90],
    ['1', 20, 1.5, 90],
    ['0.2S', 100, 0.2, 10],
    ['cl. 0,5s', 120, 0.5, 30],
  ])('class %s at %f %% of its rating', (name, load, percent, minutes) => {
    expect(transformerError(name, load)).toEqual({ percent, minutes })
  })
  it('between two points it is between their limits, and outside of them nothing is promised', () => {
    expect(transformerError('0.5S', 10)?.percent).toBeGreaterThan(0.5)
    expect(transformerError('0.5S', 10)?.percent).toBeLessThan(0.75)
    expect(transformerError('0.5', 3)).toBeNull()
    expect(transformerError('0.5S', 130)).toBeNull()
    expect(transformerError('3', 40)).toBeNull()
    expect(transformerError('constructor', 40)).toBeNull()
  })
  it.each([
    [1, 0.015],
    [0.95, 0.59],
    [0.8, 1.32],
    [0.5, 3.04],
  ])('60 minutes at a power factor of %f are %f %% of power', (factor, percent) => {
    expect(powerErrorPercent(60, factor)).toBeCloseTo(percent, 2)
  })
  it('says why where nothing can be said', () => {
    expect(shownAccuracy(undefined, 10, 1)).toMatchObject({ kind: 'unknown' })
    expect(shownAccuracy({ primary: 250 }, 10, 1)).toMatchObject({ kind: 'unknown' })
    expect(shownAccuracy({ primary: 250, class: '0.5' }, 5, 1)).toMatchObject({ kind: 'unknown' })
    expect(shownAccuracy({ primary: 250, class: '0.5S' }, 50, 0.8)).toMatchObject({
      kind: 'known',
      loadPercent: 20,
      currentPercent: 0.5,
    })
  })
})
