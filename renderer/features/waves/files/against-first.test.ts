import { expect, it } from 'vitest'
import type { WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'
import { againstFirst } from './against-first.ts'
import type { CursorAnswer } from './use-wave-file.ts'

const trace = (quantity: WaveFileTrace['quantity']) => ({ quantity }) as WaveFileTrace
const answer = (...angles: readonly (number | null)[]) =>
  ({ traces: angles.map((angleDeg, number) => ({ trace: number, angleDeg })) }) as unknown as CursorAnswer

it('the first voltage stands at zero, without one the first of all, and without any nothing is turned', () => {
  const traces = [trace('current'), trace('voltage'), trace('voltage')]
  const turned = againstFirst(answer(-122, -91.8, 148.2), traces)
  expect([-122, -91.8, 148.2].map(turned)).toEqual([-30.2, 0, -120].map((value) => expect.closeTo(value, 9)))
  expect(againstFirst(answer(-122, null, null), traces)(-100)).toBeCloseTo(22, 9)
  expect(againstFirst(null, traces)(10)).toBeNull()
  expect(turned(null)).toBeNull()
})
