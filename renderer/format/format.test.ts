import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvNumber, styleOfLocale, toCsv } from './csv.ts'
import { detailText } from './detail-text.ts'
import { formatAge, formatCountdown, formatLength, formatPeriod } from './duration.ts'
import { formatBytes, formatLimit, formatNumber } from './number.ts'
import { formatQuantity, formatScaled, scaleOf, scaleOfAll } from './quantity.ts'
import { createTimeFormat, fileTime } from './time.ts'
import { readTypedNumber, typedNumberProblem } from './typed-number.ts'

describe('numbers', () => {
  it('keeps the asked decimals, groups from five digits and uses a true minus', () => {
    expect(formatNumber(231.449, 1)).toBe('231.4')
    expect(formatNumber(4123, 0)).toBe('4123')
    expect(formatNumber(41233.4, 0)).toBe('41\u202f233')
    expect(formatNumber(-1234567.25, 2)).toBe('\u22121\u202f234\u202f567.25')
  })
  it('never writes minus zero', () => {
    expect(formatNumber(-0.04, 1)).toBe('0.0')
    expect(formatNumber(-0, 0)).toBe('0')
  })
  it('reads back to the rounded number whatever the value', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 3 }), (value, digits) => {
        const back = Number(formatNumber(value, digits).replaceAll('\u202f', '').replace('\u2212', '-'))
        expect(Math.abs(back - value)).toBeLessThanOrEqual(0.5 * 10 ** -digits + 1e-6)
      }),
    )
  })
  it('shows a declared limit without decimals it does not have', () => {
    expect(formatLimit(63)).toBe('63')
    expect(formatLimit(7.5)).toBe('7.5')
  })
  it('scales bytes', () => {
    expect(formatBytes(999)).toBe('999 B')
    expect(formatBytes(12_345_678)).toBe('12.3 MB')
  })
})

describe('quantities', () => {
  it('takes digits and unit from the quantity list', () => {
    expect(formatQuantity('u_l1n', 231.44)).toBe('231.4\u00a0V')
    expect(formatQuantity('pf_total', -0.98)).toBe('\u22120.980')
    expect(formatQuantity('temperature', 41)).toBe('41.0\u00a0°C')
  })
})

describe('powers', () => {
  it.each([
    [0, '0\u00a0W'],
    [850.4, '850\u00a0W'],
    [-8512, '\u22128.51\u00a0kW'],
    [35_876, '35.9\u00a0kW'],
    [138_828, '138.8\u00a0kW'],
    [1_388_280, '1.388\u00a0MW'],
    [12_345_678, '12.35\u00a0MW'],
  ])('%d W is read as %s', (watts, text) => expect(formatQuantity('p_total', watts)).toBe(text))
  it('of one row share a scale, so that they compare', () => {
    const scale = scaleOfAll('p_l1', [12_000, -90, null, undefined])
    expect([scale.unit, formatScaled(12_000, scale), formatScaled(-90, scale)]).toEqual(['kW', '12.0', '\u22120.1'])
    expect(scaleOfAll('p_l1', []).unit).toBe('W')
    expect(scaleOfAll('q_total', [20_000]).unit).toBe('kvar')
    expect(scaleOfAll('e_import', [2_000_000]).unit).toBe('kWh')
  })
  it('never lose more than half a digit of what they show, and show four digits at most before the mark', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e8, max: 1e8, noNaN: true }), (watts) => {
        const scale = scaleOf('p_total', watts)
        const shown = Number(formatScaled(watts, scale).replaceAll('\u202f', '').replace('\u2212', '-'))
        expect(Math.abs(shown / scale.factor - watts)).toBeLessThanOrEqual(
          (0.5 * 10 ** -scale.digits) / scale.factor + 1e-3,
        )
        expect(Math.abs(shown)).toBeLessThan(10_000)
      }),
    )
  })
})

