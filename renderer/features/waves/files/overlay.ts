import type { WaveFileInfo, WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'
import type { PlotSeries } from '../../../charts/plot.ts'
import type { RecordGroup } from '../../../charts/record-data.ts'
import { recordLabel } from './file-words.ts'
import type { RecordPlace } from './use-wave-file.ts'

/** Another recording drawn over the one that is shown. Its traces have numbers of their own, far from those of the shown one. */

const apart = 1_000_000
/** Records of one file that can be chosen; a file of thousands is opened itself. */
const mostRecords = 60

export const overlayChoices = (
  files: readonly WaveFileInfo[],
  shown: RecordPlace,
): readonly { readonly value: string; readonly label: string }[] =>
  files
    .filter(({ state }) => state === 'ready')
    .flatMap((file) =>
      file.records
        .slice(0, mostRecords)
        .flatMap((_, record) =>
          file.id === shown.fileId && record === shown.record
            ? []
            : [{ value: `${file.id} ${record}`, label: `${file.name}, ${recordLabel(file, record)}` }],
        ),
    )

export const placeOf = (choice: string): RecordPlace | null => {
  const [fileId, record] = choice.split(' ')
  return fileId === undefined || record === undefined ? null : { fileId, record: Number(record) }
}

/** For each shown trace the one of the other recording that is of the same quantity and phase, or has the same name. */
export const matchTraces = (
  shown: readonly WaveFileTrace[],
  chosen: readonly number[],
  other: readonly WaveFileTrace[],
): ReadonlyMap<number, number> => {
  const used = new Set<number>()
  return new Map(
    chosen.flatMap((number): readonly (readonly [number, number])[] => {
      const trace = shown[number]
      if (trace === undefined) return []
      const isLike = (each: WaveFileTrace): boolean => each.name === trace.name && each.unit === trace.unit
      const isOfPhase = (each: WaveFileTrace): boolean =>
        trace.phase !== null &&
        each.phase === trace.phase &&
        each.quantity === trace.quantity &&
        each.unit.toLowerCase() === trace.unit.toLowerCase()
      const free = other.map((each, at) => ({ each, at })).filter(({ at }) => !used.has(at))
      const found = free.find(({ each }) => isLike(each)) ?? free.find(({ each }) => isOfPhase(each))
      if (found === undefined) return []
      used.add(found.at)
      return [[number, found.at]]
    }),
  )
}

/** The other recording's points at the shown one's times, under numbers of their own. */
export const shiftedGroups = (groups: readonly RecordGroup[], shiftS: number): readonly RecordGroup[] =>
  groups.map((group) => ({
    ...group,
    times: group.times.map((time) => time + shiftS),
    traces: new Map([...group.traces].map(([trace, points]) => [trace + apart, points])),
  }))

/** The traces of a plot and, dashed, those of the other recording. */
export const withOverlay = (
  series: readonly PlotSeries[],
  matches: ReadonlyMap<number, number>,
): readonly PlotSeries[] => [
  ...series,
  ...series.flatMap((entry) => {
    const other = matches.get(Number(entry.key))
    return other === undefined
      ? []
      : [{ ...entry, key: String(other + apart), label: `${entry.label}′`, isBroken: true }]
  }),
]
