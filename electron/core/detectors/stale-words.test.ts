import { describe, expect, it } from 'vitest'
import type { FakeReply } from '../test-support/fake-line.ts'
import { meterProfileOf, oneCharger, registersOf } from '../test-support/one-charger-site.ts'

const profile = meterProfileOf('eastron-sdm630')

/** What is said of a meter on Modbus TCP that answers well for 10 s and then as told. */
const said = async (then: FakeReply): Promise<string> => {
  const words = registersOf(profile, { u_l1n: 230, u_l2n: 230, u_l3n: 230, f: 50 })
  const site = oneCharger({
    profile: profile.id,
    answer: (request, _drawnA, seconds) =>
      seconds >= 10
        ? then
        : 'count' in request
          ? { words: Array.from({ length: request.count }, (_, index) => words.get(request.address + index) ?? 0) }
          : { exception: 2 },
  })
  await site.clock.advance(20_000)
  const message = site.findings().find(({ detector }) => detector === 'stale-meter')?.message ?? 'nothing'
  await site.stop()
  return message
}

describe('a meter on Modbus TCP', () => {
  it.each<[string, FakeReply, RegExp]>([
    ['whose replies carry another unit', { fault: 'wrong-unit' }, /another unit id or transaction number/],
    ['whose replies have another length', { fault: 'malformed' }, /another unit id or transaction number/],
    ['that is silent', 'silence', /check its supply, its unit id and, where a gateway stands between/],
  ])('%s is not told to check a baud rate or a termination', async (_, reply, words) => {
    const message = await said(reply)
    expect(message).toMatch(words)
    expect(message).not.toMatch(/baud|termination|since the program started/)
  })
})
