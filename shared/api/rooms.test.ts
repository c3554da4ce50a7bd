import { describe, expect, it } from 'vitest'
import { createEcho, echoContract, type Echo } from '../test-support/echo-contract.ts'
import { createMemoryPair } from '../test-support/memory-pair.ts'
import { createClient } from './client.ts'
import type { Handlers } from './define.ts'
import { createIntentMemory } from './intent-memory.ts'
import { serveRooms, type ServeOptions } from './server.ts'

const settle = async () => {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve()
}

/** Two sites, the first of which is shown to whoever names none. */
const open = (wrap: (site: string, handlers: Echo['handlers']) => Handlers<typeof echoContract> = (_, all) => all) => {
  const { left, right } = createMemoryPair()
  const [depot, workshop] = [createEcho(), createEcho()]
  const rooms = new Map([
    ['depot', depot],
    ['workshop', workshop],
  ])
  const left_: string[] = []
  const options: ServeOptions = {}
  serveRooms(
    echoContract,
    (wanted) => {
      const site = wanted !== null && rooms.has(wanted) ? wanted : 'depot'
      const room = rooms.get(site) ?? depot
      return {
        ...{ site, handlers: wrap(site, room.handlers), intents: createIntentMemory() },
        onLeft: () => left_.push(site),
      }
    },
    right,
    { role: 'operator', name: 'Test' },
    options,
  )
  return { client: createClient(echoContract, left), link: left, right, depot, workshop, rooms, left: left_ }
}

describe('a link to a program with several sites', () => {
  it('begins with the one the program shows, and says which', async () => {
    const { client } = open()
    expect(await client.welcome).toEqual({ role: 'operator', name: 'Test', site: 'depot' })
  })

  it('what is asked for one site never reaches another, whatever is under way when it is turned', async () => {
    const { client, depot, workshop } = open()
    await client.welcome
    // Both are on their way when the link turns: the first is the depot's, and the second can't be asked through the old client at all.
    const before = client.call('switch', { on: true })
    const turned = client.turnTo('workshop')
    await expect(before).rejects.toThrow('Another site is shown now')
    await expect(client.call('switch', { on: true })).rejects.toThrow('Another site is shown now')
    expect(await turned.welcome).toMatchObject({ site: 'workshop' })
    await turned.call('switch', { on: false })
    await settle()
    expect(depot.commands).toEqual([{ on: true, by: 'Test' }])
    expect(workshop.commands).toEqual([{ on: false, by: 'Test' }])
  })

  it('an answer of the site that was left is not taken for one of the next, though its page was loaded anew', async () => {
    let answer: (value: { value: number }) => void = () => undefined
    const { link, left } = open((site, handlers) => ({
      ...handlers,
      double: (input, caller) =>
        site === 'depot' ? new Promise((resolve) => (answer = resolve)) : handlers.double(input, caller),
    }))
    const values: unknown[] = []
    link.onFrame((frame) => values.push(frame))
    const hello = (site: string) => link.send({ type: 'hello', contractVersion: 2, site })
    hello('depot')
    link.send({ type: 'call', id: 1, method: 'double', input: { value: 100 } })
    await settle()
    hello('workshop')
    link.send({ type: 'call', id: 1, method: 'double', input: { value: 4 } })
    await settle()
    answer({ value: 200 })
    await settle()
    expect(values.filter((frame) => (frame as { type: string }).type === 'result')).toEqual([
      { type: 'result', id: 1, value: { value: 8 } },
    ])
    // The first greeting was the client's own.
    expect(left).toEqual(['depot', 'depot'])
  })

  it('streams of the site that was left end, and those of the next come', async () => {
    const { client, depot, workshop } = open()
    const [old, next]: [number[], number[]] = [[], []]
    const ended: string[] = []
    client.subscribe(
      'rows',
      { from: 0 },
      (row) => old.push(row),
      (why) => ended.push(why),
    )
    await settle()
    expect(depot.running('rows')).toBe(1)
    const turned = client.turnTo('workshop')
    turned.subscribe('rows', { from: 0 }, (row) => next.push(row))
    await settle()
    expect([depot.running('rows'), workshop.running('rows')]).toEqual([0, 1])
    expect(ended).toHaveLength(1)
    const heard = old.length
    depot.push('rows', 70)
    workshop.push('rows', 71)
    await settle()
    expect(old).toHaveLength(heard)
    expect(next.at(-1)).toBe(71)
  })

  it('what waits is counted by link, whatever site it is for: turning makes no room', async () => {
    const { client, right, workshop } = open()
    await client.welcome
    right.backlogBytes = 2 << 20
    const turned = client.turnTo('workshop')
    let isAnswered = false
    const question = turned.call('double', { value: 1 }).then((answer) => {
      isAnswered = true
      return answer
    })
    turned.subscribe('ticks', {}, () => undefined)
    await settle()
    workshop.push('ticks', 5)
    await settle()
    expect(isAnswered).toBe(false)
    right.backlogBytes = 0
    // Taking anything tells the other side that there is room again.
    turned.subscribe('rows', { from: 0 }, () => undefined)
    await settle()
    expect(await question).toEqual({ value: 2 })
  })

  it('turned twice at once it speaks to the last one only', async () => {
    const { client, depot, workshop } = open()
    const first = client.turnTo('workshop')
    const second = first.turnTo('depot')
    await expect(first.welcome).rejects.toThrow('Another site')
    expect(await second.welcome).toMatchObject({ site: 'depot' })
    await second.call('switch', { on: true })
    expect([depot.commands.length, workshop.commands.length]).toEqual([1, 0])
  })

  it('a site that is not open any more is answered by another one, which is said', async () => {
    const { client, rooms } = open()
    rooms.delete('workshop')
    expect(await client.turnTo('workshop').welcome).toMatchObject({ site: 'depot' })
  })

  it('a lost link is told by the client that speaks now, and by no other', async () => {
    const { client, right } = open()
    const told: string[] = []
    client.onEnd(() => told.push('old'))
    const turned = client.turnTo('workshop')
    turned.onEnd(() => told.push('new'))
    await turned.welcome
    right.close()
    await settle()
    expect(told).toEqual(['new'])
    await expect(turned.call('double', { value: 1 })).rejects.toThrow('lost')
  })
})
