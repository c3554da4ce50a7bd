import { endingOf } from './read-wave-file.ts'
import { isPair, isWhole } from './pair-parts.ts'

/** Which files of a watched folder are whole: pure, so that every way in which another program writes can be tested. */

export interface SeenFile {
  readonly name: string
  readonly bytes: number
  readonly changedMs: number
}
export interface FolderState {
  /** As they were at the last look. */
  readonly before: ReadonlyMap<string, SeenFile>
  /** Taken already, by name, size and time: one that is written anew is taken again. */
  readonly taken: ReadonlySet<string>
  readonly isFirst: boolean
}
export const nothingSeen: FolderState = { before: new Map(), taken: new Set(), isFirst: true }

export interface WholeFile {
  readonly main: SeenFile
  readonly data: SeenFile | null
}

const endings: readonly string[] = ['cfg', 'dat', 'cff', 'pqd', 'csv', 'tws']
/** Of what lies there already the newest are taken; a folder of years is not read from its beginning (editable assumption). */
const mostAtFirst = 8
const mostTaken = 10_000

const keyOf = ({ name, bytes, changedMs }: SeenFile): string => `${name} ${bytes} ${changedMs}`
const isRecording = ({ name, bytes }: SeenFile): boolean => bytes > 0 && endings.includes(endingOf(name))

/**
 * One look at the folder: files whose size and time are as at the look before, a .cfg with its .dat, each once. Newest last. A recorder
 * that writes with pauses longer than the time between two looks is taken too early, and again when it has written more.
 */
export const lookAtFolder = (
  state: FolderState,
  seen: readonly SeenFile[],
): { readonly state: FolderState; readonly whole: readonly WholeFile[] } => {
  const recordings = seen.filter(isRecording)
  const stable = recordings.filter((file) => {
    const before = state.before.get(file.name)
    return before !== undefined && keyOf(before) === keyOf(file)
  })
  const found = stable.flatMap((main): readonly WholeFile[] => {
    if (isWhole(main.name)) return [{ main, data: null }]
    if (endingOf(main.name) !== 'cfg') return []
    const data = stable.find((other) => isPair(main.name, other.name))
    return data === undefined ? [] : [{ main, data }]
  })
  const keyOfWhole = ({ main, data }: WholeFile): string => `${keyOf(main)}|${data === null ? '' : keyOf(data)}`
  const newestOf = ({ main, data }: WholeFile): number => Math.max(main.changedMs, data?.changedMs ?? 0)
  const fresh = found
    .filter((file) => !state.taken.has(keyOfWhole(file)))
    .sort((one, other) => newestOf(one) - newestOf(other))
  // The first look only remembers; the second is the first that can tell what is whole.
  const isEarliest = state.taken.size === 0 && !state.isFirst
  const whole = isEarliest ? fresh.slice(-mostAtFirst) : fresh
  const taken = [...state.taken, ...fresh.map(keyOfWhole)].slice(-mostTaken)
  return {
    state: { before: new Map(recordings.map((file) => [file.name, file])), taken: new Set(taken), isFirst: false },
    whole,
  }
}
