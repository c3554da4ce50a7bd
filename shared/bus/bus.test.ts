import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOfHex, hexOf } from '../modbus/words.ts'
import { cutFrames } from './cut-frames.ts'
import { decodeFrame } from './decode-frame.ts'
import { percentile, statsOf } from './device-stats.ts'
import { pairExchanges } from './exchange.ts'
import { entryText } from './entry-text.ts'
import { signsOf } from './signs.ts'
import type { TapeEntry } from './tape-entry.ts'

/** Frames of the standard's tutorials: the CRCs are theirs. */
const ask = '110300 6B0003 7687'.replaceAll(' ', '')
const answer = '110306AE415652434049AD'
const refusal = '0A8102B053'

/** Characters of an ASCII frame, as the tape keeps them. */
const characters = (text: string): string =>
  hexOf(Uint8Array.from(`${text}\r\n`, (character) => character.charCodeAt(0)))

let seq = 0
const frame = (direction: 'sent' | 'received', hex: string, ms: number): TapeEntry => ({
  kind: 'frame',
  seq: (seq += 1),
  atMs: 1_000_000 + ms,
  monotonicMs: ms,
  firstMonotonicMs: ms,
  direction,
  hex,
})
const event = (name: 'late-reply' | 'stray', ms: number): TapeEntry => ({
  kind: 'event',
  seq: (seq += 1),
  atMs: 1_000_000 + ms,
  monotonicMs: ms,
  event: name,
  unit: 17,
  detail: '',
})
/** Good exchanges one after the other, from `fromMs` on. */
const good = (count: number, fromMs = 0): TapeEntry[] =>
  Array.from({ length: count }, (_, index) => [
    frame('sent', ask, fromMs + index * 100),
    frame('received', answer, fromMs + index * 100 + 40),
  ]).flat()
const found = (
  entries: readonly TapeEntry[],
  kind: string,
  facts = { framing: 'rtu' as const, isNetwork: false, localEcho: false },
) => signsOf(pairExchanges(entries, 'rtu', 0), facts).find((sign) => sign.kind === kind)

describe('a frame in words', () => {
  it('says unit, function, registers and values', () => {
    expect(decodeFrame('rtu', bytesOfHex(ask))).toMatchObject({
      shape: 'read-request',
      unit: 17,
      functionCode: 3,
      address: 0x6b,
      count: 3,
      checksumOk: true,
    })
    expect(decodeFrame('rtu', bytesOfHex(answer))).toMatchObject({
      shape: 'read-reply',
      unit: 17,
      values: [0xae41, 0x5652, 0x4340],
    })
    expect(decodeFrame('rtu', bytesOfHex(refusal))).toMatchObject({
      shape: 'exception',
      unit: 10,
      functionCode: 1,
      exceptionCode: 2,
    })
    expect(decodeFrame('rtu', bytesOfHex(answer.slice(0, -2) + '00'))).toMatchObject({
      shape: 'garbage',
      checksumOk: false,
      unit: null,
      values: null,
    })
    expect(decodeFrame('mbap', bytesOfHex('00010000000603 84 0B'.replaceAll(' ', ''))).shape).toBe('garbage')
    expect(decodeFrame('mbap', bytesOfHex('000100000003 03 84 0B'.replaceAll(' ', '')))).toMatchObject({
      shape: 'exception',
      exceptionCode: 11,
      transaction: 1,
      unit: 3,
    })
    expect(decodeFrame('mbus', bytesOfHex('107B01 7C 16'.replaceAll(' ', '')))).toMatchObject({
      unit: 1,
      checksumOk: true,
    })
  })
  it('reads the characters of Modbus ASCII, and says that they are', () => {
    const said = decodeFrame('ascii', bytesOfHex(characters('>01030A2EC2910B03E803E803E8A5')))
    expect(said).toMatchObject({
      shape: 'read-reply',
      unit: 1,
      functionCode: 3,
      values: [0x2ec2, 0x910b, 1000, 1000, 1000],
      checksumOk: true,
    })
    expect(said.words).toMatch(/^ASCII, unit 1, read holding registers: 5 values 0x2EC2/)
    expect(decodeFrame('ascii', bytesOfHex(characters(':0110001400010203E8ED'))).words).toBe(
      'ASCII, unit 1, write multiple registers 0x0014 = 0x03E8',
    )
    expect(decodeFrame('ascii', bytesOfHex(characters(':0110001400010203E8EC')))).toMatchObject({
      shape: 'garbage',
      checksumOk: false,
      words: 'ASCII, LRC bad: 0xEC came, 0xED fits these 23 characters',
    })
    expect(decodeFrame('ascii', bytesOfHex(ask))).toMatchObject({ shape: 'garbage', checksumOk: null })
    expect(entryText(frame('sent', characters(':0103002E0005C9'), 0), 'ascii')).toContain(
      'ASCII, unit 1, read holding registers 0x002E-0x0032 (5)',
    )
  })
  it('lumps are cut into their frames, and no byte is lost', () => {
    expect(cutFrames(bytesOfHex(`FF${ask}${answer}00`)).map(hexOf)).toEqual(['FF', ask, answer, '00'])
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 9 }), fc.constantFrom(bytesOfHex(ask), bytesOfHex(answer)))),
        (parts) => {
          const whole = parts.map(hexOf).join('')
          expect(cutFrames(bytesOfHex(whole)).map(hexOf).join('')).toBe(whole)
        },
      ),
    )
  })
})

