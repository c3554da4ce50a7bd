import { expect, it } from 'vitest'
import { createPersistence } from './scope-layers.ts'
import type { ScopePicture } from './scope-data.ts'

const picture = (values: readonly number[], over: Partial<ScopePicture> = {}): ScopePicture => ({
  atMs: 0,
  isTriggered: true,
  rateHz: 10_000,
  firstMs: 0,
  stepMs: 0.1,
  samplesEach: 1,
  columns: values.length,
  mode: 'samples',
  channels: [{ name: 'u1', unit: 'V', low: Float32Array.from(values), high: Float32Array.from(values) }],
  ...over,
})

it('keeps the newest triggered pictures, as many as were asked for, and begins anew when told', () => {
  const persistence = createPersistence()
  persistence.add(picture([1]))
  expect(persistence.past()).toEqual([])
  persistence.reset('10')
  for (let at = 0; at < 15; at += 1) persistence.add(picture([at]))
  persistence.add(picture([99], { isTriggered: false }))
  expect(persistence.past().map(({ channels }) => channels[0]!.low[0])).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
  persistence.reset('10')
  expect(persistence.past()).toEqual([])
})

it('the band of all reaches as far as any picture did, column by column by time, and a gap stays one until it is filled', () => {
  const persistence = createPersistence()
  persistence.reset('all')
  persistence.add(picture([1, 2, NaN, 4]))
  persistence.add(picture([5, -1, 7, NaN]))
  // One column later in time: its first value belongs to the second column.
  persistence.add(picture([9, 0, 0, 50], { firstMs: 0.1 }))
  const [band] = persistence.past()
  expect([...band!.channels[0]!.low]).toEqual([1, -1, 0, 0])
  expect([...band!.channels[0]!.high]).toEqual([5, 9, 7, 4])
  expect(band!.samplesEach).toBeGreaterThan(1)
})
