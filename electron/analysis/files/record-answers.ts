import type { OutputOf, ParsedInputOf } from '../../../shared/api/define.ts'
import type { waveFilesContract, WaveFileInfo } from '../../../shared/api/wave-files-contract.ts'
import { cyclesAround, valuesAt } from '../../../shared/wave-record/at-cursor.ts'
import { drawRecord, type GroupPicture } from '../../../shared/wave-record/draw-record.ts'
import { frequencyNear, phasorOf } from '../../../shared/wave-record/phasor.ts'
import { spectrumAt } from '../../../shared/wave-record/spectrum.ts'
import { tracksIn } from '../../../shared/wave-record/track-view.ts'
import type { WaveFile, WaveRecord } from '../../../shared/wave-record/wave-record.ts'

type Contract = typeof waveFilesContract
type In<N extends keyof Contract> = Omit<ParsedInputOf<Contract[N]>, 'fileId'>
type Out<N extends keyof Contract> = OutputOf<Contract[N]>

/** Told of a file in the list; a person looks for one among them, not for all (editable assumption). */
const mostRecords = 1000
const mostNotes = 40
/** Looked at for the supply's frequency: a stretch from the beginning, the middle and the end would rarely tell more. */
const supplies = [50, 60] as const

/** What is said of a file in the list. */
export const describeFile = (
  file: WaveFile,
): Pick<WaveFileInfo, 'format' | 'station' | 'recorder' | 'notes' | 'records' | 'recordCount'> => ({
  format: file.format,
  station: file.station,
  recorder: file.recorder,
  notes: file.notes.slice(0, mostNotes).map((note) => ({ ...note })),
  records: file.records.slice(0, mostRecords).map(({ title, truth, start, durationS }) => ({
    title,
    truth,
    wallMs: start?.wallMs ?? null,
    offsetMinutes: start?.offsetMinutes ?? null,
    durationS,
  })),
  recordCount: file.records.length,
})

/** The frequency whose part is larger in the first cycles of the first wave; null: there is no wave. */
const supplyIn = (record: WaveRecord): number | null => {
  for (const trace of record.traces.filter(({ truth }) => truth === 'sampled').slice(0, 8)) {
    const group = record.groups[trace.group]
    const window = group === undefined ? null : (cyclesAround(group, 0, 50, 5) ?? cyclesAround(group, 0, 50, 2))
    if (group === undefined || window === null) continue
    const [samples] = group.read([trace.column], window.from, window.to)
    if (samples === undefined) continue
    const sure = supplies.filter((hz) => frequencyNear(samples, window.rateHz, hz) !== null)
    const [best] = [...(sure.length > 0 ? sure : supplies)].sort(
      (one, other) =>
        (phasorOf(samples, window.rateHz, other, 0)?.rms ?? 0) - (phasorOf(samples, window.rateHz, one, 0)?.rms ?? 0),
    )
    if (best !== undefined && (phasorOf(samples, window.rateHz, best, 0)?.rms ?? 0) > 0) return best
  }
  return null
}

const nominalOf = (
  record: WaveRecord,
  siteHz: number,
): { readonly nominalHz: number; readonly nominalFrom: 'file' | 'samples' | 'site' } => {
  if (record.nominalHz !== null && record.nominalHz >= 10 && record.nominalHz <= 500)
    return { nominalHz: record.nominalHz, nominalFrom: 'file' }
  const found = supplyIn(record)
  return found === null ? { nominalHz: siteHz, nominalFrom: 'site' } : { nominalHz: found, nominalFrom: 'samples' }
}

const bytesOfView = (groups: readonly GroupPicture[]): Uint8Array => {
  const size = groups.reduce(
    (sum, { times, traces }) => sum + times.length * 8 + traces.reduce((own, { low }) => own + low.length * 8, 0),
    0,
  )
  const bytes = new Uint8Array(size)
  const cells = new DataView(bytes.buffer)
  let at = 0
  for (const { times, traces } of groups) {
    for (const time of times) {
      cells.setFloat64(at, time, true)
      at += 8
    }
    for (const { low, high } of traces)
      for (const column of [low, high])
        for (const value of column) {
          cells.setFloat32(at, value, true)
          at += 4
        }
  }
  return bytes
}

/** Answers questions about the records of one file. `why` instead of an answer where there is no such record. */
export const createRecordAnswers = (file: WaveFile, siteHz: number) => {
  const nominals = new Map<number, ReturnType<typeof nominalOf>>()
  const nominal = (number: number, record: WaveRecord) => {
    const known = nominals.get(number) ?? nominalOf(record, siteHz)
    nominals.set(number, known)
    return known
  }
  const record = (number: number): WaveRecord => {
    const found = file.records[number]
    if (found === undefined)
      throw new Error(`this file has ${file.records.length} records; there is no number ${number + 1}`)
    return found
  }
  return {
    record,
    nominalHz: (number: number): number => nominal(number, record(number)).nominalHz,
    describe: ({ record: number }: In<'waveFiles.describe'>): Out<'waveFiles.describe'> => {
      const found = record(number)
      return {
        title: found.title,
        durationS: found.durationS,
        triggerS: found.triggerS,
        ...nominal(number, found),
        traces: found.traces.map(({ group, column: _column, ...trace }) => ({
          ...trace,
          rateHz: found.groups[group]?.timebase.runs[0]?.rateHz ?? null,
        })),
        tracks: found.tracks.map(({ name, normal, changes }) => ({ name, normal, changes: changes.length })),
      }
    },
    view: ({ record: number, ...request }: In<'waveFiles.view'>): Out<'waveFiles.view'> => {
      const found = record(number)
      const groups = drawRecord(found, { ...request, nominalHz: nominal(number, found).nominalHz })
      return {
        groups: groups.map(({ times, samplesEach, traces, problem }) => ({
          points: times.length,
          samplesEach,
          traces: traces.map(({ trace }) => trace),
          problem,
        })),
        values: bytesOfView(groups),
      }
    },
    tracks: ({ record: number, tracks, fromS, toS }: In<'waveFiles.tracks'>): Out<'waveFiles.tracks'> =>
      tracksIn(record(number), tracks, fromS, toS).map((view) => ({ ...view, changesS: [...view.changesS] })),
    at: ({ record: number, ...request }: In<'waveFiles.at'>): Out<'waveFiles.at'> => {
      const found = record(number)
      const values = valuesAt(found, { ...request, nominalHz: nominal(number, found).nominalHz })
      return { ...values, traces: [...values.traces] }
    },
    spectrum: ({ record: number, ...request }: In<'waveFiles.spectrum'>): Out<'waveFiles.spectrum'> => {
      const found = record(number)
      const spectrum = spectrumAt(found, { ...request, nominalHz: nominal(number, found).nominalHz })
      return spectrum === null ? null : { ...spectrum, orders: [...spectrum.orders] }
    },
  }
}
export type RecordAnswers = ReturnType<typeof createRecordAnswers>
