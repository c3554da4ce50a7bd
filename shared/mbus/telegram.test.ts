import { describe, expect, it } from 'vitest'
import { decodeTelegram } from './telegram.ts'
import type { Telegram } from './decoded-telegram.ts'

const bytesOf = (hex: string) =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
const decode = (ci: number, hex: string) => decodeTelegram(ci, bytesOf(hex))
const telegram = (ci: number, hex: string): Telegram => {
  const decoded = decode(ci, hex)
  if (!decoded.ok) throw new Error(decoded.problem)
  return decoded.telegram
}
const problem = (ci: number, hex: string): string => {
  const decoded = decode(ci, hex)
  return decoded.ok ? `decoded ${decoded.telegram.records.length} records` : decoded.problem
}
// TST is 20*1024 + 19*32 + 20 = 0x5274.
const header = '78 56 34 12 74 52 2A 02 37 1D 00 00'
const numbers = (read: Telegram) =>
  read.records.map(({ value }) => (value.kind === 'number' ? value.value : value.kind))

describe('decodeTelegram', () => {
  it('reads the header: number, maker, version, medium, status bits', () => {
    expect(telegram(0x72, header).header).toEqual({
      id: '12345678',
      manufacturer: 'TST',
      version: 42,
      medium: 2,
      mediumName: 'electricity',
      accessNumber: 55,
      signature: 0,
      status: {
        code: 0x1d,
        busy: true,
        applicationError: false,
        powerLow: true,
        permanentError: true,
        temporaryError: true,
        manufacturerBits: 0,
      },
    })
  })

  it('keeps hex digits of a number that is not decimal', () => {
    expect(telegram(0x72, `3E 02 00 05${header.slice(11)}`).header?.id).toBe('0500023E')
  })

  it('reads the same telegram most significant byte first (CI 76)', () => {
    const read = telegram(
      0x76,
      '12 34 56 78 52 74 2A 02 37 1D 00 00 02 FD 48 08 FD 0C 04 00 01 23 45 0D FD 0B 05 57 46 48 32 31',
    )
    expect(read.header).toMatchObject({ id: '12345678', manufacturer: 'TST', version: 42 })
    expect(numbers(read)).toEqual([230.1, 123450, 'text'])
    expect(read.records[2]?.value).toEqual({ kind: 'text', text: 'WFH21' })
  })

  it('reads records without a header (CI 78) and with a short plain one (CI 7A)', () => {
    expect(telegram(0x78, '02 2B 05 00')).toMatchObject({ header: null, kind: 'variable' })
    expect(numbers(telegram(0x7a, '37 00 00 00 02 2B 05 00'))).toEqual([5])
  })

  it('reads the fixed data structure: decimal or binary counters, historic ones, its own units', () => {
    const decimal = telegram(0x73, '78 56 34 12 0A 00 85 45 01 00 00 00 35 01 00 00')
    expect(decimal.header).toMatchObject({
      id: '12345678',
      manufacturer: '',
      medium: 6,
      mediumName: 'warm water',
      accessNumber: 10,
    })
    expect(decimal.records.map(({ vif, value }) => [vif.quantity, vif.unit, value])).toEqual([
      ['energy', 'Wh', { kind: 'number', raw: 1, value: 1000 }],
      ['energy', 'Wh', { kind: 'number', raw: 135, value: 135000 }],
    ])
    expect(numbers(telegram(0x73, '78 56 34 12 0A 01 17 3E 10 00 00 00 00 01 00 00'))).toEqual([16000, 256000])
    expect(
      telegram(0x73, '78 56 34 12 0A 00 17 3E 10 00 00 00 00 01 00 00').records.map(({ storage }) => storage),
    ).toEqual([0, 1])
    expect(numbers(telegram(0x73, '78 56 34 12 0A 00 17 17 0A 00 00 00 00 01 00 00'))).toEqual(['none', 100000])
  })

  it('tells error and alarm reports', () => {
    expect(telegram(0x70, '08').report).toEqual({ code: 8, text: 'application too busy for the request' })
    expect(telegram(0x70, '').report).toEqual({ code: 0, text: 'unspecified error' })
    expect(telegram(0x71, '05').report).toEqual({ code: 5, text: 'alarm bits 00000101' })
  })

  it('passes over fillers and keeps what follows 0F and 1F as the maker’s own', () => {
    expect(numbers(telegram(0x72, `${header} 2F 01 2B 05 2F 2F`))).toEqual([5])
    expect(telegram(0x72, `${header} 01 2B 05 0F 01 2B`)).toMatchObject({
      manufacturerData: Uint8Array.of(1, 0x2b),
      moreFollows: false,
      records: [{}],
    })
    expect(telegram(0x72, `${header} 01 2B 05 1F`)).toMatchObject({
      manufacturerData: new Uint8Array(0),
      moreFollows: true,
    })
  })

  const encrypted = (word: string) => `${header.slice(0, 30)}${word} 12 34 56 78`
  it.each([
    [
      'AES',
      0x72,
      encrypted('10 05'),
      'the meter TST 12345678 encrypts its values (AES-128, mode 5, signature 0510): switch its encryption off, keys are not supported',
    ],
    ['AES with a short header', 0x7a, '37 00 10 05 12 34 56 78', 'the meter encrypts its values (AES-128, mode 5'],
    ['DES', 0x72, encrypted('08 02'), 'encrypts its values (DES, mode 2'],
    [
      'another signature whose data are no records',
      0x72,
      `${header.slice(0, 30)}27 B6 04 2B 01`,
      'its signature is B627, so the meter may encrypt its values',
    ],
    ['a short header', 0x72, '78 56', 'the reply ends after 2 bytes, within the header of 12'],
    ['a short fixed structure', 0x73, '78 56', 'the fixed data structure takes 16 bytes, the reply has 2'],
    ['a compact frame', 0x79, '', 'the reply is a compact or format frame (CI 79)'],
    ['an unknown CI', 0x51, '', 'the reply has the CI 51, which is no answer with values'],
    ['an end within DIF', 0x72, `${header} 01 2B 05 84`, 'record 2, byte 16 of the data: it ends within its DIF'],
    ['an end within VIF', 0x72, `${header} 04 FD`, 'record 1, byte 13 of the data: it ends within its VIF'],
    ['an end within the data', 0x72, `${header} 04 2B 01 02`, 'its data of 4 bytes end after 2'],
    ['an end within a text', 0x72, `${header} 0D 2B 05 41`, 'its data of 5 bytes end after 1'],
    ['an end within the text of a VIF', 0x72, `${header} 02 7C 05 41`, 'it ends within the text of its VIF'],
    ['a reserved length', 0x72, `${header} 0D 2B CA`, 'its length (LVAR CA) is reserved'],
    ['11 DIFEs', 0x72, `${header} 84${' 80'.repeat(10)} 00 2B`, 'it has more than 10 DIFEs'],
    ['11 VIFEs', 0x72, `${header} 04${' AB'.repeat(11)} 00`, 'it has more than 10 VIFEs'],
    ['a reserved DIF', 0x72, `${header} 3F`, 'record 1, byte 13 of the data: the DIF 3F is reserved'],
  ])('refuses %s', (_, ci, hex, expected) => {
    expect(problem(ci, hex)).toContain(expected)
  })

  it('reads plain values under a signature that names no encryption, and says so', () => {
    const read = telegram(0x72, `${header.slice(0, 30)}27 B6 01 2B 05`)
    expect(numbers(read)).toEqual([5])
    expect(read.notes).toEqual(['the signature is B627, which names no encryption: read as plain values'])
  })
})
