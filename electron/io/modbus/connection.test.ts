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
    { up: () => undefined, down: () => undefined, hungUp: () => undefined, data: () => undefined },
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

describe('a far side that hangs up', () => {
  const listen = async () => {
    const clock = createFakeClock()
    const channel = createMemoryChannel(clock, () => undefined)
    const lost: string[] = []
    const givenUp: string[] = []
    const connection = createConnection(
      channel,
      { clock, log: quietLog, random: () => 0.5 },
      {
        up: () => undefined,
        down: ({ kind }) => lost.push(kind),
        hungUp: () => givenUp.push('asked again'),
        data: () => undefined,
      },
    )
    connection.start()
    await clock.advance(5)
    return { clock, channel, connection, lost, givenUp }
  }

  it('after each answer is connected to again, and nothing is called lost', async () => {
    const { clock, channel, connection, lost } = await listen()
    for (let answer = 0; answer < 40; answer += 1) {
      connection.write(Uint8Array.of(1))
      connection.proven()
      channel.hangUp()
      await clock.advance(300)
      expect(connection.isConnected()).toBe(true)
    }
    expect(lost).toEqual([])
    expect(connection.status()).toMatchObject({ problem: null, reconnects: 40 })
  })

  it('with a request on its way gives that one up, which is asked again, and is not lost', async () => {
    const { clock, channel, connection, lost, givenUp } = await listen()
    connection.write(Uint8Array.of(1))
    connection.proven()
    connection.write(Uint8Array.of(2))
    channel.hangUp()
    await clock.advance(300)
    expect([lost, givenUp, connection.isConnected()]).toEqual([[], ['asked again'], true])
    // The new one has answered nothing yet: should it be closed at once, the line is lost, or a request that ends each would go round for ever.
    connection.write(Uint8Array.of(2))
    channel.hangUp()
    await clock.advance(10)
    expect(lost).toHaveLength(1)
  })

  it.each<[string, (far: Awaited<ReturnType<typeof listen>>) => void]>([
    ['at the first request', ({ connection }) => connection.write(Uint8Array.of(1))],
    [
      'and is not there any more',
      ({ connection, channel }) => {
        connection.write(Uint8Array.of(1))
        connection.proven()
        channel.refuse = 'no such host'
      },
    ],
    ['before it ever answered', () => undefined],
  ])('%s is lost', async (_, then) => {
    const far = await listen()
    then(far)
    far.channel.hangUp()
    await far.clock.advance(50)
    expect(far.lost).toHaveLength(1)
  })
})
