import { describe, expect, it } from 'vitest'
import { encodeRecord, encodeTelegram, type RecordToEncode } from './encode-telegram.ts'

const hexOf = (bytes: Uint8Array) =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

describe('encodeRecord', () => {
  // The bytes are python3 struct's, put together by hand from EN 13757-3.
  it.each<[string, RecordToEncode, string]>([
    ['an integer', { vif: [0xfd, 0x48], data: { coding: 'int16', value: 2301 } }, '02 FD 48 FD 08'],
    ['a negative integer of 3 bytes', { vif: [0x2b], data: { coding: 'int24', value: -66 } }, '03 2B BE FF FF'],
    ['BCD of a tariff', { tariff: 1, vif: [0x04], data: { coding: 'bcd8', value: 1252 } }, '8C 10 04 52 12 00 00'],
    [
      'BCD of a tariff and storage 2',
      { tariff: 1, storage: 2, vif: [0x04], data: { coding: 'bcd8', value: 1252 } },
      '8C 11 04 52 12 00 00',
    ],
    ['negative BCD', { vif: [0x2d], data: { coding: 'bcd4', value: -123 } }, '0A 2D 23 F1'],
    [
      'a sub-unit above 1',
      { subUnit: 2, tariff: 1, vif: [0x03], data: { coding: 'int32', value: 7854 } },
      '84 90 40 03 AE 1E 00 00',
    ],
    [
      'a maximum of storage 1',
      { function: 'maximum', storage: 1, vif: [0x2b], data: { coding: 'int8', value: 5 } },
      '51 2B 05',
    ],
    ['float', { vif: [0xfd, 0x49], data: { coding: 'float32', value: 230.5 } }, '05 FD 49 00 80 66 43'],
    [
      'text, last letter first',
      { vif: [0xfd, 0x0b], data: { coding: 'text', value: 'WFH21' } },
      '0D FD 0B 05 31 32 48 46 57',
    ],
  ])('%s', (_, record, hex) => {
    expect(hexOf(encodeRecord(record))).toBe(hex)
  })

  it.each<[string, RecordToEncode]>([
    ['int8 of 128', { vif: [0x2b], data: { coding: 'int8', value: 128 } }],
    ['5 digits in BCD of 4', { vif: [0x2b], data: { coding: 'bcd4', value: 12345 } }],
    ['4 digits and a sign in BCD of 4', { vif: [0x2b], data: { coding: 'bcd4', value: -1234 } }],
  ])('refuses %s', (_, record) => {
    expect(() => encodeRecord(record)).toThrow(RangeError)
  })
})

describe('encodeTelegram', () => {
  const header = { id: '12345678', manufacturer: 'TST', version: 1, medium: 2, accessNumber: 9 }
  it('puts header, records and end together', () => {
    expect(
      hexOf(
        encodeTelegram(header, [{ vif: [0xfd, 0x48], data: { coding: 'int16', value: 2301 } }], { moreFollows: true }),
      ),
    ).toBe('78 56 34 12 74 52 01 02 09 00 00 00 02 FD 48 FD 08 1F')
    expect(hexOf(encodeTelegram({ ...header, status: 4 }, [], { manufacturerData: Uint8Array.of(1, 2) }))).toBe(
      '78 56 34 12 74 52 01 02 09 04 00 00 0F 01 02',
    )
  })
  it('refuses what is no identification number or maker', () => {
    expect(() => encodeTelegram({ ...header, id: '123' }, [])).toThrow(RangeError)
    expect(() => encodeTelegram({ ...header, manufacturer: 'Ab' }, [])).toThrow(RangeError)
  })
})
