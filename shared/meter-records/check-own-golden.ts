import type { CaptureProcedure } from './capture-layout.ts'
import { nexusSample, nexusVolts } from './nexus-samples.ts'
import type { MeterClock, MeterLog } from './own-records.ts'
import { readRecord } from './record-layout.ts'
import { readStamp, stampWidth } from './stamp.ts'

/** Whether a profile says of its golden records and samples what a person expects: one sentence for each that it does not. */
export interface GoldenRecord {
  readonly of: string
  readonly words: readonly string[]
  readonly time: string | null
  readonly event?: string | undefined
  readonly durationMs?: number | undefined
  readonly extremeV?: number | undefined
  readonly extremePercent?: number | undefined
  readonly phases?: readonly string[] | undefined
  readonly about?: string | undefined
}
export interface GoldenSample {
  readonly bytes?: string | undefined
  readonly raw?: number | undefined
  readonly gain: number
  readonly value: number
}
interface Own {
  readonly clock?: MeterClock | undefined
  readonly logs?: readonly MeterLog[] | undefined
  readonly captures?: CaptureProcedure | undefined
}

/** "2026-11-28 22:15:03.250", the moment as the meter shows it. */
export const wallText = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 23).replace('T', ' ')

const isNear = (one: number | null, other: number): boolean =>
  one !== null && Math.abs(one - other) <= Math.max(1e-6, Math.abs(other) * 1e-4)

const checkRecord = (own: Own, one: GoldenRecord): string[] => {
  const words = one.words.map((word) => Number.parseInt(word, 16))
  if (one.of === 'clock') {
    if (own.clock === undefined) return ['a golden clock, but the profile has none']
    if (words.length !== stampWidth(own.clock.stamp)) return [`the clock takes ${stampWidth(own.clock.stamp)} words`]
    const read = readStamp(own.clock.stamp, words)
    const said = read === null ? null : wallText(read.wallMs)
    return said === one.time
      ? []
      : [`clock: ${one.words.join(' ')} reads ${String(said)} instead of ${String(one.time)}`]
  }
  const log = own.logs?.find(({ id }) => id === one.of)
  if (log === undefined) return [`a golden record of '${one.of}', but the profile has no such log`]
  if (words.length !== log.record.words)
    return [`a record of '${one.of}' takes ${log.record.words} words, the case has ${words.length}`]
  const record = readRecord(log.record, words)
  const said = record === null ? null : wallText(record.time.wallMs)
  if (record === null || one.time === null)
    return said === one.time ? [] : [`${one.of}: reads ${String(said)} instead of ${String(one.time)}`]
  return [
    ...(said === one.time ? [] : [`${one.of}: its time reads ${String(said)} instead of ${one.time}`]),
    ...(one.event === undefined || record.event === one.event
      ? []
      : [`${one.of}: reads ${record.event} instead of ${one.event}`]),
    ...(['durationMs', 'extremeV', 'extremePercent'] as const).flatMap((key) => {
      const wanted = one[key]
      return wanted === undefined || isNear(record[key], wanted)
        ? []
        : [`${one.of}: ${key} reads ${String(record[key])} instead of ${wanted}`]
    }),
    ...(one.about === undefined || record.about === one.about
      ? []
      : [`${one.of}: is about ${String(record.about)} instead of ${one.about}`]),
    ...(one.phases === undefined || one.phases.join() === record.phases.join()
      ? []
      : [`${one.of}: phases read ${record.phases.join(' ')} instead of ${one.phases.join(' ')}`]),
  ]
}

const checkSample = (captures: CaptureProcedure | undefined, one: GoldenSample): string[] => {
  if (captures === undefined) return ['a golden sample, but the profile gives no captures']
  const bytes =
    one.bytes
      ?.trim()
      .split(' ')
      .map((byte) => Number.parseInt(byte, 16)) ?? []
  const raw = one.raw ?? nexusSample(bytes[0] ?? 0, bytes[1] ?? 0)
  const value = captures.kind === 'log-window' ? nexusVolts(raw, one.gain, captures.divisor) : raw * one.gain
  return isNear(value, one.value) ? [] : [`a sample of ${raw} with ${one.gain} reads ${value} instead of ${one.value}`]
}

/** Every log, and the clock, must have a golden record: what was never read right once is not shipped. */
export const checkOwnGolden = (
  own: Own,
  records: readonly GoldenRecord[],
  samples: readonly GoldenSample[],
): string[] => [
  ...records.flatMap((one) => checkRecord(own, one)),
  ...samples.flatMap((one) => checkSample(own.captures, one)),
  ...[...(own.clock === undefined ? [] : ['clock']), ...(own.logs ?? []).map(({ id }) => id)]
    .filter((of) => !records.some((one) => one.of === of))
    .map((of) => `no golden record is of ${of}`),
  ...(own.captures !== undefined && own.captures.kind !== 'comtrade-files' && samples.length === 0
    ? ['no golden sample of its captures']
    : []),
]
