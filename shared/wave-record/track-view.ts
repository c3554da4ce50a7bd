import type { WaveRecord } from './wave-record.ts'

export interface TrackView {
  readonly track: number
  /** At `fromS`. */
  readonly initial: 0 | 1
  /** Where it changes, seconds, rising. */
  readonly changesS: readonly number[]
  /** It changes more often than can be shown, or than was kept: the state between is not told. */
  readonly isCut: boolean
}

/** More changes of one track are not seen on any screen. */
const mostChanges = 2000

/** Where some digital channels change within a stretch of time. */
export const tracksIn = (
  record: WaveRecord,
  tracks: readonly number[],
  fromS: number,
  toS: number,
): readonly TrackView[] =>
  tracks.flatMap((number): readonly TrackView[] => {
    const track = record.tracks[number]
    const timebase = track === undefined ? undefined : record.groups[track.group]?.timebase
    if (track === undefined || timebase === undefined) return []
    const [from, to] = [timebase.firstFrom(fromS), timebase.firstFrom(toS)]
    const before = track.changes.filter((sample) => sample < from).length
    const within = track.changes.filter((sample) => sample >= from && sample < to)
    const initial = ((track.initial + before) % 2) as 0 | 1
    return [
      {
        track: number,
        initial,
        changesS: within.slice(0, mostChanges).map(timebase.timeAt),
        isCut: track.isCut || within.length > mostChanges,
      },
    ]
  })
