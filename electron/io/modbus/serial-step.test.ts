import { describe, expect, it } from 'vitest'
import type { ModbusRequest } from '../../core/lines/modbus-line.ts'
import type { Heard } from './pending-reply.ts'
import { replyShape } from './reply-shape.ts'
import { nothingCame, type Came } from './serial-flight.ts'
import type { HeldReply } from './serial-judge.ts'
import { stepSerial, type SerialEvent, type SerialStep } from './serial-step.ts'

const request: ModbusRequest = { unit: 7, functionCode: 3, address: 100, count: 2 }
const asked = { request, shape: replyShape(request) }
const first = Uint8Array.of(7, 3, 4, 0, 1, 0, 2, 0x11, 0x22)
const second = Uint8Array.of(7, 3, 4, 0, 1, 0, 3, 0x33, 0x44)
const taken = { turnaroundMs: 30, completeMs: 35 }

const reply = (frame: Uint8Array, heard: Heard, isDoubted = false): SerialEvent => ({
  kind: 'reply',
  frame,
  heard,
  isDoubted,
  isFollowed: false,
  mayBeCopy: false,
})
const holding = (frame: Uint8Array, heard: Heard): Came => ({
  ...nothingCame,
  pending: { state: 'held', reply: { frame, heard, mustHold: true } },
})
const quiet: HeldReply = {
  heard: 'new',
  isRival: true,
  metOlder: false,
  fit: 'usual',
  hasBeenLate: false,
  hasCopies: false,
}
const kinds = ({ effects }: SerialStep): string[] => effects.map(({ kind }) => kind)

describe('one thing that comes while a serial request is under way', () => {
  it('accepts a reply nobody could have but this request, and holds one that an older request could have', () => {
    expect(kinds(stepSerial(nothingCame, reply(first, 'new'), asked))).toEqual(['accept'])
    const held = stepSerial(nothingCame, reply(first, 'new', true), asked)
    expect(kinds(held)).toEqual(['hold'])
    expect(held.came.pending).toMatchObject({ state: 'held', reply: { frame: first } })
  })
  it('disbelieves both of two replies, and says so before the request ends', () => {
    const two = stepSerial(holding(first, 'new'), reply(second, 'new', true), asked)
    expect(kinds(two)).toEqual(['saw-two', 'guard', 'late', 'disbelieve', 'disbelieve', 'answered-one-of', 'fail'])
    expect(two.effects.at(-1)).toMatchObject({ fault: { kind: 'doubtful' }, how: 'spoilt' })
  })
  it('takes a frame that was never heard for the reply where the held one was a copy', () => {
    const replaced = stepSerial(holding(first, 'again'), reply(second, 'new'), asked)
    expect(replaced.effects).toEqual([
      { kind: 'pass-over', copy: first },
      { kind: 'accept', frame: second },
    ])
  })
  it('ends a hold by when the reply came: sooner than this unit replies it was another one', () => {
    const end = (known: HeldReply, moreCame = false) =>
      kinds(stepSerial(nothingCame, { kind: 'listened', frame: first, known, moreCame, taken }, asked))
    expect(end(quiet)).toEqual(['accept'])
    expect(end({ ...quiet, fit: 'sooner' })).toEqual(['disbelieve', 'saw-two', 'fail'])
    expect(end({ ...quiet, fit: 'later' })).toEqual(['disbelieve', 'note-later', 'answered-one-of', 'fail'])
    expect(end(quiet, true)).toEqual(['fail'])
  })
  it('goes on waiting through a late reply of an older request, and knows that it met one', () => {
    const stranger = { kind: 'late', afterMs: 900 } as const
    const { came, effects } = stepSerial(
      { ...nothingCame, firstByteAtMs: 5 },
      { kind: 'other', frame: second, stranger },
      asked,
    )
    expect(came).toEqual({ ...nothingCame, firstByteAtMs: null, metOlder: true })
    expect(effects).toEqual([
      { kind: 'guard', ms: 50 },
      { kind: 'late', unit: 7, afterMs: 900 },
    ])
  })
  it('keeps another unit in mind, and fails at an unexplained frame of its own unit unless a reply is held', () => {
    const unknown = { kind: 'unknown' } as const
    const foreign = Uint8Array.of(9, 3, 2, 0, 1, 0x11, 0x22)
    expect(stepSerial(nothingCame, { kind: 'other', frame: foreign, stranger: unknown }, asked).came.wrongUnit).toBe(9)
    const own: SerialEvent = { kind: 'other', frame: Uint8Array.of(7, 3, 2, 0, 1, 1, 1), stranger: unknown }
    expect(kinds(stepSerial(nothingCame, own, asked))).toEqual(['guard', 'stray', 'fail'])
    expect(kinds(stepSerial(holding(first, 'new'), own, asked))).toEqual(['guard', 'stray'])
  })
})
