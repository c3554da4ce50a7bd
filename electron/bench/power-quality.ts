import { createSourceAnalysis } from '../analysis/source-analysis.ts'
import { columnsOf, placesOf } from '../../shared/power-quality/quality-columns.ts'
import { flickerTables, pinstOfTable, pstOfTable } from '../../shared/power-quality/test-support/flicker-cases.ts'
import { hasReference } from '../../shared/power-quality/test-support/reference-data.ts'
import type { WaveBlock } from '../../shared/wave/wave-block.ts'
import type { WaveObservation } from '../../shared/wave/wave-observation.ts'
import type { BenchFigure, BenchOptions, BenchResult } from './result.ts'

const [rateHz, udinV, blockSamples] = [10_000, 230, 200] as const
const names = ['u1', 'u2', 'u3', 'un', 'i1', 'i2', 'i3', 'in'] as const
const mostShare = 0.25
/** A UTC tick of ten minutes. */
const t0 = 1_700_006_400_000

const settings = {
  source: 'bench',
  nominalHz: 50,
  udinV,
  ringBytes: 9_830_400,
  keepBytes: 32 << 20,
  preMs: 1000,
  postMs: 2000,
}
type Value = (name: string, s: number) => number

const blockOf = (channels: readonly string[], index: number, samples: readonly Float32Array[]): WaveBlock => ({
  source: 'bench',
  stream: 1,
  t0: t0 + (index * blockSamples * 1000) / rateHz,
  rateHz,
  firstSample: index * blockSamples,
  layout: channels.map((name) => ({ name, unit: name.startsWith('u') ? 'V' : 'A' })),
  device: 'bench',
  channels: samples,
  clock: 'precise',
  isClipped: false,
  break: index === 0 ? { why: 'start', frames: null, samples: null, stepMs: 0 } : null,
})

/** How many seconds of samples go through the analysis in a second, everything on, with a dip now and then. */
const speedOf = (seconds: number): { readonly speed: number; readonly rows: number } => {
  const cycle = names.map((name, channel) =>
    Float32Array.from({ length: blockSamples }, (_, index) => {
      const turn = 2 * Math.PI * (index / blockSamples - (channel % 4) / 3)
      return (
        (name.startsWith('u') ? 325 : 23) * (Math.sin(turn) + 0.05 * Math.sin(5 * turn) + 0.03 * Math.sin(7 * turn))
      )
    }),
  )
  const analysis = createSourceAnalysis(settings)
  let rows = 0
  // Processor time, not the clock's: other programs of this computer cost nothing here. Collecting garbage is in it.
  const begun = process.cpuUsage()
  for (let index = 0; index < (seconds * rateHz) / blockSamples; index += 1) {
    const share = index % 1000 > 990 ? 0.6 : 1
    const samples = cycle.map((values) => values.map((value) => value * share))
    for (const each of analysis.take(blockOf(names, index, samples))) rows += each.kind === 'quality' ? 1 : 0
  }
  const { user, system } = process.cpuUsage(begun)
  return { speed: (seconds * 1e6) / (user + system), rows }
}

const observed = (channels: readonly string[], seconds: number, value: Value): readonly WaveObservation[] => {
  const analysis = createSourceAnalysis(settings)
  return Array.from({ length: (seconds * rateHz) / blockSamples }, (_, index) =>
    analysis.take(
      blockOf(
        channels,
        index,
        channels.map((name) =>
          Float32Array.from({ length: blockSamples }, (_sample, at) =>
            value(name, (index * blockSamples + at) / rateHz),
          ),
        ),
      ),
    ),
  ).flat()
}
const valueOf = (told: readonly WaveObservation[], key: string): number => {
  const row = told.findLast((each) => each.kind === 'quality' && each.row.length === 'window')
  if (row?.kind !== 'quality') return NaN
  return row.row.values[placesOf(columnsOf(row.row.scheme)).get(key) ?? -1] ?? NaN
}

