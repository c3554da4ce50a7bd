import { describe, expect, it } from 'vitest'
import { createEcho, echoContract } from '../test-support/echo-contract.ts'
import { createMemoryPair } from '../test-support/memory-pair.ts'
import { contractVersion } from './frames.ts'
import { AnswerTooLarge } from './link.ts'
import { serve, type ServeOptions } from './server.ts'

const settle = async () => {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve()
}

const open = async (options: ServeOptions = {}) => {
  const { left, right } = createMemoryPair()
  const echo = createEcho()
  let begun = 0
  let most = 0
  let running = 0
  const frames: Record<string, unknown>[] = []
  let closed = false
  left.onClose(() => {
    closed = true
  })
  left.onFrame((frame) => frames.push(frame as Record<string, unknown>))
  const handlers = {
    ...echo.handlers,
    big: async ({ bytes }: { bytes: number }) => {
      begun += 1
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
      right.backlogBytes += bytes
      return 'x'.repeat(Math.min(bytes, 10))
    },
  }
  serve(echoContract, handlers, right, { role: 'operator', name: 'Test' }, options)
  left.send({ type: 'hello', contractVersion })
  await settle()
  const of = (type: string) => frames.filter((frame) => frame['type'] === type)
  const ask = (id: number, bytes: number) => left.send({ type: 'call', id, method: 'big', input: { bytes } })
  return { left, right, echo, of, ask, begun: () => begun, most: () => most, closed: () => closed }
}

describe('answers of a page that reads slowly or not at all', () => {
  it('wait for what was made before: no query begins while bytes wait, and all go on when they have gone', async () => {
    const side = await open()
    for (let id = 1; id <= 54; id += 1) side.ask(id, 2_000_000)
    await settle()
    expect(side.begun()).toBeLessThanOrEqual(16)
    expect(side.most()).toBeLessThanOrEqual(8)
    const stuckAt = side.begun()
    await settle()
    expect(side.begun(), 'nothing begins while nothing is read').toBe(stuckAt)
    while (side.of('result').length < 54) {
      side.right.backlogBytes = 0
      side.right.drained()
      await settle()
    }
    expect(side.of('result').map((frame) => frame['id'])).toEqual(Array.from({ length: 54 }, (_, index) => index + 1))
  })

  it('a command is carried out at once although queries wait', async () => {
    const side = await open()
    side.right.backlogBytes = 50_000_000
    side.ask(1, 1)
    side.left.send({ type: 'call', id: 2, method: 'switch', input: { on: true } })
    await settle()
    expect(side.begun()).toBe(0)
    expect(side.echo.commands).toHaveLength(1)
  })

  it('too many that wait are refused, and too many bytes end the link with words', async () => {
    const side = await open({ dropAboveBytes: 1000 })
    side.right.backlogBytes = 2_000_000
    for (let id = 1; id <= 70; id += 1) side.ask(id, 1)
    await settle()
    expect(side.of('error')).toHaveLength(6)
    side.left.send({ type: 'call', id: 99, method: 'switch', input: { on: true } })
    await settle()
    expect(side.of('goodbye')[0]).toMatchObject({ message: expect.stringContaining('too far behind') as string })
    expect(side.closed()).toBe(true)
  })

  it('an answer too large for the link is told, and the link holds', async () => {
    const side = await open()
    side.right.refuses = (frame) =>
      (frame as { type: string }).type === 'result' ? new AnswerTooLarge(200 << 20, 64 << 20) : null
    side.ask(1, 1)
    await settle()
    expect(side.of('error')[0]).toMatchObject({
      id: 1,
      message:
        'big: the answer is too large for one piece (200 MiB, at most 64 MiB): ask for a shorter time or for less',
    })
    side.right.refuses = (frame) =>
      (frame as { type: string }).type === 'result' ? new RangeError('Invalid string length') : null
    side.ask(2, 1)
    await settle()
    expect(side.of('error')[1]).toMatchObject({ id: 2, message: expect.stringContaining('ask for less') as string })
    side.right.refuses = () => null
    side.ask(3, 1)
    await settle()
    expect(side.of('result').map((frame) => frame['id'])).toEqual([3])
    expect(side.closed()).toBe(false)
  })

  it('a link that carries nothing any more is closed, so that the page connects anew', async () => {
    const side = await open()
    side.right.refuses = () => new Error('broken')
    side.ask(1, 1)
    await settle()
    expect(side.closed()).toBe(true)
  })
})
