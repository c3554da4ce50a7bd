import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asciiLength, encodeAscii, longestAscii, readAscii } from './ascii-frame.ts'
import { bytesOfHex, hexOf } from './words.ts'

const characters = (text: string): Uint8Array => Uint8Array.from(Buffer.from(`${text}\r\n`, 'latin1'))
const textOf = (frame: Uint8Array): string => Buffer.from(frame).toString('latin1')

describe('Modbus ASCII', () => {
  // Published in tutorials of Modbus (unit 17), and requests and replies of ABL chargers as several projects log them.
  it.each([
    ['1103006B0003', ':1103006B00037E'],
    ['010300010002', ':010300010002F9'],
    ['0103002E0005', ':0103002E0005C9'],
    ['01100014000102' + '00A6', ':0110001400010200A632'],
    ['0110001400010203E8', ':0110001400010203E8ED'],
  ])('%s is sent as %s', (body, text) => {
    expect(textOf(encodeAscii(bytesOfHex(body)))).toBe(`${text}\r\n`)
    expect(readAscii(characters(text))).toEqual({ ok: true, body: bytesOfHex(body) })
  })

  it('reads the replies of an ABL charger, which begin with another character', () => {
    for (const [text, body] of [
      ['>01030A2EC2910B03E803E803E8A5', '01030A2EC2910B03E803E803E8'],
      ['>01030A2EA1121503E803E803E83B', '01030A2EA1121503E803E803E8'],
    ] as const) {
      const read = readAscii(characters(text))
      expect(read.ok ? hexOf(read.body) : read).toBe(body)
    }
  })

  it('gives back what it was given, in either case of the digits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2, maxLength: 254 }), fc.boolean(), (body, isSmall) => {
        const frame = encodeAscii(body)
        expect(frame.length).toBe(asciiLength(body.length))
        expect(
          readAscii(isSmall ? Uint8Array.from(Buffer.from(textOf(frame).toLowerCase(), 'latin1')) : frame),
        ).toEqual({ ok: true, body })
      }),
    )
  })

  it('takes no frame with one wrong digit', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 2, maxLength: 60 }),
        fc.nat(),
        fc.constantFrom(...'0123456789ABCDEF'),
        (body, place, digit) => {
          const text = textOf(encodeAscii(body)).slice(0, -2)
          const at = 1 + (place % (text.length - 1))
          fc.pre(text[at] !== digit)
          expect(readAscii(characters(text.slice(0, at) + digit + text.slice(at + 1)))).toMatchObject({
            ok: false,
            checksum: true,
          })
        },
      ),
    )
  })

  it('says what is wrong', () => {
    const why = (text: string) => {
      const read = readAscii(characters(text))
      return read.ok || read.checksum ? null : read.why
    }
    expect(why('1103006B00037E')).toContain("no ':'")
    expect(why(':1103006B00037')).toContain('no whole bytes')
    expect(why(':11ED')).toContain('too short')
    expect(why(':1103006G00037E')).toContain('no hexadecimal digits')
    expect(why(`:${'00'.repeat(256)}`)).toContain(`${longestAscii} are the most`)
    expect(readAscii(characters(':1103006B00037F'))).toEqual({ ok: false, checksum: true, came: 0x7f, fits: 0x7e })
  })
})