/** Largest errors over frequencies, levels and angles, with what classes S and A allow (electrical.md 1.1; IEC 61000-4-30). */
const errors = (isLong: boolean): readonly BenchFigure[] => {
  const frequencies = isLong ? 31 : 7
  let [rms, hz, unbalance, residual, duration] = [0, 0, 0, 0, 0]
  for (let step = 0; step < frequencies; step += 1) {
    const f = 42.5 + (15 * step) / (frequencies - 1)
    const level = 0.2 + (1.3 * step) / (frequencies - 1)
    const told = observed(['u1', 'u2', 'u3'], 2, (name, s) => {
      const phase = Number(name[1]) - 1
      const turn = 2 * Math.PI * (f * s - phase / 3) + step
      const own = name === 'u2' ? 0.97 : 1
      return (
        udinV * level * own * Math.SQRT2 * (Math.sin(turn) + 0.05 * Math.sin(5 * turn) + 0.02 * Math.sin(2.5 * turn))
      )
    })
    const wanted = udinV * level * Math.sqrt(1 + 0.05 ** 2 + 0.02 ** 2)
    rms = Math.max(rms, Math.abs(valueOf(told, 'u1.rms') - wanted) / udinV)
    hz = Math.max(hz, Math.abs(valueOf(told, 'hz') - f))
    // One phase 3 % low: u2 = u0 = 1 % of the mean of the three.
    unbalance = Math.max(unbalance, Math.abs(valueOf(told, 'u.negative') - 1 / 0.99))
  }
  const angles = isLong ? 72 : 12
  for (let step = 0; step < angles; step += 1) {
    const [from, length, left] = [1 + step / angles / 50, 0.3, 0.6]
    const told = observed(['u1'], 2, (_, s) => {
      const share = s >= from && s < from + length ? left : 1
      return udinV * share * Math.SQRT2 * Math.sin(2 * Math.PI * 50 * s)
    })
    const dip = told.findLast((each) => each.kind === 'voltage-event' && each.event.toMs !== null)
    if (dip?.kind !== 'voltage-event' || dip.event.toMs === null) return [figure('dips found', 0, '', 'all', false)]
    residual = Math.max(residual, Math.abs(dip.event.extremeV / udinV - left))
    duration = Math.max(duration, Math.abs(dip.event.toMs - dip.event.fromMs - length * 1000))
  }
  const told = (label: string, value: number, unit: string, s: number, a: number): BenchFigure =>
    figure(
      label,
      value,
      unit,
      `class S ${s} ${unit}; class A ${a} ${unit}, ${(a / value).toFixed(0)} x this`,
      value <= s,
    )
  return [
    told('10 cycles, 42.5 to 57.5 Hz: RMS, of Udin', rms * 100, '%', 0.5, 0.1),
    told('the same: frequency', hz * 1000, 'mHz', 50, 10),
    told('the same: unbalance u2', unbalance, '%', 0.3, 0.15),
    told('dips at every start angle: residual voltage, of Udin', residual * 100, '%', 1, 0.2),
    figure('the same: duration', duration, 'ms', 'class A: 20 ms (1 cycle)', duration <= 20),
  ]
}
const figure = (label: string, value: number, unit: string, target: string, met: boolean): BenchFigure => ({
  label,
  value,
  unit,
  target,
  met,
})

/** Every point of every table of IEC 61000-4-15 there is; table 5 only with --long (12 minutes of voltage a point). */
const flicker = (isLong: boolean): { readonly figures: readonly BenchFigure[]; readonly table: readonly string[] } => {
  if (!hasReference)
    return { figures: [], table: ['the tables of IEC 61000-4-15 are not there: flicker was not checked'] }
  let [worst, outside] = [0, 0]
  const table: string[] = []
  for (const each of flickerTables()) {
    const title = `${each.edition}, table ${each.table}, ${each.lamp_V} V ${each.Hz} Hz, ${each.modulation}`
    const points = Array.from({ length: each.n }, (_, index) => index)
    if (each.table === 5 && !isLong) continue
    const found =
      each.table === 5
        ? points.map((point) => ({ off: Math.abs((pstOfTable(each, point) ?? 0) - 1), most: 0.05 }))
        : pinstOfTable(each, points).map(({ highest, most }) => ({ off: Math.abs(highest - 1), most }))
    const largest = Math.max(...found.map(({ off }) => off))
    worst = Math.max(worst, largest)
    outside += found.filter(({ off, most }) => off > most).length
    table.push(`${title}: ${found.length} points, largest deviation ${(largest * 100).toFixed(1)} %`)
  }
  return {
    figures: [
      figure('flicker tables: largest deviation', worst * 100, '%', '5 % (second edition: 8 %)', outside === 0),
      figure('flicker tables: points outside of their tolerance', outside, '', 'none', outside === 0),
    ],
    table,
  }
}

/** The analysis of samples to the standards: what it costs and how far it is off. */
export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  speedOf(5)
  const { speed, rows } = speedOf(isLong ? 600 : 60)
  const { figures, table } = flicker(isLong)
  return Promise.resolve({
    name: 'Power quality: 8 channels at 10 kS/s, harmonics to order 50, flicker, events, intervals',
    results: [
      figure('share of a core at real time', 1 / speed, '', `under ${mostShare}`, 1 / speed < mostShare),
      figure('offline, times real time', speed, 'x', 'told', true),
      figure('rows of intervals in that', rows, '', 'told', true),
      ...errors(isLong),
      ...figures,
    ],
    table: ['ours, not an instrument’s: the class of the front end with its sensors decides', ...table],
  })
}