describe('pairing', () => {
  it('measures a turnaround from the end of the request on the wire to the begin of a reply that came in a lump', () => {
    // One character a millisecond: the request takes 8 ms, the reply 11.
    const [only] = pairExchanges([frame('sent', ask, 0), frame('received', answer, 40)], 'rtu', 1).exchanges
    expect(only).toMatchObject({ result: 'ok', requestEndMs: 8, replyStartMs: 29, replyEndMs: 40, turnaroundMs: 21 })
  })
  it('a request without a reply is a timeout, and its reply later is a late one, once', () => {
    const { exchanges, unasked } = pairExchanges(
      [
        frame('sent', ask, 0),
        frame('sent', ask, 500),
        frame('received', answer, 510),
        event('late-reply', 510),
        frame('received', answer, 560),
      ],
      'rtu',
      0,
    )
    expect(exchanges.map(({ result }) => result)).toEqual(['late', 'ok'])
    expect(unasked.map(({ kind }) => kind)).toEqual(['late'])
  })
  it('Modbus TCP goes by transaction, whatever the order', () => {
    const { exchanges } = pairExchanges(
      [
        frame('sent', '000100000006010300000001', 0),
        frame('sent', '000200000006020300000001', 1),
        frame('received', '0002000000050203020007', 10),
        frame('received', '0001000000050103020009', 20),
      ],
      'mbap',
      0,
    )
    expect(exchanges.map(({ unit, result, turnaroundMs }) => [unit, result, turnaroundMs])).toEqual([
      [1, 'ok', 20],
      [2, 'ok', 9],
    ])
  })
  it('ASCII: pairs as RTU does, tells a wrong LRC, a strange unit and an echo', () => {
    const [asked, reply] = [characters(':0103002E0005C9'), characters('>01030A2EC2910B03E803E803E8A5')]
    const results = (...received: string[]) =>
      pairExchanges(
        [
          frame('sent', asked, 0),
          ...received.map((hex, index) => frame('received', hex, 40 + index)),
          frame('sent', asked, 500),
        ],
        'ascii',
        0,
      ).exchanges[0]
    expect(results(reply)).toMatchObject({ result: 'ok', unit: 1, address: 46, count: 5, turnaroundMs: 40 })
    expect(results(asked, reply)).toMatchObject({ result: 'ok', isEchoed: true })
    expect(results(characters('>01030A2EC2910B03E803E803E8A6'))).toMatchObject({ result: 'crc' })
    expect(results(characters('>02030A2EC2910B03E803E803E8A4'))).toMatchObject({ result: 'wrong-unit', wrongUnit: 2 })
    expect(results()).toMatchObject({ result: 'timeout' })
  })
  it('counts what failed and how', () => {
    const entries = [
      ...good(3),
      frame('sent', ask, 1000),
      frame('received', answer.slice(0, -2) + '00', 1040),
      frame('sent', ask, 1100),
    ]
    expect(statsOf(17, pairExchanges([...entries, frame('sent', ask, 1200)], 'rtu', 0).exchanges, 1200)).toMatchObject({
      requests: 5,
      replies: 3,
      crcErrors: 1,
      timeouts: 1,
      turnaroundMs: { p50: 40, max: 40, n: 3 },
    })
  })
  it('percentiles are by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
    expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 99, 100])
  })
})

