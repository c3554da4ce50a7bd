import { describe, expect, it } from 'vitest'
import type { LinkFrame } from '../../../shared/mbus/link-frame.ts'
import { encodeLinkFrame } from '../../../shared/mbus/link-frame.ts'
import { withoutEcho } from './mbus-echo.ts'
import {
  awaitedAfter,
  conclusion,
  nothingCame,
  stepDebris,
  stepFrame,
  type MbusAsked,
  type MbusState,
} from './mbus-step.ts'

const request: LinkFrame = { kind: 'short', control: 0x5b, address: 5 }
const asked: MbusAsked = { request, options: { expect: 'answer' } }
const answer: LinkFrame = { kind: 'short', control: 0x08, address: 5 }
const foreign: LinkFrame = { kind: 'short', control: 0x08, address: 9 }
const under: MbusState = { came: nothingCame, awaited: null }
const came = (frame: LinkFrame) => ({ frame, bytes: encodeLinkFrame(frame), atMs: 1000, turnaroundMs: 20 })
const nothing = new Uint8Array()

describe('one frame on an M-Bus', () => {
  it('ends the request it answers, or is held where another one may follow', () => {
    const now = stepFrame(under, came(answer), asked)
    expect(now.effects).toEqual([
      { kind: 'finish', outcome: { ok: true, frame: answer, atMs: 1000, turnaroundMs: 20 } },
    ])
    const later = stepFrame(under, came(answer), { ...asked, options: { expect: 'answer', holdMs: 50 } })
    expect(later.effects).toMatchObject([{ kind: 'hold', ms: 50 }])
    const second = stepFrame(later.state, came(answer), asked)
    expect(second.effects).toMatchObject([{ kind: 'stray' }, { kind: 'fail', fault: { kind: 'collision' } }])
  })
  it('is late where it comes from the meter asked before, and does not end the request of another', () => {
    const { state, effects } = stepFrame({ ...under, awaited: 9 }, came(foreign), asked)
    expect(effects).toEqual([{ kind: 'late', unit: 9 }])
    expect(state).toMatchObject({ awaited: null, came: { aside: { foreign: 9 } } })
    expect(conclusion(state.came ?? nothingCame, request, nothing, 300)).toMatchObject({
      kind: 'fail',
      fault: { kind: 'wrong-unit' },
    })
  })
  it('of a master is our own once more, or says that another master speaks', () => {
    expect(stepFrame(under, came(request), asked)).toEqual({ state: under, effects: [] })
    const { state } = stepFrame(under, came({ ...request, address: 6 }), asked)
    expect(state.came?.aside.hasMaster).toBe(true)
    expect(stepFrame({ came: null, awaited: null }, came(request), null).effects).toMatchObject([{ kind: 'stray' }])
  })
  it('that acknowledges where data were asked for is kept, and is the answer only where nothing better comes', () => {
    const { state, effects } = stepFrame(under, came({ kind: 'ack' }), asked)
    expect(effects).toEqual([])
    expect(conclusion(state.came ?? nothingCame, request, nothing, 300)).toMatchObject({ kind: 'finish' })
    const spoilt = stepDebris(state, 'checksum', 12).state
    expect(conclusion(spoilt.came ?? nothingCame, request, nothing, 300)).toMatchObject({ fault: { kind: 'crc' } })
  })
  it('may still come after a time-out, not after a broken one', () => {
    const failed = (kind: 'timeout' | 'crc') =>
      awaitedAfter(3, { ok: false, atMs: 0, fault: { kind, code: null, message: '' } }, request)
    expect(failed('timeout')).toBe(5)
    expect(failed('crc')).toBe(3)
  })
})

describe('the echo of a level converter', () => {
  const sent = Uint8Array.of(0x68, 3, 3, 0x68)
  it('is taken off wherever the bytes are cut, and nothing else is', () => {
    for (let cut = 0; cut <= sent.length; cut += 1) {
      const one = withoutEcho({ sent, held: nothing }, sent.slice(0, cut))
      const two = withoutEcho(one.echo, Uint8Array.of(...sent.slice(cut), 0xe5))
      expect([...one.bytes, ...two.bytes]).toEqual([0xe5])
    }
  })
  it('is given back whole where it goes on differently', () => {
    const one = withoutEcho({ sent, held: nothing }, Uint8Array.of(0x68, 3))
    expect(withoutEcho(one.echo, Uint8Array.of(7, 7))).toEqual({
      echo: null,
      bytes: Uint8Array.of(0x68, 3, 7, 7),
      isSeen: false,
    })
  })
})
