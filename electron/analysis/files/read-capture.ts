import { bytesSource, type ByteSource } from '../../../shared/wave-record/byte-source.ts'
import { createColumn, foldOf, type Column } from '../../../shared/wave-record/columns.ts'
import { phaseOf, quantityOf } from '../../../shared/wave-record/quantity-of.ts'
import { evenTimebase, type EvenRun } from '../../../shared/wave-record/timebase.ts'
import type { FileNote, ReadFile, WaveFile } from '../../../shared/wave-record/wave-record.ts'
import { lengthOf, type WaveBlock } from '../../../shared/wave/wave-block.ts'
import { createWaveDecoder } from '../../../shared/wave/wave-decoder.ts'

/** Bytes given to the decoder at once. */
const pieceBytes = 1 << 20
/** Of front ends kept by NTP, stamps may step this much against the count without being a gap, s (follow-stream.ts has the same). */
const jitterS = 2e-3

interface Growing {
  readonly columns: Column[]
  readonly runs: EvenRun[]
  layout: WaveBlock['layout']
  device: string
  t0: number
  count: number
  other: number
}

const take = (held: Growing, block: WaveBlock): void => {
  const isFirst = held.count === 0
  if (isFirst) {
    held.layout = block.layout
    held.device = block.device
    held.t0 = block.t0
    held.columns.push(...block.layout.map(createColumn))
  }
  if (block.layout.length !== held.layout.length) {
    held.other += 1
    return
  }
  const [from, to] = [held.count, held.count + lengthOf(block)]
  const s = (block.t0 - held.t0) / 1000
  const last = held.runs.at(-1)
  const isNext =
    last !== undefined && block.break === null && Math.abs(last.s + (from - last.from) * last.step - s) <= jitterS
  if (isNext) held.runs[held.runs.length - 1] = { ...last, to }
  else held.runs.push({ from, to, s: Math.max(s, 0), step: 1 / block.rateHz })
  block.channels.forEach((samples, channel) => samples.forEach((value) => held.columns[channel]?.push(value)))
  held.count = to
}

/** A capture in the bytes of assets/waves/README.md, as this program keeps and saves it: sampled by a front end, in UTC by its clock. */
export const readCapture = (source: ByteSource): ReadFile<WaveFile> => {
  const decoder = createWaveDecoder('capture')
  const held: Growing = { columns: [], runs: [], layout: [], device: '', t0: 0, count: 0, other: 0 }
  for (let at = 0; at < source.size; at += pieceBytes)
    for (const news of decoder.push(source.read(at, pieceBytes).slice()))
      if (news.kind === 'block') take(held, news.block)
  if (held.count === 0)
    return { ok: false, why: 'no sound frame of samples is in the file: is it a capture saved by this program (.tws)?' }
  const counts = decoder.counts()
  const notes: FileNote[] = [
    ...(counts.badBytes > 0
      ? [{ severity: 'error' as const, text: `${counts.badBytes} bytes are damaged and left out.` }]
      : []),
    ...(held.runs.length > 1
      ? [{ severity: 'warning' as const, text: `Samples are missing: the capture is in ${held.runs.length} pieces.` }]
      : []),
    ...(held.other > 0
      ? [{ severity: 'warning' as const, text: `${held.other} blocks have other channels and are left out.` }]
      : []),
  ]
  const timebase = evenTimebase(held.runs)
  const read = (traces: readonly number[], from: number, to: number) =>
    traces.map((trace) => held.columns[trace]?.read(from, to) ?? new Float64Array(Math.max(0, to - from)).fill(NaN))
  return {
    ok: true,
    value: {
      format: 'Capture of a live front end',
      station: '',
      recorder: held.device,
      notes,
      records: [
        {
          title: 'Capture',
          truth: 'sampled',
          start: { wallMs: held.t0, offsetMinutes: 0 },
          triggerS: null,
          durationS: timebase.timeAt(held.count - 1),
          nominalHz: null,
          groups: [{ timebase, read, folds: held.columns.map((column) => foldOf(column.read, held.count)) }],
          traces: held.layout.map(({ name, unit }, column) => ({
            name,
            unit,
            quantity: quantityOf(unit, name),
            phase: phaseOf('', name),
            truth: 'sampled',
            circuit: '',
            skewS: 0,
            toPrimary: null,
            group: 0,
            column,
          })),
          tracks: [],
        },
      ],
    },
  }
}
export const readCaptureBytes = (bytes: Uint8Array): ReadFile<WaveFile> => readCapture(bytesSource(bytes))
