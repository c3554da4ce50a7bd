import { describe, expect, it } from 'vitest'
import { bytesSource } from '../wave-record/byte-source.ts'
import { drawRecord } from '../wave-record/draw-record.ts'
import { valuesAt } from '../wave-record/at-cursor.ts'
import { spectrumAt } from '../wave-record/spectrum.ts'
import { decodeText } from '../text/test-support/decode-text.ts'
import { readComtrade } from './read-comtrade.ts'

/** A record as a recorder writes it, with places to break it. */
const lines = [
  'Station 4,Recorder,1999',
  '3,2A,1D',
  '1,UA,A,,V,0.1,0,0,-32767,32767,1,1,P',
  '2,IA,A,,A,0.01,0,0,-32767,32767,1,1,P',
  '1,Breaker,,,0',
  '50',
  '1',
  '1000,60',
  '12/03/2026,10:15:30.000000',
  '12/03/2026,10:15:30.020000',
  'ASCII',
  '1',
]
const rows = Array.from({ length: 60 }, (_, at) => {
  const turn = (2 * Math.PI * 50 * at) / 1000
  return `${at + 1},${at * 1000},${Math.round(3250 * Math.sin(turn))},${Math.round(1000 * Math.cos(turn))},${at > 20 ? 1 : 0}`
})
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = (config: Uint8Array | string, data: Uint8Array | string | null = rows.join('\r\n')) =>
  readComtrade({
    config: bytesSource(typeof config === 'string' ? utf8(config) : config),
    data: data === null ? null : bytesSource(typeof data === 'string' ? utf8(data) : data),
    decode: decodeText,
  })
const joinLines = (all: readonly string[], ends = '\r\n') => all.join(ends) + ends
const withLine = (at: number, text: string, all: readonly string[] = lines) => joinLines(all.with(at, text))

/** What every answer must be: said in words, or a record whose every use gives numbers or gaps, and no more samples than bytes. */
const isSound = (answer: ReturnType<typeof readComtrade>): void => {
  if (!answer.ok) {
    expect(answer.why.length).toBeGreaterThan(10)
    return
  }
  const [record] = answer.value.file.records
  expect(record).toBeDefined()
  const { durationS, triggerS, groups, traces, start } = record!
  expect(Number.isFinite(durationS) && durationS >= 0).toBe(true)
  expect(triggerS === null || Number.isFinite(triggerS)).toBe(true)
  expect(start === null || Number.isFinite(start.wallMs)).toBe(true)
  for (const { timebase } of groups) {
    expect(timebase.count).toBeLessThanOrEqual(100)
    for (let at = 0; at < timebase.count; at += 1) expect(Number.isFinite(timebase.timeAt(at))).toBe(true)
  }
  const all = traces.map((_, trace) => trace)
  const request = { fromS: 0, toS: Math.max(durationS, 1e-6), columns: 50, traces: all, isPrimary: true, nominalHz: 50 }
  for (const mode of ['samples', 'rms'] as const)
    for (const { times } of drawRecord(record!, { ...request, mode }))
      expect([...times].every((time) => Number.isFinite(time))).toBe(true)
  const values = valuesAt(record!, { atS: durationS / 2, traces: all, nominalHz: 50, isPrimary: true })
  expect(values.traces).toHaveLength(all.length)
  for (const trace of all) spectrumAt(record!, { trace, atS: durationS / 2, nominalHz: 50, isPrimary: true })
}
const shown = (answer: ReturnType<typeof readComtrade>): number =>
  answer.ok ? (answer.value.file.records[0]?.groups[0]?.timebase.count ?? 0) : -1
const said = (answer: ReturnType<typeof readComtrade>): string =>
  answer.ok ? answer.value.file.notes.map(({ text }) => text).join(' ') : answer.why