describe('durations', () => {
  it.each([
    [-50, '0.0 s'],
    [400, '0.4 s'],
    [9960, '10 s'],
    [45_000, '45 s'],
    [720_000, '12 min'],
    [11_520_000, '3.2 h'],
    [432_000_000, '5 d'],
  ])('age %d ms', (ms, text) => {
    expect(formatAge(ms)).toBe(text)
  })
  it('counts down to zero and not beyond', () => {
    expect(formatCountdown(272_000)).toBe('4:32')
    expect(formatCountdown(3_872_000)).toBe('1:04:32')
    expect(formatCountdown(1)).toBe('0:01')
    expect(formatCountdown(-5)).toBe('0:00')
  })
  it('writes periods and lengths with their unit', () => {
    expect(formatPeriod(200)).toBe('200 ms')
    expect(formatPeriod(1000)).toBe('1.0 s')
    expect(formatPeriod(900_000)).toBe('15 min')
    expect(formatLength(5400)).toBe('1 h 30 min')
    expect(formatLength(45)).toBe('45 s')
  })
})

describe('times', () => {
  const winter = Date.UTC(2026, 10, 23, 23, 30, 5, 678)
  it("shows the site's clock and date, not this computer's", () => {
    const time = createTimeFormat('Europe/Berlin')
    expect(time.clock(winter)).toBe('00:30:05')
    expect(time.date(winter)).toBe('2026-11-24')
    expect(time.clockTenths(winter)).toBe('00:30:05.6')
    expect(time.near(winter, winter + 1000)).toBe('00:30:05')
    expect(time.near(winter, winter - 86_400_000)).toBe('2026-11-24 00:30:05')
  })
  it('falls back to a labelled UTC for a zone that does not exist', () => {
    expect(createTimeFormat('Mars/Olympus').zone).toBe('UTC')
  })
  it('takes a time back from a field in the zone of the site, also around the change of the clocks', () => {
    const time = createTimeFormat('Europe/Berlin')
    for (const ms of [
      winter,
      Date.UTC(2026, 6, 1, 12),
      Date.UTC(2026, 2, 29, 0, 59, 59),
      Date.UTC(2026, 2, 29, 1),
      Date.UTC(2026, 9, 25, 3),
    ]) {
      expect(time.fromField(time.toField(ms))).toBe(Math.floor(ms / 1000) * 1000)
    }
    expect(time.fromField('2026-11-23T10:12')).toBe(Date.UTC(2026, 10, 23, 9, 12))
    for (const text of ['soon', '2026-13-01 10:00', '2026-11-23', '']) expect(time.fromField(text), text).toBeNull()
  })
  it('gives back every quarter of an hour of a year as it was typed, in any zone', () => {
    for (const zone of ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']) {
      const time = createTimeFormat(zone)
      const shown = new Set<string>()
      let count = 0
      for (let ms = Date.UTC(2026, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 15 * 60_000) {
        const text = time.toField(ms)
        if (time.fromField(text) !== ms) throw new Error(`${zone}: ${text} is not ${new Date(ms).toISOString()}`)
        shown.add(text)
        count += 1
      }
      expect(shown.size, zone).toBe(count)
    }
  })
  it('tells the two 02:15 of the October night apart, and refuses what does not exist', () => {
    const time = createTimeFormat('Europe/Berlin')
    const [first, second] = [Date.UTC(2026, 9, 25, 0, 15), Date.UTC(2026, 9, 25, 1, 15)]
    expect([time.toField(first), time.toField(second)]).toEqual([
      '2026-10-25 02:15:00 +02:00',
      '2026-10-25 02:15:00 +01:00',
    ])
    expect(time.fromField('2026-10-25 02:15')).toBe(first)
    expect(time.fromField('2026-10-25T02:15:00+01:00')).toBe(second)
    expect(time.fromField('2026-10-25 24:00')).toBe(Date.UTC(2026, 9, 25, 23))
    for (const [text, problem] of [
      ['2026-03-29 02:30', /skips this time/],
      ['2026-02-31 10:00', /month 2 of 2026 has no day 31/],
      ['2026-02-29 10:00', /has no day 29/],
      ['2026-13-01 10:00', /no month 13/],
      ['2026-11-23 10:75', /minutes and seconds to 59/],
      ['2026-11-23 10:12 +05:00', /offset of the site is \+01:00/],
      ['25.10.2026 02:30', /write 2026-11-23 10:12:03/],
    ] as const) {
      const read = time.readField(text)
      expect(read.ok ? 'taken' : read.problem, text).toMatch(problem)
    }
    expect(time.fromField('2028-02-29 10:00')).toBe(Date.UTC(2028, 1, 29, 9))
  })
  it('makes names of files that sort', () => expect(fileTime(winter)).toBe('20261123T233005Z'))
})

describe('csv', () => {
  it('quotes, keeps a missing value empty and defuses formulas', () => {
    expect(
      toCsv({
        header: ['a', 'b,c'],
        rows: [
          [1.5, null],
          ['=1+1', 'say "hi"'],
          [-3, 'x\ny'],
        ],
      }),
    ).toBe('a,"b,c"\r\n1.5,\r\n\'=1+1,"say ""hi"""\r\n-3,"x\ny"\r\n')
  })
  it('takes separator and decimal sign together, by choice', () => {
    const table = {
      header: ['v', 't;u'],
      rows: [
        [1.5, 'a;b'],
        [-0.25, 'a,b'],
      ],
    }
    expect(toCsv(table, 'semicolon')).toBe('v;"t;u"\r\n1,5;"a;b"\r\n-0,25;a,b\r\n')
    expect(toCsv(table, 'tab')).toBe('v\tt;u\r\n1.5\ta;b\r\n-0.25\ta,b\r\n')
  })
  it.each([
    ['de-DE', 'semicolon'],
    ['fr-FR', 'semicolon'],
    ['en-GB', 'comma'],
    ['en-US', 'comma'],
  ] as const)('a computer in %s begins with %s', (locale, style) => expect(styleOfLocale(locale)).toBe(style))
  it.each([
    [231.44999694824219, '231.45'],
    [0.012345678, '0.0123457'],
    [12_345.67891, '12345.679'],
    [1_284_312.8, '1284312.8'],
    [-0.0000001, '-0.0000001'],
    [1_764_000_000_123, '1764000000123'],
    [3, '3'],
  ])('%d is written as %s', (value, text) => expect(csvNumber(value, '.')).toBe(text))
  it('keeps six significant digits or the thousandth, whichever is finer, and no exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
        const text = csvNumber(value, '.')
        expect(text).not.toMatch(/e/i)
        const finest = Math.min(5.01e-4, Math.abs(value) * 5.01e-6)
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.max(5e-13, finest))
      }),
    )
  })
})

