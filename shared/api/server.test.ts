import { describe, expect, it } from 'vitest'
import { describeLink } from '../test-support/contract-suite.ts'
import { createEcho, echoContract } from '../test-support/echo-contract.ts'
import { createMemoryPair } from '../test-support/memory-pair.ts'
import { contractVersion } from './frames.ts'
import { serve, type ServeOptions } from './server.ts'

describeLink('a pair in memory', () => {
  const { left, right } = createMemoryPair()
  return Promise.resolve({ client: left, server: right, close: () => left.close() })
})

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

const open = async (options: ServeOptions = {}) => {
  const { left, right } = createMemoryPair()
  const echo = createEcho()
  const frames: Record<string, unknown>[] = []
  left.onFrame((frame) => frames.push(frame as Record<string, unknown>))
  serve(echoContract, echo.handlers, right, { role: 'operator', name: 'Test' }, options)
  left.send({ type: 'hello', contractVersion })
  await settle()
  const pushed = () => frames.filter((frame) => frame['type'] === 'push').map((frame) => frame['value'])
  return { left, right, echo, frames, pushed }
}

describe('backpressure', () => {
  it('keeps only the newest of a latest stream while the page has not taken the ones on the way', async () => {
    const { left, echo, pushed } = await open()
    left.send({ type: 'subscribe', id: 1, stream: 'ticks', input: {} })
    await settle()
    for (let tick = 1; tick <= 50; tick += 1) echo.push('ticks', tick)
    await settle()
    expect(pushed()).toEqual([0, 1])
    left.send({ type: 'got', id: 1, count: 1 })
    await settle()
    expect(pushed()).toEqual([0, 1, 50])
    left.send({ type: 'got', id: 1, count: 3 })
    await settle()
    expect(pushed()).toEqual([0, 1, 50])
  })

  it('does the same while bytes wait in the transport', async () => {
    const { left, right, echo, pushed } = await open({ pauseAboveBytes: 1000 })
    left.send({ type: 'subscribe', id: 1, stream: 'ticks', input: {} })
    await settle()
    right.backlogBytes = 5000
    for (let tick = 1; tick <= 9; tick += 1) echo.push('ticks', tick)
    await settle()
    expect(pushed()).toEqual([0])
    right.backlogBytes = 0
    left.send({ type: 'got', id: 1, count: 1 })
    await settle()
    expect(pushed()).toEqual([0, 9])
  })

  it('ignores an acknowledgement of pushes that were never sent', async () => {
    const { left, echo, pushed } = await open()
    left.send({ type: 'subscribe', id: 1, stream: 'ticks', input: {} })
    left.send({ type: 'got', id: 1, count: 1_000_000 })
    await settle()
    for (let tick = 1; tick <= 5; tick += 1) echo.push('ticks', tick)
    await settle()
    expect(pushed()).toEqual([0, 1])
  })

  it('never drops a row of an every stream, and disconnects a client that stays behind', async () => {
    const { left, echo, frames, pushed } = await open({ dropAbovePushes: 100 })
    let closed = false
    left.onClose(() => {
      closed = true
    })
    left.send({ type: 'subscribe', id: 1, stream: 'rows', input: { from: 0 } })
    await settle()
    for (let row = 1; row < 100; row += 1) echo.push('rows', row)
    await settle()
    expect(pushed()).toHaveLength(100)
    expect(closed).toBe(false)
    echo.push('rows', 100)
    await settle()
    expect(closed).toBe(true)
    expect(echo.running('rows')).toBe(0)
    expect(frames.some((frame) => frame['type'] === 'push' && frame['value'] === 100)).toBe(false)
  })

  it('answers no more than 64 subscriptions', async () => {
    const { left, frames } = await open()
    for (let id = 1; id <= 70; id += 1) left.send({ type: 'subscribe', id, stream: 'ticks', input: {} })
    await settle()
    expect(frames.filter((frame) => frame['type'] === 'push')).toHaveLength(64)
    expect(frames.filter((frame) => frame['type'] === 'error')).toHaveLength(6)
  })
})
