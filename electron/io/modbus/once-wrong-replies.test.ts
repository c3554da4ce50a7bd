import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readMeterProfile } from '../../../shared/profile/read-profile.ts'
import { createReplyMemory } from './reply-memory.ts'
import { replyShape } from './reply-shape.ts'
import { playSession, type SessionWish } from './test-support/adversary-session.ts'

const profileOf = (id: string) => {
  const file = `${id}.yaml`
  const read = readMeterProfile(
    readFileSync(new URL(`../../../assets/profiles/meters/${file}`, import.meta.url), 'utf8'),
    file,
  )
  if (!read.ok) throw new Error(file)
  return read.profile
}

type Broke = Pick<SessionWish, 'transport' | 'fault' | 'values' | 'seed'> & {
  readonly id: string
  readonly why: string
}
/** Sessions of the fuzz test (a million reads) that once gave a wrong value. */
const broke: readonly Broke[] = [
  {
    id: 'cet-imeter-6',
    transport: 'rtu-over-tcp',
    fault: 'mixed',
    values: 'constant',
    seed: 1078,
    why: 'a frame of other registers that came beside the right reply was believed when it came again',
  },
  {
    id: 'eastron-sdm230',
    transport: 'rtu-over-tcp',
    fault: 'very-late',
    values: 'live',
    seed: 1080,
    why: 'of a line that nothing is known of, two lost replies were both taken for gone after three seconds',
  },
  {
    id: 'socomec-diris-b30',
    transport: 'serial',
    fault: 'very-late',
    values: 'live',
    seed: 2706,
    why: 'a late refusal was taken for the answer of a request that was still to be answered with values',
  },
]

it.each(broke)('$id, seed $seed, gives no wrong value: $why', async ({ id, why: _, ...wish }) => {
  const { wrong } = await playSession({ ...wish, profile: profileOf(id), rate: 0.5, isStrict: true, reads: 250 })
  expect(wrong).toEqual([])
})

it('a late refusal answers the read across unknown registers, not the oldest one; of several known ones it tells nothing', () => {
  let nowMs = 0
  const memory = createReplyMemory(() => nowMs)
  const shapeOf = (count: number) => replyShape({ unit: 1, functionCode: 3, address: 0, count })
  const refusal = Uint8Array.of(1, 0x83, 2, 0xc0, 0xf1)
  memory.lost(shapeOf(6), 'plain', 0, false)
  memory.lost(shapeOf(8), 'trial', 100, true)
  nowMs = 700
  expect(memory.stranger(refusal)).toEqual({ kind: 'late', afterMs: 600 })
  expect([6, 8].map((count) => memory.doubt(shapeOf(count).key) === 'none')).toEqual([false, true])
  memory.lost(shapeOf(4), 'another', 650, false)
  expect(memory.stranger(refusal)).toEqual({ kind: 'unknown' })
  expect([6, 4].map((count) => memory.doubt(shapeOf(count).key) === 'none')).toEqual([false, false])
})