describe('the detail of an audit row', () => {
  it('shows moments as times of the site, and lengths as they are', () => {
    const time = createTimeFormat('Europe/Berlin')
    const detail = {
      limitA: 8,
      expiresAtMs: Date.UTC(2026, 10, 23, 9, 12),
      ttlMs: 300_000,
      nested: { fromMs: Date.UTC(2026, 0, 1) },
    }
    expect(detailText(detail, time)).toBe(
      'limitA: 8, expiresAt: 2026-11-23 10:12:00, ttlMs: 300000, nested: (from: 2026-01-01 01:00:00)',
    )
  })
})

describe('a typed number', () => {
  it('is taken with a point or a comma', () => {
    for (const [text, value] of [
      ['63', 63],
      ['63.5', 63.5],
      [' 63,5 ', 63.5],
      ['63,', 63],
      ['.5', 0.5],
      ['-3', -3],
    ] as const)
      expect(readTypedNumber(text), text).toBe(value)
  })
  it('is never made of something else: the text stays, with what is wrong', () => {
    for (const [text, problem] of [
      ['250/5', /two numbers/],
      ['1e3', /without an exponent/],
      ['1 000', /without separators/],
      ["1'000", /without separators/],
      ['1,000.5', /without separators/],
      ['63 A', /is no number/],
      ['0x10', /is no number/],
      ['Infinity', /is no number/],
    ] as const) {
      expect(readTypedNumber(text), text).toBe(text)
      expect(typedNumberProblem(readTypedNumber(text)), text).toMatch(problem)
    }
    expect(typedNumberProblem('')).toBeNull()
  })
})
