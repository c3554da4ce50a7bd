import { expect, it } from 'vitest'
import { bitwiseCrc } from '../../../shared/test-support/bitwise-crc.ts'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../../../shared/test-support/fuzz.ts'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { createAsciiReceiver } from './ascii-receiver.ts'
import { cutAll } from './frame-receiver.ts'
import { createMbapReceiver } from './mbap.ts'
import { replyShape } from './reply-shape.ts'
import { createRtuReceiver } from './rtu-receiver.ts'

const isRight = (frame: Uint8Array): boolean =>
  frame.length >= 4 && bitwiseCrc(frame.subarray(0, -2)) === (frame.at(-1) ?? 0) * 256 + (frame.at(-2) ?? 0)

const request = { unit: 17, functionCode: 3, address: 0x6b, count: 3 } as const
const reply = Uint8Array.of(0x11, 0x03, 0x06, 0xae, 0x41, 0x56, 0x52, 0x43, 0x40, 0x49, 0xad)

it(
  'RTU: mutated replies in any pieces; none with a wrong check sum, unit or length is taken, and no byte is lost',
  () => {
    const random = seededRandom(11)
    const shape = replyShape(request)
    for (let run = 0; run < fuzzRuns; run += 1) {
      const receiver = createRtuReceiver()
      receiver.expect(shape)
      const stream = mutate(run % 2 === 0 ? reply : Uint8Array.of(...reply, ...reply), random)
      const cut = Math.floor(random() * (stream.length + 1))
      const found = [...cutAll(receiver, stream.slice(0, cut)), ...cutAll(receiver, stream.slice(cut))]
      let bytes = receiver.rest().length
      for (const item of found) {
        bytes += 'frame' in item ? item.frame.length : item.bytes.length
        if ('frame' in item && !isRight(item.frame))
          throw new Error(`accepted ${Buffer.from(item.frame).toString('hex')}`)
        if (
          item.kind === 'reply' &&
          (item.frame[0] !== 17 || (item.frame[1] !== 0x83 && item.frame.length !== shape.length))
        )
          throw new Error(`not a reply: ${Buffer.from(item.frame).toString('hex')}`)
      }
      if (bytes !== stream.length) throw new Error(`${stream.length} bytes in, ${bytes} out`)
      if (found.filter(({ kind }) => kind === 'reply').length > 1) throw new Error('two replies to one request')
    }
  },
  fuzzTimeoutMs,
)

it(
  'ASCII: mutated replies in any pieces; none with a wrong LRC, unit or length is taken, no byte is lost, what is held is bounded',
  () => {
    const random = seededRandom(13)
    const shape = replyShape(request)
    const one = Uint8Array.from(Buffer.from(':110306AE4156524340CC\r\n', 'latin1'))
    let replies = 0
    for (let run = 0; run < fuzzRuns; run += 1) {
      const receiver = createAsciiReceiver()
      receiver.expect(shape)
      const stream = mutate(run % 2 === 0 ? one : Uint8Array.of(...one, ...one), random)
      const cut = Math.floor(random() * (stream.length + 1))
      const found = [...cutAll(receiver, stream.slice(0, cut)), ...cutAll(receiver, stream.slice(cut))]
      let bytes = receiver.rest().length
      for (const item of found) {
        const wire = 'bytes' in item ? item.bytes : (item.wire ?? item.frame)
        bytes += wire.length
        if (!('frame' in item)) continue
        const body = /^[:>]((?:[0-9A-Fa-f]{2}){3,255})\r\n$/.exec(Buffer.from(wire).toString('latin1'))?.[1] ?? ''
        const sum = Buffer.from(body, 'hex').reduce((total, byte) => total + byte, 0)
        if (
          body === '' ||
          sum % 256 !== 0 ||
          !isRight(item.frame) ||
          Buffer.from(item.frame.subarray(0, -2)).toString('hex') !== body.slice(0, -2).toLowerCase()
        )
          throw new Error(`accepted ${Buffer.from(wire).toString('hex')}`)
        if (item.kind !== 'reply') continue
        replies += 1
        if (item.frame[0] !== 17 || (item.frame[1] !== 0x83 && item.frame.length !== shape.length))
          throw new Error(`not a reply: ${body}`)
      }
      if (bytes !== stream.length) throw new Error(`${stream.length} bytes in, ${bytes} out`)
      if (receiver.rest().length > 4096) throw new Error('holds too much')
    }
    expect(replies).toBeGreaterThan(fuzzRuns / 10)
  },
  fuzzTimeoutMs,
)

it(
  'MBAP: mutated streams; every frame has protocol 0 and the length it states, and what is held is bounded',
  () => {
    const random = seededRandom(12)
    const seed = Uint8Array.of(
      0,
      1,
      0,
      0,
      0,
      9,
      0x11,
      3,
      6,
      0xae,
      0x41,
      0x56,
      0x52,
      0x43,
      0x40,
      0,
      2,
      0,
      0,
      0,
      3,
      0x11,
      0x83,
      2,
    )
    let frames = 0
    for (let run = 0; run < fuzzRuns; run += 1) {
      const receiver = createMbapReceiver()
      const stream = mutate(seed, random)
      const cut = Math.floor(random() * (stream.length + 1))
      for (const found of [...receiver.push(stream.slice(0, cut)), ...receiver.push(stream.slice(cut))]) {
        if (found.kind === 'desync') continue
        frames += 1
        const { bytes } = found.frame
        const stated = (bytes[4] ?? 0) * 256 + (bytes[5] ?? 0)
        if (bytes[2] !== 0 || bytes[3] !== 0 || stated !== bytes.length - 6 || stated > 254 || stated < 3)
          throw new Error(`accepted ${Buffer.from(bytes).toString('hex')}`)
      }
      if (receiver.pending() > 260) throw new Error('holds too much')
    }
    expect(frames).toBeGreaterThan(fuzzRuns / 10)
  },
  fuzzTimeoutMs,
)
