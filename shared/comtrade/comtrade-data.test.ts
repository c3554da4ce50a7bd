import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bytesSource } from '../wave-record/byte-source.ts'
import { readComtrade } from './read-comtrade.ts'
import { decodeText } from '../text/test-support/decode-text.ts'

/** Real records of 24 recorders with values decoded by an independent reader, where this machine has them. */
const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data')
const isThere = existsSync(join(folder, 'expected.json'))
if (!isThere) console.warn(`No recorded COMTRADE files in ${folder}: they are not compared.`)

interface Expected {
  readonly file: string
  readonly dat?: string
  readonly station: string
  readonly rec_dev_id: string
  readonly rev_year: number
  readonly n_analog: number
  readonly n_status: number
  readonly encoding: string
  readonly ft: string
  readonly timemult: number | null
  readonly samples_in_dat: number
  readonly first_n: number
  readonly last_n: number
  readonly first_ts: number | null
  readonly last_ts: number | null
  readonly start: string
  readonly rates: readonly (readonly [number, number] | string)[]
  readonly analog: readonly { id: string; ph: string; ccbm: string; uu: string; a: string; b: string }[]
  readonly status_ids: readonly string[]
  readonly raw: Readonly<Record<string, readonly (number | null)[]>>
  readonly scaled: Readonly<Record<string, readonly (number | null)[]>>
  readonly minmax_raw: readonly (readonly [number, number])[]
  readonly missing_raw_count: number
  readonly missing_marked_99999?: number
  readonly status_changes: readonly (readonly [number, number])[]
}
/** Files named there that are kept elsewhere are none of these. */
const isHere = ({ file }: Expected): boolean => existsSync(join(folder, 'comtrade', file))
const expected = isThere
  ? (
      JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { comtrade: readonly Expected[] }
    ).comtrade.filter(isHere)
  : []

const bytesOf = (name: string): Uint8Array => {
  const path = join(folder, 'comtrade', name.replace(/ \(gunzip first\)$/, ''))
  return path.endsWith('.gz') ? new Uint8Array(gunzipSync(readFileSync(path))) : new Uint8Array(readFileSync(path))
}
const withCrlf = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([...bytes].flatMap((byte, at) => (byte === 10 && bytes[at - 1] !== 13 ? [13, 10] : [byte])))

const encodings: Record<string, string> = { 'latin-1': 'iso-8859-1', cp1251: 'windows-1251', cp866: 'ibm866' }

const read = (wanted: Expected, ends: 'LF' | 'CRLF') => {
  const change = (bytes: Uint8Array) => (ends === 'CRLF' ? withCrlf(bytes) : bytes)
  const isText = wanted.ft.toUpperCase() === 'ASCII'
  const config = bytesOf(wanted.file)
  const data = wanted.dat === undefined ? null : bytesOf(wanted.dat)
  const answer = readComtrade({
    config: bytesSource(data === null && !isText ? config : change(config)),
    data: data === null ? null : bytesSource(isText ? change(data) : data),
    decode: decodeText,
  })
  if (!answer.ok) throw new Error(answer.why)
  return answer.value
}

