import { describe, expect, it } from 'vitest'
import { differenceText, plotData, sampleAt } from './strip-data.ts'
import { createTraceBuffer } from './trace-buffer.ts'

const buffer = (atMs: readonly number[], values: readonly (number | null)[]) => {
  const made = createTraceBuffer(['u'], 60_000)
  made.append(true, atMs, { u: values })
  return made
}
const series = [{ key: 'u', label: 'L1', colour: '--c' }]

describe('two meters in one strip', () => {
  it('share one time axis; a time one lacks is bridged, a gap of its own stays a gap', () => {
    const own = { name: null, series, buffer: buffer([0, 1000, 2000], [1, null, 3]) }
    const other = { name: 'other', series, buffer: buffer([500, 1500], [10, 11]) }
    expect(plotData([own, other])).toEqual([
      [0, 500, 1000, 1500, 2000],
      [1, undefined, null, undefined, 3],
      [undefined, 10, undefined, 11, undefined],
    ])
  })
  it('one of them without a sample leaves the other as it is', () => {
    const own = { name: null, series, buffer: buffer([], []) }
    const other = { name: 'other', series, buffer: buffer([500], [10]) }
    expect(plotData([own, other])).toEqual([[500], [undefined], [10]])
    expect(plotData([own])).toEqual([[], []])
  })
})

describe('two cursors', () => {
  const volts = { unit: 'V', factor: 1, digits: 1 }
  it('say the difference with its sign, and nothing where one side has no value', () => {
    expect(differenceText(230, 228.5, volts)).toBe('−1.5')
    expect(differenceText(228.5, 230, volts)).toBe('+1.5')
    expect(differenceText(230, 230.01, volts)).toBe('0.0')
    expect(differenceText(null, 230, volts)).toBe('?')
  })
  it('read the sample nearest to them', () => {
    const data = { atMs: [0, 1000, 2000], columns: { u: [1, null, 3] } }
    expect([
      sampleAt(data, 'u', 400),
      sampleAt(data, 'u', 900),
      sampleAt(data, 'u', 5000),
      sampleAt(data, 'u', null),
    ]).toEqual([1, null, 3, null])
  })
})
