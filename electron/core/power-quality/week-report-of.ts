import { refusal } from '../../../shared/said/refusal.ts'
import type { PowerEvent, QualityReport } from '../../../shared/api/quality-contract.ts'
import { editions, type Edition } from '../../../shared/power-quality/week-report.ts'
import { tickMs } from '../../../shared/power-quality/window-clock.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Recorder } from '../record/recorder.ts'
import { readMinutes, readQuality } from './read-record.ts'
import { polledQuantities, rowsOfPolls } from './week-of-polls.ts'
import { leastCoverage, rowsOfSamples, weekMs } from './week-of-samples.ts'

export interface WeekInput {
  readonly site: Site
  readonly recorder: Pick<Recorder, 'quality' | 'intervals'>
  readonly sourceId: string
  readonly fromMs: number
  readonly edition: Edition
  /** The voltage events of the week. */
  readonly events: readonly PowerEvent[]
  /** What the front end calls itself; null: it has not said. */
  readonly device: string | null
}

const cellsOf = (events: readonly PowerEvent[], sourceId: string): QualityReport['cells'] => {
  const counts = new Map<string, number>()
  for (const { names, members } of events) {
    const cell = names?.en50160
    if (cell == null || !members.some(({ waveSourceId }) => waveSourceId === sourceId)) continue
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  return [...counts].sort(([one], [other]) => one.localeCompare(other)).map(([cell, count]) => ({ cell, count }))
}

const ofSamples = async (input: WeekInput, name: string): Promise<QualityReport> => {
  const { site, recorder, sourceId, fromMs, edition, events, device } = input
  const range = { fromMs, toMs: fromMs + weekMs }
  const records = await readQuality(recorder, sourceId, range)
  const whole = records.filter(({ length, coveredMs }) => length === '10min' && coveredMs >= leastCoverage * tickMs)
  return {
    sourceName: name,
    truth: 'sampled',
    standing:
      'Indicative, in the manner of EN 50160: measured from samples by the methods of IEC 61000-4-30, but the class belongs to an instrument with ' +
      `its whole chain, and this program claims none. The front end calls itself ${device === null ? 'nothing so far' : `"${device}"`}.`,
    edition: editions[edition],
    ...range,
    intervals: whole.length,
    expected: weekMs / tickMs,
    flagged: whole.filter(({ flagged }) => flagged > 0).length,
    rows: [...rowsOfSamples(records, { nominalV: site.grid.nominalVoltage, nominalHz: site.grid.frequency, edition })],
    cells: cellsOf(events, sourceId),
    missing: [
      'Mains signalling and transients are not assessed.',
      'EN 50160 judges frequency over a year; here it is the week alone.',
    ],
  }
}

const ofPolls = async (input: WeekInput, name: string): Promise<QualityReport> => {
  const { site, recorder, sourceId, fromMs, edition } = input
  const range = { fromMs, toMs: fromMs + weekMs }
  const minutes = await readMinutes(recorder, sourceId, range, polledQuantities)
  const { rows, intervals } = rowsOfPolls(minutes, {
    nominalV: site.grid.nominalVoltage,
    nominalHz: site.grid.frequency,
  })
  return {
    sourceName: name,
    truth: 'polled RMS',
    standing:
      'Indicative, in the manner of EN 50160, from polled RMS values: ten-minute values are the mean square of the polls, where at least 90 % of them ' +
      'were good. What lies between two polls was not seen.',
    edition: editions[edition],
    ...range,
    intervals,
    expected: weekMs / tickMs,
    flagged: 0,
    rows: [...rows],
    cells: [],
    missing: [
      'Dips, swells and interruptions, flicker, harmonics by order, rapid changes and interharmonics do not follow from polled values.',
      'No interval is flagged: a dip inside of one is not seen.',
      'Frequency is the mean of polls of each minute, not the 10 s value of the standard.',
    ],
  }
}

/** The report of one week of a wave source or a meter. */
export const weekReportOf = (input: WeekInput): Promise<QualityReport> => {
  const { site, sourceId } = input
  const wave = site.waves.find(({ id }) => id === sourceId)
  if (wave !== undefined) return ofSamples(input, wave.name ?? wave.id)
  const meter = site.meters.find(({ id }) => id === sourceId)
  if (meter !== undefined) return ofPolls(input, meter.name ?? meter.id)
  throw refusal('no-quality-source', { sourceId })
}
