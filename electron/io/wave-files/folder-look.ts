import { leftOut, type LeftOut } from '../../../shared/wave-record/watched-folder.ts'
import { endingOf } from './read-wave-file.ts'
import { isPair, isWhole } from './pair-parts.ts'

/** Which files of a watched folder are whole: pure, so that every way in which another program writes can be tested. */

export interface SeenFile {
  readonly name: string
  readonly bytes: number
  readonly changedMs: number
  /** `other`: a folder, a pipe, a device. */
  readonly what: 'file' | 'link' | 'other'
}
export interface FolderState {
  /** As they were at the last look. */
  readonly before: ReadonlyMap<string, SeenFile>
  /** Taken already, by name, size and time: one that is written anew is taken again. */
  readonly taken: ReadonlySet<string>
  /** Of those: what lay there at first behind the newest, and is not opened. */
  readonly older: ReadonlySet<string>
  readonly isFirst: boolean
}
export const nothingSeen: FolderState = { before: new Map(), taken: new Set(), older: new Set(), isFirst: true }

export interface WholeFile {
  readonly main: SeenFile
  readonly data: SeenFile | null
}

const endings: readonly string[] = ['cfg', 'dat', 'cff', 'pqd', 'csv', 'tws']
/** Of what lies there already the newest are taken; a folder of years is not read from its beginning (editable assumption). */
const mostAtFirst = 8
const mostTaken = 10_000

/** Hidden files and those that other programs keep beside an open one ("~$a.csv", "._a.csv") are no recordings, whatever their ending. */
export const hasRecordingName = (name: string): boolean => !/^[.~]/.test(name) && endings.includes(endingOf(name))

const keyOf = ({ name, bytes, changedMs }: SeenFile): string => `${name} ${bytes} ${changedMs}`
const keyOfWhole = ({ main, data }: WholeFile): string => `${keyOf(main)}|${data === null ? '' : keyOf(data)}`
const newestOf = ({ main, data }: WholeFile): number => Math.max(main.changedMs, data?.changedMs ?? 0)

const wholeAmong = (stable: readonly SeenFile[]): readonly WholeFile[] =>
  stable.flatMap((main): readonly WholeFile[] => {
    if (isWhole(main.name)) return [{ main, data: null }]
    if (endingOf(main.name) !== 'cfg') return []
    const data = stable.find((other) => isPair(main.name, other.name))
    return data === undefined ? [] : [{ main, data }]
  })

/** What is not opened and stays so until somebody does something: told of what was as it is at the look before, not of what is being written. */
const leftAmong = (
  resting: readonly SeenFile[],
  found: readonly WholeFile[],
  older: ReadonlySet<string>,
): readonly LeftOut[] => {
  const names = (isIt: (file: SeenFile) => boolean) => resting.filter(isIt).map(({ name }) => name)
  const halves = resting.filter(({ name, bytes, what }) => what === 'file' && bytes > 0 && !isWhole(name))
  const hasOther = ({ name }: SeenFile) => halves.some((other) => isPair(name, other.name))
  return [
    ...leftOut(
      'half',
      halves.filter((half) => !hasOther(half)).map(({ name }) => name),
    ),
    ...leftOut(
      'empty',
      names(({ what, bytes }) => what === 'file' && bytes === 0),
    ),
    ...leftOut(
      'link',
      names(({ what }) => what === 'link'),
    ),
    ...leftOut(
      'no-file',
      names(({ what }) => what === 'other'),
    ),
    ...leftOut(
      'older',
      found.filter((file) => older.has(keyOfWhole(file))).map(({ main }) => main.name),
    ),
  ]
}

/**
 * One look at the folder: files whose size and time are as at the look before, a .cfg with its .dat, each once. Newest last. A recorder
 * that writes with pauses longer than the time between two looks is taken too early, and again when it has written more.
 */
export const lookAtFolder = (
  state: FolderState,
  all: readonly SeenFile[],
): { readonly state: FolderState; readonly whole: readonly WholeFile[]; readonly left: readonly LeftOut[] } => {
  const seen = all.filter(({ name }) => hasRecordingName(name))
  const resting = seen.filter((file) => {
    const before = state.before.get(file.name)
    return before !== undefined && keyOf(before) === keyOf(file)
  })
  const found = wholeAmong(resting.filter(({ what, bytes }) => what === 'file' && bytes > 0))
  const fresh = found
    .filter((file) => !state.taken.has(keyOfWhole(file)))
    .sort((one, other) => newestOf(one) - newestOf(other))
  // The first look only remembers; the second is the first that can tell what is whole.
  const isEarliest = state.taken.size === 0 && !state.isFirst
  const whole = isEarliest ? fresh.slice(-mostAtFirst) : fresh
  const older = isEarliest ? new Set(fresh.slice(0, -mostAtFirst).map(keyOfWhole)) : state.older
  const taken = [...state.taken, ...fresh.map(keyOfWhole)].slice(-mostTaken)
  return {
    state: { before: new Map(seen.map((file) => [file.name, file])), taken: new Set(taken), older, isFirst: false },
    whole,
    left: leftAmong(resting, found, older),
  }
}
