import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { describeBackpressure } from '../test-support/backpressure-suite.ts'
import { describeLink } from '../test-support/contract-suite.ts'
import { BrokenFrame } from './bytes-frame.ts'
import { createHostMessageLink, createPageMessageLink, weightOf, type MessageEnd } from './message-link.ts'

/** A real port: what goes through it is cloned, in another turn, as between Electron's processes. */
const endOf = (port: MessagePort): MessageEnd => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => {
    port.on('message', listener)
    return () => port.off('message', listener)
  },
})

const open = async () => {
  const { port1, port2 } = new MessageChannel()
  const server = createHostMessageLink(endOf(port1))
  // The port of a page that hangs is not read: its messages wait in it.
  let isReading = true
  const held: unknown[] = []
  let deliver: (message: unknown) => void = () => undefined
  port2.on('message', (message) => {
    if (isReading) deliver(message)
    else held.push(message)
  })
  const client = createPageMessageLink({
    post: (message) => port2.postMessage(message),
    onMessage: (listener) => {
      deliver = listener
      return () => {
        deliver = () => undefined
      }
    },
  })
  return {
    client,
    server,
    port2,
    stopReading: () => {
      isReading = false
    },
    readOn: () => {
      isReading = true
      for (const message of held.splice(0)) deliver(message)
    },
    close: () => {
      server.close()
      client.close()
      port1.close()
    },
  }
}

describeLink('messages as Electron carries them', open)
describeBackpressure('messages as Electron carries them', open)

describe('a link of messages', () => {
  it('counts as waiting what the page has not taken, and forgets it for a page that was loaded anew', async () => {
    const { port1, port2 } = new MessageChannel()
    const link = createHostMessageLink(endOf(port1))
    let drains = 0
    link.onDrain?.(() => {
      drains += 1
    })
    link.onFrame(() => undefined)
    for (let seq = 1; seq <= 3; seq += 1) link.send({ bytes: new Uint8Array(1000) })
    expect(link.backlog()).toBeGreaterThanOrEqual(3000)
    port2.postMessage({ kind: 'taken', seq: 2 })
    while (drains < 1) await new Promise((resolve) => setImmediate(resolve))
    expect(link.backlog()).toBe(weightOf({ bytes: new Uint8Array(1000) }))
    port2.postMessage({ kind: 'open' })
    while (drains < 2) await new Promise((resolve) => setImmediate(resolve))
    expect(link.backlog()).toBe(0)
    port1.close()
  })

  it('hands on messages that are none as what they are, and goes on', async () => {
    const { port1, port2 } = new MessageChannel()
    const got: unknown[] = []
    const link = createHostMessageLink(endOf(port1))
    link.onFrame((frame) => got.push(frame))
    for (const odd of [
      null,
      7,
      'text',
      [],
      { kind: 'frame' },
      { kind: 'taken', seq: -1 },
      { kind: 'closed' },
      { kind: 'open', more: 1 },
    ])
      port2.postMessage(odd)
    port2.postMessage({ kind: 'frame', frame: { type: 'hello' } })
    while (got.length < 9) await new Promise((resolve) => setImmediate(resolve))
    expect(got.filter((frame) => frame instanceof BrokenFrame)).toHaveLength(8)
    expect(got.at(-1)).toEqual({ type: 'hello' })
    port1.close()
  })

  it('that the host ends tells the page, which may open another', async () => {
    const { client, server, close } = await open()
    let ended = false
    client.onClose(() => {
      ended = true
    })
    server.close()
    while (!ended) await new Promise((resolve) => setImmediate(resolve))
    close()
  })
})