describe('signs', () => {
  it('are not assessed without frames, behind TCP, or with too few', () => {
    expect(
      signsOf(pairExchanges([], 'rtu', 0), { framing: 'rtu', isNetwork: false, localEcho: false }).every(
        ({ state }) => state === 'not-assessed',
      ),
    ).toBe(true)
    const tcp = signsOf(pairExchanges([frame('sent', '000100000006010300000001', 0)], 'mbap', 0), {
      framing: 'mbap',
      isNetwork: true,
      localEcho: false,
    })
    expect(tcp.find(({ kind }) => kind === 'second-master')?.text).toContain('TCP hides the bus')
    expect(found(good(3), 'echo')?.state).toBe('not-assessed')
  })
  it('a clean line is clear', () => {
    for (const kind of ['echo', 'second-master', 'noise', 'wrong-baud', 'late-replies'])
      expect(found(good(30), kind)?.state, kind).toBe('clear')
  })
  it('an echo, which is no fault of the exchange', () => {
    const entries = Array.from({ length: 25 }, (_, index) => [
      frame('sent', ask, index * 100),
      frame('received', ask, index * 100 + 9),
      frame('received', answer, index * 100 + 40),
    ]).flat()
    expect(
      pairExchanges(entries, 'rtu', 0).exchanges.every(({ result, isEchoed }) => result === 'ok' && isEchoed),
    ).toBe(true)
    expect(found(entries, 'echo')).toMatchObject({ state: 'found' })
    expect(found(entries, 'second-master')?.state).toBe('clear')
  })
  it('a second master, in one lump or in two pieces', () => {
    const foreign = ['050400000002704F', '05040443 66199AC024'.replaceAll(' ', '')]
    for (const pieces of [foreign, [foreign.join('')]]) {
      const entries = [...good(20), ...pieces.map((hex) => frame('received', hex, 2500)), ...good(5, 3000)]
      const sign = found(entries, 'second-master')
      expect(sign?.state).toBe('found')
      expect(sign?.numbers.map(({ value }) => value)).toEqual(['1', '1', '25'])
    }
  })
  it('noise before replies', () => {
    const entries = [
      ...good(20),
      ...Array.from({ length: 5 }, (_, index) => [
        frame('sent', ask, 3000 + index * 100),
        frame('received', 'FFFF', 3030 + index * 100),
        frame('received', answer, 3040 + index * 100),
      ]).flat(),
    ]
    expect(found(entries, 'noise')?.state).toBe('found')
    expect(found(entries, 'wrong-baud')?.state).toBe('clear')
  })
  it('a wrong baud rate: all garbage', () => {
    const entries = Array.from({ length: 10 }, (_, index) => [
      frame('sent', ask, index * 100),
      frame('received', 'F8F8007866E0', index * 100 + 40),
    ]).flat()
    expect(found(entries, 'wrong-baud')?.state).toBe('found')
  })
  it('a unit whose replies are garbled while the other is clean', () => {
    const other = Array.from({ length: 6 }, (_, index) => [
      frame('sent', '050400000002704F', 5000 + index * 100),
      frame('received', '0504FF43', 5040 + index * 100),
    ]).flat()
    expect(found([...good(30), ...other], 'duplicate-address')).toMatchObject({ state: 'found' })
    expect(found(good(30), 'duplicate-address')?.state).toBe('not-assessed')
  })
  it('a device that fails only after a short pause', () => {
    const entries: TapeEntry[] = []
    for (let index = 0; index < 20; index += 1) {
      const at = index * 1000
      entries.push(frame('sent', ask, at), frame('received', answer, at + 40), frame('sent', ask, at + 45))
    }
    expect(found(entries, 'needs-gap')).toMatchObject({ state: 'found' })
  })
  it('gateway exceptions told apart', () => {
    const talk = pairExchanges(
      [
        frame('sent', '000100000006030400000001', 0),
        frame('received', '00010000000303840B', 9),
        frame('sent', '000200000006040400000001', 20),
        frame('received', '00020000000304840A', 29),
      ],
      'mbap',
      0,
    )
    const states = Object.fromEntries(
      signsOf(talk, { framing: 'mbap', isNetwork: true, localEcho: false }).map(({ kind, state, numbers }) => [
        kind,
        `${state} ${numbers.at(-1)?.value ?? ''}`,
      ]),
    )
    expect(states).toMatchObject({ 'gateway-path': 'found 4', 'gateway-target': 'found 3' })
  })
})
