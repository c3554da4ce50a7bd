import { expect, it } from 'vitest'
import { goodSample, missingSample } from '../../../shared/model/sample.ts'
import type { MeterReading } from '../../../shared/model/image.ts'
import { polledPhasors } from './polled-phasors.ts'

it('polled values are phasors as far as they tell: a current without its powers has no angle', () => {
  const samples = {
    u_l1n: goodSample(230, 1),
    u_l2n: goodSample(231, 1),
    i_l1: goodSample(10, 1),
    p_l1: goodSample(1000, 1),
    q_l1: goodSample(1000, 1),
    i_l2: goodSample(5, 1),
    p_l2: goodSample(100, 1),
    q_l2: missingSample('absent', null),
  }
  const drawn = polledPhasors({ samples } as unknown as MeterReading)
  expect(drawn.map(({ label, angleDeg }) => [label, Math.round(angleDeg)])).toEqual([
    ['U1', 0],
    ['I1', -45],
    ['U2', -120],
  ])
  expect(polledPhasors(undefined)).toEqual([])
})
