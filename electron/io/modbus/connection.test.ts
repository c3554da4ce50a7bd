import { describe, expect, it } from 'vitest'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { cellularBackOff, createConnection, localBackOff, type BackOff } from './connection.ts'
import { createMemoryChannel } from './test-support/memory-channel.ts'
import { quietLog } from './test-support/quiet-log.ts'

const begin = (backOff: BackOff, random: () => number) => {
  const clock = createFakeClock()
  const channel = createMemoryChannel(clock, () => undefined)
  channel.refuse = 'the name meter.example.org is not known to this network'
  const connection = createConnection(
    channel,
    { clock, log: quietLog, random },
    { up: () => undefined, down: () => undefined, data: () => undefined },
    backOff,
  )
  connection.start()
  return { clock, channel, connection }
}

describe('a line that cannot be opened', () => {
  it('is tried about every two seconds on a local network, and is read again soon after it is back', async () => {
    const { clock, channel, connection } = begin(localBackOff, () => 1)
    await clock.advance(60_000)
    expect(channel.opens).toBeGreaterThan(20)
    channel.refuse = null
    await clock.advance(2500)
    expect(connection.status()).toMatchObject({ state: 'connected', problem: null })
  })

  it('is tried ever more seldom on a mobile link, at most about every half minute, spread so that many do not come at once', async () => {
    const tries = new Set<number>()
    for (const random of [0, 0.3, 0.7, 1]) {
      const { clock, channel } = begin(cellularBackOff, () => random)
      await clock.advance(600_000)
      expect(channel.opens).toBeGreaterThan(15)
      expect(channel.opens).toBeLessThan(35)
      tries.add(channel.opens)
    }
    expect(tries.size).toBeGreaterThan(2)
    const { clock, channel, connection } = begin(cellularBackOff, () => 1)
    await clock.advance(600_000)
    channel.refuse = null
    await clock.advance(37_000)
    expect(connection.status().state).toBe('connected')
  })
})