describe('COMTRADE as other programs and people leave it', () => {
  it.each([
    ['lines ended by CR alone', joinLines(lines, '\r')],
    ['lines ended by LF', joinLines(lines, '\n')],
    ['blanks around every field', joinLines(lines.map((line) => line.split(',').join(' , ')))],
    ['a byte-order mark', `\ufeff${joinLines(lines)}`],
    ['no line end at the end', lines.join('\r\n')],
    ['blank lines at the end', `${joinLines(lines)}\r\n\r\n`],
    ['a DOS end-of-file sign', `${joinLines(lines)}\u001a`],
    ['a small-letter kind of data', withLine(10, 'ascii')],
    ['the time factor of a later revision missing', joinLines(lines.slice(0, 11))],
    ['the lines of 2013 in a file that says 1999', joinLines([...lines, '0,0', '0,0'])],
  ])('%s: all of it is read', (_name, config) => {
    const answer = read(config)
    isSound(answer)
    expect(shown(answer)).toBe(60)
  })

  it.each([
    ['data lines ended by CR alone', rows.join('\r')],
    ['data with blank lines between', rows.join('\r\n\r\n')],
    ['data with blanks around numbers', rows.map((row) => row.split(',').join(' , ')).join('\r\n')],
    ['a DOS end-of-file sign behind the data', `${rows.join('\r\n')}\r\n\u001a`],
  ])('%s: all of it is read', (_name, data) => {
    const answer = read(joinLines(lines), data)
    isSound(answer)
    expect(shown(answer)).toBe(60)
  })

  it('UTF-16 texts are read or said to be none', () => {
    const text = joinLines(lines)
    const bytes = new Uint8Array(2 + text.length * 2)
    bytes.set([0xff, 0xfe])
    for (let at = 0; at < text.length; at += 1) bytes[2 + at * 2] = text.charCodeAt(at)
    isSound(read(bytes))
  })

  const hostile: readonly (readonly [string, string])[] = [
    ['a comma in a channel’s name', withLine(2, '1,U,A,A,,V,0.1,0,0,-32767,32767,1,1,P')],
    ['a quoted name with a comma', withLine(2, '1,"U, phase A",A,,V,0.1,0,0,-32767,32767,1,1,P')],
    ['a negative count of channels', withLine(1, '-3,-2A,-1D')],
    ['counts that are no numbers', withLine(1, 'x,yA,zD')],
    ['no channel', withLine(1, '0,0A,0D')],
    ['a supply of 0 Hz', withLine(5, '0')],
    ['a supply of a billion hertz', withLine(5, '1e9')],
    ['no rate, times in the data', joinLines([...lines.slice(0, 6), '0', '0,60', ...lines.slice(8)])],
    ['a rate of zero', withLine(7, '0,60')],
    ['a negative rate', withLine(7, '-1000,60')],
    ['a rate that is no number', withLine(7, 'fast,60')],
    ['an endless rate', withLine(7, '1e400,60')],
    ['a tiny rate', withLine(7, '1e-300,60')],
    ['a last sample before the first', withLine(7, '1000,-60')],
    ['a billion samples', withLine(7, '1000,1000000000')],
    [
      'two rates whose last samples fall',
      joinLines([...lines.slice(0, 6), '2', '1000,40', '2000,20', ...lines.slice(8)]),
    ],
    ['a billion rates', withLine(6, '1000000000')],
    ['a date that is none', withLine(8, '99/99/9999,99:99:99.999999')],
    ['a date of one digit', withLine(8, '1/3/26,1:5:3')],
    ['a trigger years after the start', withLine(9, '12/03/2046,10:15:30.020000')],
    ['a trigger before the start', withLine(9, '12/03/2016,10:15:30.020000')],
    ['a time factor of zero', withLine(11, '0')],
    ['a negative time factor', withLine(11, '-1')],
    ['an endless time factor', withLine(11, '1e308')],
    ['a time factor that is no number', withLine(11, 'one')],
    ['a scale of zero', withLine(2, '1,UA,A,,V,0,0,0,-32767,32767,1,1,P')],
    ['an endless scale', withLine(2, '1,UA,A,,V,1e308,1e308,0,-32767,32767,1,1,P')],
    ['a scale that is no number', withLine(2, '1,UA,A,,V,NaN,x,0,-32767,32767,1,1,P')],
    ['an endless skew', withLine(2, '1,UA,A,,V,0.1,0,1e300,-32767,32767,1,1,P')],
    ['a transformer of zero', withLine(2, '1,UA,A,,V,0.1,0,0,-32767,32767,0,0,P')],
    ['a kind of data nobody knows', withLine(10, 'BINARY64')],
    ['a name of a million letters', withLine(0, `${'x'.repeat(1_000_000)},r,1999`)],
    ['zero bytes in names', withLine(2, '1,U\0A,A,,V,0.1,0,0,-32767,32767,1,1,P')],
    ['names of the language’s own', withLine(2, '1,__proto__,constructor,,toString,0.1,0,0,-32767,32767,1,1,P')],
    ['a revision that is none', withLine(0, 'Station,Recorder,20x3')],
    ['a cut file', joinLines(lines.slice(0, 5))],
  ]
  it.each(hostile)('%s ends in an answer that can be used', (_name, config) => {
    isSound(read(config))
  })

  it.each([
    ['counters that run backwards', rows.toReversed().join('\r\n')],
    ['the same row again and again', Array.from({ length: 60 }, () => rows[0]!).join('\r\n')],
    ['times that are no numbers', rows.map((row) => row.replace(/^(\d+),\d+/, '$1,x')).join('\r\n')],
    ['times beyond any clock', rows.map((row) => row.replace(/^(\d+),(\d+)/, '$1,1e300')).join('\r\n')],
    ['negative times', rows.map((row) => row.replace(/^(\d+),/, '$1,-')).join('\r\n')],
    [
      'values beyond any number',
      rows.map((row) => row.replace(/,(-?\d+),(-?\d+),(\d)$/, ',1e999,-1e999,7')).join('\r\n'),
    ],
    ['nothing', ''],
    ['one endless line', '1,'.repeat(200_000)],
  ])('data of %s end in an answer that can be used, at any rate that is stated', (_name, data) => {
    for (const rate of ['1000,60', '0,60']) {
      isSound(read(withLine(7, rate), data))
    }
  })

  it('fields apart by semicolons with decimal commas, as a spreadsheet leaves them, are read and told', () => {
    const config = joinLines(lines.map((line) => line.replaceAll(',', ';').replaceAll('.', ',')))
    const answer = read(config, rows.map((row) => row.replaceAll(',', ';')).join('\r\n'))
    isSound(answer)
    expect(shown(answer)).toBe(60)
    expect(said(answer)).toContain('other signs than the commas')
    const [values] = answer.ok ? (answer.value.file.records[0]?.groups[0]?.read([0], 0, 60) ?? []) : []
    expect(Math.max(...(values ?? []))).toBeCloseTo(325, 0)
  })

  it.each(['', ': ', ': -5', ': many'])('a single file whose data heading says "%s" is read to its end', (count) => {
    const cff = `--- file type: CFG ---\r\n${withLine(10, 'FLOAT32')}--- file type: DAT FLOAT32${count} ---\r\n`
    const data = new Uint8Array(60 * 18)
    const cells = new DataView(data.buffer)
    for (let at = 0; at < 60; at += 1) {
      cells.setUint32(at * 18, at + 1, true)
      cells.setUint32(at * 18 + 4, at * 1000, true)
      cells.setFloat32(at * 18 + 8, at, true)
      cells.setFloat32(at * 18 + 12, NaN, true)
    }
    const answer = read(Uint8Array.from([...utf8(cff), ...data]), null)
    isSound(answer)
    expect(shown(answer)).toBe(60)
  })

  it('a configuration without its data says which file is missing', () => {
    const answer = read(joinLines(lines), null)
    isSound(answer)
    expect(said(answer)).toMatch(/\.dat/i)
  })
})
