import { describe, expect, it } from 'vitest'
import { truthOf } from './event-truth.ts'

describe('how an event is known', () => {
  it.each([
    ['wave-dip', {}, 'sampled'],
    ['meter-event', {}, 'meter event'],
    ['meter-extreme', {}, 'meter event'],
    ['finding-raised', { detector: 'undervoltage' }, 'polled RMS'],
    ['finding-cleared', { detector: 'sampled-voltage' }, 'sampled'],
    ['finding-acknowledged', { detector: 'meter-alarm' }, 'meter event'],
    ['finding-raised', { detector: 'stale-meter' }, null],
    ['finding-raised', { detector: 'constructor' }, null],
    ['override-written', {}, null],
    ['constructor', null, null],
  ])('%s %o: %s', (kind, data, truth) => {
    expect(truthOf({ kind, data })).toBe(truth)
  })
})