describe.runIf(isThere)('COMTRADE files of real recorders', () => {
  it.each(
    expected.flatMap((each) =>
      (['LF', 'CRLF'] as const).map((ends) => ({ each, ends, file: each.file, dat: each.dat })),
    ),
  )('$file $dat $ends', ({ each, ends }) => {
    const { config, scanned, file } = read(each, ends)
    const [record] = file.records
    expect(config.station).toBe(each.station)
    expect(config.device).toBe(each.rec_dev_id)
    expect(config.revision).toBe(each.rev_year)
    expect(config.encoding).toBe(encodings[each.encoding] ?? each.encoding)
    expect([config.analog.length, config.status.length]).toEqual([each.n_analog, each.n_status])
    expect(config.format).toBe(each.ft.toUpperCase())
    expect(config.timeFactor).toBe(each.timemult ?? 1)
    expect(scanned.count).toBe(each.samples_in_dat)
    expect(scanned.numbers).toEqual([each.first_n, each.last_n])
    each.analog.forEach(({ id, ph, ccbm, uu, a, b }, at) => {
      const { id: name, phase, circuit, unit, ...channel } = config.analog[at]!
      expect({ name, phase, circuit, unit, a: channel.a, b: channel.b }).toEqual({
        name: id,
        phase: ph,
        circuit: ccbm,
        unit: uu,
        a: Number(a),
        b: Number(b),
      })
    })
    expect(config.status.slice(0, each.status_ids.length).map(({ id }) => id)).toEqual(each.status_ids)
    for (const [row, values] of Object.entries(each.raw)) {
      const at = Number(row)
      const raw = scanned
        .readRaw(
          values.map((_, index) => index),
          at,
          at + 1,
        )
        .map((column) => column[0]!)
      const isMarked = each.missing_marked_99999 !== undefined
      expect(raw).toEqual(values.map((value) => (value === null || (isMarked && value === 99_999) ? NaN : value)))
      const scaled = record!.groups[0]!.read(
        values.map((_, index) => index),
        at,
        at + 1,
      ).map((column) => column[0]!)
      scaled.forEach((value, index) => {
        if (Number.isNaN(value)) return
        const wanted = each.scaled[row]![index]!
        expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)))
      })
    }
    const all = scanned.readRaw(
      config.analog.map((_, index) => index),
      0,
      scanned.count,
    )
    const missing = all.reduce((sum, column) => sum + column.filter(Number.isNaN).length, 0)
    // The independent reader counted the mark of 1999 in one file only; others have it too (SEL-421, from channel 15 on).
    if (each.missing_marked_99999 !== undefined || config.format !== 'ASCII')
      expect(missing).toBe(each.missing_marked_99999 ?? each.missing_raw_count)
    each.minmax_raw.forEach(([low, high], index) => {
      const kept = all[index]!.filter((value) => !Number.isNaN(value))
      expect(kept.reduce((least, value) => Math.min(least, value), Infinity)).toBe(low)
      if (each.missing_marked_99999 === undefined)
        expect(kept.reduce((most, value) => Math.max(most, value), -Infinity)).toBe(high)
      const fold = record!.groups[0]!.folds[index]!
      const { a, b } = config.analog[index]!
      const wanted = Math.min(
        low * a + b,
        (each.missing_marked_99999 === undefined ? high : kept.reduce((most, value) => Math.max(most, value))) * a + b,
      )
      const least = fold.low.reduce((less, value) => (value < less ? value : less), Infinity)
      expect(Math.abs(least - wanted)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(wanted), Math.abs(b)))
    })
    const changed = config.status.flatMap((_, channel) => {
      const { changes } = scanned.tracks.of(channel)
      return changes.length === 0 ? [] : [[channel + 1, changes.length]]
    })
    const told = each.status_changes
    // The first twenty are told.
    expect(changed.slice(0, told.length)).toEqual(told)
    if (told.length < 20) expect(changed).toEqual(told)
    expect(record!.start).not.toBeNull()
  })

  const lengths: Record<string, number> = {
    'ieeecomtrade-ion7650/keating_1999.CFG': 0.06666,
    'comtrade-io/ascii_1991.cfg': 17.335833,
    'pycomtrade/test1.cfg': 4.2998,
    'cuddly-tribble/real_1999_bin.cfg': 4.995215,
    'comtrade-jl/1999-binary-hif-sel.cfg': 689.7858,
    'jackzhangqf/cfg_file.CFG': 4.845,
    'python-comtrade/sample_float32.cff': 3,
    'python-comtrade/sample_iso8859-1_bin.cfg': 0.0325,
    'python-comtrade/sample_bin.cfg': 4 / 15_360,
    'go-comtrade/test2.cfg': 17.241,
    'sel421/fa01a.cfg': 0.999498,
  }
  it.each(Object.keys(lengths).filter((name) => expected.some(({ file }) => file === name)))(
    '%s lasts as long as its stamps or its rate say',
    (name) => {
      const { file } = read(
        expected.find((each) => each.file === name)!,
        'LF',
      )
      expect(file.records[0]!.durationS).toBeCloseTo(lengths[name]!, 4)
    },
  )

  it.each([
    'comtrade-io/binary_inf.cfg',
    'comtrade-io/ascii_1999.cfg',
    'microcap/TestComtradeMicrocap.cfg',
    'sirius/sirius.1999cfg.cfg',
  ])('the configuration %s alone', async (name) => {
    const { readConfig } = await import('./read-config.ts')
    const { guessText } = await import('../text/guess-encoding.ts')
    const answer = readConfig(guessText(bytesOf(name), decodeText))
    expect(answer.ok && answer.value.start).toBeTruthy()
    expect(answer.ok && answer.value.notes.filter(({ severity }) => severity === 'error')).toEqual([])
  })
})
