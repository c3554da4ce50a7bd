import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../text/test-support/decode-text.ts'
import { bytesSource } from '../wave-record/byte-source.ts'
import { spectrumAt } from '../wave-record/spectrum.ts'
import { readCsv } from './read-csv.ts'

/** Charging currents of real cars and a real interruption, where this machine has them. */
const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data')
const isThere = existsSync(join(folder, 'ev-waveforms'))
if (!isThere) console.warn(`No recorded CSV waveforms in ${folder}: they are not compared.`)

interface Expected {
  readonly ev_waveforms: {
    readonly files: readonly {
      readonly file: string
      readonly samples: number
      readonly fs_hz: number
      readonly f_nominal_hz: number
      readonly v_rms: number
      readonly i_rms: number
      readonly p_w: number
      readonly i_peak: number
      readonly thd_i_h40_percent: number | null
      readonly thd_v_h40_percent: number | null
      readonly dead_capture: boolean
    }[]
  }
  readonly dip_csv: {
    readonly file: string
    readonly rows: number
    readonly event: {
      readonly min_V: number
      readonly first_below_offset_ms: number
      readonly first_above_after_offset_ms: number
    }
  }
}
const expected = isThere ? (JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected) : null

const recordOf = (name: string) => {
  const read = readCsv(bytesSource(new Uint8Array(readFileSync(join(folder, name)))), decodeText, null)
  if (!read.ok) throw new Error(read.why)
  return { record: read.value.file.records[0]!, layout: read.value.layout }
}
const rms = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)

describe.runIf(isThere)('CSV files of samples', () => {
  it.each((expected?.ev_waveforms.files ?? []).filter(({ file }) => existsSync(join(folder, file))))(
    '$file',
    (wanted) => {
      const { record } = recordOf(wanted.file)
      const [group] = record.groups
      expect(group!.timebase.count).toBe(wanted.samples)
      expect(record.traces.map(({ name, unit, quantity, truth }) => ({ name, unit, quantity, truth }))).toEqual([
        { name: 'Voltage', unit: 'V', quantity: 'voltage', truth: 'sampled' },
        { name: 'Current', unit: 'A', quantity: 'current', truth: 'sampled' },
      ])
      expect(group!.timebase.runs[0]!.rateHz! / wanted.fs_hz).toBeCloseTo(1, 3)
      const [volts, amperes] = group!.read([0, 1], 0, wanted.samples)
      expect(rms(volts!)).toBeCloseTo(wanted.v_rms, 2)
      expect(rms(amperes!)).toBeCloseTo(wanted.i_rms, 3)
      expect(volts!.reduce((sum, value, at) => sum + value * amperes![at]!, 0) / wanted.samples).toBeCloseTo(
        wanted.p_w,
        1,
      )
      expect(amperes!.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeCloseTo(wanted.i_peak, 3)
      const thd = (trace: number) =>
        spectrumAt(record, { trace, atS: record.durationS / 2, nominalHz: 60, isPrimary: false })?.thdPercent ?? null
      if (wanted.dead_capture) expect([thd(0), thd(1)]).toEqual([null, null])
      else {
        expect(Math.abs(thd(0)! - wanted.thd_v_h40_percent!)).toBeLessThan(0.15)
        // Where the current changes within the record its spectrum leaks by how many cycles are taken; steady ones agree.
        const steps = rms(amperes!.subarray(0, 512)) / rms(amperes!.subarray(3584))
        if (wanted.i_rms > 1 && Math.abs(steps - 1) < 0.01)
          expect(Math.abs(thd(1)! - wanted.thd_i_h40_percent!)).toBeLessThan(0.15)
      }
    },
  )

  it('the interruption at a socket is there with its times and its lowest value', () => {
    const { file, rows, event } = expected!.dip_csv
    const { record } = recordOf(file)
    const [group] = record.groups
    expect(group!.timebase.count).toBe(rows)
    expect(record.traces[0]).toMatchObject({ quantity: 'voltage', truth: 'rms', phase: '1' })
    const [volts] = group!.read([0], 0, rows)
    const below = volts!.findIndex((value) => value < 207)
    const above = volts!.findIndex((value, at) => at > below && value >= 207)
    expect(group!.timebase.timeAt(below) * 1000).toBeCloseTo(event.first_below_offset_ms, 3)
    expect(group!.timebase.timeAt(above) * 1000).toBeCloseTo(event.first_above_after_offset_ms, 3)
    expect(Math.min(...volts!)).toBeCloseTo(event.min_V, 9)
  })
})
