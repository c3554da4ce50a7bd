import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLinkReceiver, encodeLinkFrame, type LinkFrame, type LinkItem } from './link-frame.ts'

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
const hexOf = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')
const told = (items: readonly LinkItem[]) =>
  items.map((item) => `${item.kind === 'frame' ? item.frame.kind : item.kind} ${hexOf(item.bytes)}`)
const received = (hex: string) => {
  const receiver = createLinkReceiver()
  return [...told(receiver.push(bytesOf(hex))), `pending ${hexOf(receiver.pending())}`.trim()]
}

describe('encodeLinkFrame', () => {
  // Sums by hand: 40+01 = 41; 53+FD+50 = 1A0; 08+01+72+05 = 80.
  it.each<[string, LinkFrame, string]>([
    ['ACK', { kind: 'ack' }, 'E5'],
    ['SND_NKE', { kind: 'short', control: 0x40, address: 1 }, '10 40 01 41 16'],
    [
      'an application reset',
      { kind: 'control', control: 0x53, address: 0xfd, ci: 0x50, data: new Uint8Array(0) },
      '68 03 03 68 53 FD 50 A0 16',
    ],
    [
      'RSP_UD',
      { kind: 'long', control: 8, address: 1, ci: 0x72, data: Uint8Array.of(5) },
      '68 04 04 68 08 01 72 05 80 16',
    ],
  ])('%s', (_, frame, hex) => {
    expect(hexOf(encodeLinkFrame(frame))).toBe(hex)
  })

  it('refuses more than a frame holds', () => {
    expect(() =>
      encodeLinkFrame({ kind: 'long', control: 8, address: 1, ci: 0x72, data: new Uint8Array(253) }),
    ).toThrow(RangeError)
    expect(encodeLinkFrame({ kind: 'long', control: 8, address: 1, ci: 0x72, data: new Uint8Array(252) })).toHaveLength(
      261,
    )
  })
})

describe('createLinkReceiver', () => {
  const long = '68 04 04 68 08 01 72 05 80 16'
  it.each([
    [
      'frames one after the other',
      `E5 10 40 01 41 16 68 03 03 68 53 FD 50 A0 16 ${long}`,
      ['ack E5', 'short 10 40 01 41 16', 'control 68 03 03 68 53 FD 50 A0 16', `long ${long}`, 'pending'],
    ],
    ['stray bytes before a frame', `00 FF ${long}`, ['stray 00 FF', `long ${long}`, 'pending']],
    ['a frame begun', '68 04 04 68 08', ['pending 68 04 04 68 08']],
    [
      'a wrong sum: the frame goes as a whole, and no E5 within it is an acknowledgement',
      '68 04 04 68 08 01 72 E5 80 16 E5',
      ['checksum 68 04 04 68 08 01 72 E5 80 16', 'ack E5', 'pending'],
    ],
    ['a wrong sum of a short frame', '10 40 01 42 16', ['checksum 10 40 01 42 16', 'pending']],
    [
      'two lengths that differ, then a good frame',
      `68 04 05 68 ${long}`,
      ['length 68', 'stray 04 05', 'length 68', `long ${long}`, 'pending'],
    ],
    [
      'a wrong end; an E5 after it counts as data',
      '68 04 04 68 08 01 72 E5 60 17 E5',
      ['stop 68', 'stray 04 04', 'length 68', 'stray 08 01 72 E5 60 17 E5', 'pending'],
    ],
    ['a length below 3', '68 02 02 68', ['length 68', 'stray 02 02', 'pending 68']],
  ])('%s', (_, hex, expected) => {
    expect(received(hex)).toEqual(expected)
  })

  it('forgets a frame begun and any doubt on reset', () => {
    const receiver = createLinkReceiver()
    receiver.push(bytesOf('68 04 05'))
    receiver.push(bytesOf('68 04'))
    receiver.reset()
    expect(told(receiver.push(bytesOf('E5')))).toEqual(['ack E5'])
  })

  it('does not care how the bytes are cut', () => {
    const frame = fc.oneof(
      fc.constant<LinkFrame>({ kind: 'ack' }),
      fc.record({ kind: fc.constant('short' as const), control: fc.nat(255), address: fc.nat(255) }),
      fc.record({
        kind: fc.constant('long' as const),
        control: fc.nat(255),
        address: fc.nat(255),
        ci: fc.nat(255),
        data: fc.uint8Array({ minLength: 1, maxLength: 252 }),
      }),
    )
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (frames, cuts) => {
          const bytes = Uint8Array.from(frames.flatMap((each) => [...encodeLinkFrame(each)]))
          const receiver = createLinkReceiver()
          const items: LinkItem[] = []
          for (let at = 0, index = 0; at < bytes.length; index += 1) {
            const size = cuts[index % cuts.length] as number
            items.push(...receiver.push(bytes.slice(at, at + size)))
            at += size
          }
          expect(items.map((item) => (item.kind === 'frame' ? item.frame : item))).toEqual(frames)
          expect(receiver.pending()).toHaveLength(0)
        },
      ),
    )
  })
})
