import {
  binaryData,
  configText,
  headerText,
  type WrittenChannel,
  type WrittenRecord,
} from '../../../../shared/comtrade/write-comtrade.ts'
import type { WaveCapture } from '../../../../shared/api/waves-contract.ts'
import { lengthOf, type WaveBlock } from '../../../../shared/wave/wave-block.ts'
import { createWaveDecoder } from '../../../../shared/wave/wave-decoder.ts'
import type { TracePhase } from '../../../../shared/wave-record/wave-record.ts'

/** The blocks of a capture's bytes (assets/waves/README.md), in order. */
export const blocksOf = (bytes: Uint8Array): readonly WaveBlock[] =>
  createWaveDecoder('capture')
    .push(bytes)
    .flatMap((news) => (news.kind === 'block' ? [news.block] : []))

const phaseOf = (name: string): TracePhase | null =>
  name.endsWith('1') ? '1' : name.endsWith('2') ? '2' : name.endsWith('3') ? '3' : name.endsWith('n') ? 'n' : null

/** Larger ones are written by their values all the same; this is only for the scale where nothing was measured. */
const largestOf = (blocks: readonly WaveBlock[], channel: number): number => {
  let largest = 0
  for (const { channels } of blocks)
    for (const value of channels[channel] ?? []) if (Math.abs(value) > largest) largest = Math.abs(value)
  return largest
}

/** What the times of a capture are worth, for the header of its file. */
const clockText = ({ clock }: Pick<WaveCapture, 'clock'>, isOfMeter: boolean): string => {
  const whose = isOfMeter ? 'the meter’s clock' : 'the front end’s clock'
  if (clock === undefined || clock.aheadMs === null)
    return `times are UTC by ${whose}, which was not compared with this computer’s.`
  const sure = clock.uncertaintyMs === null ? '' : ` (±${Math.round(clock.uncertaintyMs)} ms)`
  const off = `${Math.abs(Math.round(clock.aheadMs))} ms${sure} ${clock.aheadMs >= 0 ? 'ahead of' : 'behind'} this computer’s`
  return clock.isCorrected
    ? `times are UTC, corrected by the error of ${whose}, which was ${off}.`
    : `times are UTC by ${whose}, ${off} when they came, delay included.`
}

export interface ComtradeText {
  readonly config: string
  readonly header: string
  readonly data: () => Iterable<Uint8Array>
}

/**
 * A capture as COMTRADE (IEEE C37.111-1999, BINARY): configuration, header and data. Samples that are missing are gaps in its times. Null
 * where it holds none.
 */
export const captureComtrade = (
  bytes: Uint8Array,
  of: {
    readonly site: string
    readonly lineHz: number
    readonly circuit: string
    readonly capture: Pick<WaveCapture, 'atMs' | 'clock'>
    readonly isOfMeter?: boolean
  },
): ComtradeText | null => {
  const blocks = blocksOf(bytes)
  const [first] = blocks
  // Another layout in the same capture is another front end: what comes after it is left out.
  const same = blocks.filter(
    ({ layout }) =>
      first !== undefined && layout.map(({ name }) => name).join() === first.layout.map(({ name }) => name).join(),
  )
  if (first === undefined) return null
  const starts: number[] = []
  let count = 0
  for (const block of same) {
    starts.push(count)
    count += lengthOf(block)
  }
  const blockAt = (sample: number): number => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= sample) low = middle
      else high = middle - 1
    }
    return low
  }
  const channels = first.layout.map(({ name, unit }, channel): WrittenChannel => ({
    name: name.toUpperCase(),
    phase: phaseOf(name),
    circuit: of.circuit,
    unit,
    skewS: 0,
    truth: 'sampled',
    largest: largestOf(same, channel),
  }))
  const isEven = same.every(({ break: gap, rateHz }, index) => rateHz === first.rateHz && (index === 0 || gap === null))
  const record: WrittenRecord = {
    station: of.site,
    device: first.device,
    lineHz: of.lineHz,
    channels,
    tracks: [],
    count,
    rateHz: isEven ? first.rateHz : null,
    timeAt: (sample) => {
      const index = blockAt(sample)
      const block = same[index] ?? first
      return (block.t0 - first.t0) / 1000 + (sample - (starts[index] ?? 0)) / block.rateHz
    },
    read: (from, to) =>
      first.layout.map((_channel, channel) =>
        Float64Array.from({ length: to - from }, (_value, row) => {
          const index = blockAt(from + row)
          return same[index]?.channels[channel]?.[from + row - (starts[index] ?? 0)] ?? NaN
        }),
      ),
    startMs: first.t0,
    triggerS: Math.max(0, (of.capture.atMs - first.t0) / 1000),
    offsetMinutes: 0,
  }
  return {
    config: configText(record, 'BINARY'),
    header: headerText(
      record,
      `${of.isOfMeter === true ? 'Sampled values that the meter captured by itself, read from it by Tripscope' : 'Sampled values of a front end, taken by Tripscope'}; ${clockText(of.capture, of.isOfMeter === true)}`,
    ),
    data: () => binaryData(record, 'BINARY'),
  }
}
