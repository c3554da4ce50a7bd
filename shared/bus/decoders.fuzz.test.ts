import { expect, it } from 'vitest'
import { bitwiseCrc } from '../test-support/bitwise-crc.ts'
import { bytesOfHex, hexOf } from '../modbus/words.ts'
import { fuzzRuns, fuzzTimeoutMs, mutate } from '../test-support/fuzz.ts'
import { seededRandom } from '../test-support/seeded-random.ts'
import { cutFrames } from './cut-frames.ts'
import { decodeFrame } from './decode-frame.ts'
import { pairExchanges } from './exchange.ts'
import { signsOf } from './signs.ts'
import type { Framing, TapeEntry } from './tape-entry.ts'

const seeds: Readonly<Record<Framing, readonly string[]>> = {
  rtu: ['1103006B00037687', '110306AE415652434049AD', '0A8102B053', '11100001000204000A01 02C6F0'.replaceAll(' ', '')],
  // ':1103006B00037E', a reply with the '>' of ABL chargers, an exception; as characters.
  ascii: [':1103006B00037E\r\n', '>01030A2EC2910B03E803E803E8A5\r\n', ':0A8302' + '71\r\n'].map((text) =>
    Buffer.from(text, 'latin1').toString('hex'),
  ),
  mbap: [
    '000100000006110300 6B0003'.replaceAll(' ', ''),
    '000100000009110306AE4156524340',
    '000100000003 11830B'.replaceAll(' ', ''),
  ],
  mbus: ['E5', '107B017C16', '680F0F6808017278563412244001075500000 03 13 16'.replaceAll(' ', '').slice(0, 40)],
}

it.each(Object.keys(seeds) as Framing[])(
  '%s: no bytes break the decoder, and none with a wrong check sum are taken for a frame',
  (framing) => {
    const random = seededRandom(2026)
    const all = seeds[framing].map(bytesOfHex)
    for (let run = 0; run < fuzzRuns; run += 1) {
      const bytes = mutate(all[run % all.length] ?? new Uint8Array(), random)
      const said = decodeFrame(framing, bytes)
      if (said.words.length > 20 * bytes.length + 300) throw new Error(`unbounded words for ${hexOf(bytes)}`)
      if (framing === 'rtu') {
        const isRight =
          bytes.length >= 4 && bitwiseCrc(bytes.subarray(0, -2)) === (((bytes.at(-1) ?? 0) << 8) | (bytes.at(-2) ?? 0))
        if (!isRight && said.shape !== 'garbage') throw new Error(`accepted ${hexOf(bytes)}`)
        if (cutFrames(bytes).map(hexOf).join('') !== hexOf(bytes)) throw new Error(`lost bytes of ${hexOf(bytes)}`)
      }
      if (framing === 'ascii' && said.shape !== 'garbage') {
        const text = Buffer.from(bytes).toString('latin1')
        const sum = /^[:>]((?:[0-9A-Fa-f]{2}){3,255})\r\n$/
          .exec(text)?.[1]
          ?.match(/../g)
          ?.reduce((total, pair) => total + parseInt(pair, 16), 0)
        // With the LRC among them the bytes of a right frame add up to a multiple of 256.
        if (sum === undefined || sum % 256 !== 0) throw new Error(`accepted ${hexOf(bytes)}`)
      }
      if (
        framing === 'mbap' &&
        said.shape !== 'garbage' &&
        (bytes[2] !== 0 || bytes[3] !== 0 || (bytes[4] ?? 0) * 256 + (bytes[5] ?? 0) !== bytes.length - 6)
      )
        throw new Error(`accepted ${hexOf(bytes)}`)
    }
  },
  fuzzTimeoutMs,
)

it(
  'any order of anything is paired and judged, and every request is one exchange',
  () => {
    const random = seededRandom(7)
    for (let run = 0; run < fuzzRuns / 100; run += 1) {
      const framing = (['rtu', 'mbap', 'mbus', 'ascii'] as const)[run % 4] ?? 'rtu'
      const from = seeds[framing].map(bytesOfHex)
      let ms = 0
      const entries = Array.from({ length: 40 }, (_, seq): TapeEntry => {
        ms += random() * 300
        if (random() < 0.1)
          return {
            kind: 'event',
            seq,
            atMs: ms,
            monotonicMs: ms,
            event: random() < 0.5 ? 'late-reply' : 'disconnected',
            unit: null,
            detail: '',
          }
        const seed = from[Math.floor(random() * from.length)] ?? new Uint8Array()
        return {
          kind: 'frame',
          seq,
          atMs: ms,
          monotonicMs: ms,
          firstMonotonicMs: ms - random() * 5,
          direction: random() < 0.5 ? 'sent' : 'received',
          hex: hexOf(random() < 0.5 ? seed : mutate(seed, random)),
        }
      })
      const talk = pairExchanges(entries, framing, 0.5)
      expect(talk.exchanges).toHaveLength(
        entries.filter((entry) => entry.kind === 'frame' && entry.direction === 'sent').length,
      )
      for (const { turnaroundMs } of talk.exchanges)
        if (turnaroundMs !== null && !(turnaroundMs >= 0)) throw new Error(`turnaround ${turnaroundMs}`)
      signsOf(talk, { framing, isNetwork: false, localEcho: false })
    }
  },
  fuzzTimeoutMs,
)
