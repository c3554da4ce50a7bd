import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  folderProblemOf,
  leftOut,
  type FolderProblem,
  type LeftOut,
} from '../../../shared/wave-record/watched-folder.ts'
import type { Clock, Stop } from '../../core/ports.ts'
import { hasRecordingName, lookAtFolder, nothingSeen, type SeenFile, type WholeFile } from './folder-look.ts'

/** Two looks this far apart see the same size: then it is whole. Short enough that nobody waits for it (editable assumption). */
const lookEveryMs = 2000
/** More files in one folder are not looked at one by one every two seconds. */
const mostFiles = 5000

export interface FolderWatch {
  readonly path: string
  readonly clock: Clock
  readonly found: (file: {
    readonly name: string
    readonly main: string
    readonly data: string | null
    readonly bytes: number
  }) => Promise<'taken' | 'no-place'>
  /** Why the folder can't be looked at; null: it can. What of it is not opened. */
  readonly looked: (problem: FolderProblem | null, left: readonly LeftOut[]) => void
}

const whatIs = (entry: Dirent): SeenFile['what'] =>
  entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other'

const seenIn = async (
  path: string,
): Promise<{ readonly seen: readonly SeenFile[]; readonly beyond: readonly string[] }> => {
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => hasRecordingName(name))
  const seen: SeenFile[] = []
  for (const entry of entries.slice(0, mostFiles)) {
    const [name, what] = [entry.name, whatIs(entry)]
    if (what !== 'file') {
      seen.push({ name, bytes: 0, changedMs: 0, what })
      continue
    }
    // Gone between the two: it is seen at the next look, or not.
    const facts = await stat(join(path, name)).catch(() => null)
    if (facts !== null) seen.push({ name, bytes: facts.size, changedMs: facts.mtimeMs, what })
  }
  return { seen, beyond: entries.slice(mostFiles).map(({ name }) => name) }
}

/** Looks at a folder again and again, each time after the last was done. Nothing in it is changed. */
export const watchFolder = ({ path, clock, found, looked }: FolderWatch): Stop => {
  let isStopped = false
  let cancel: Stop = () => undefined
  let state = nothingSeen
  const give = async ({ main, data }: WholeFile): Promise<'taken' | 'no-place'> =>
    found({
      name: main.name,
      main: join(path, main.name),
      data: data === null ? null : join(path, data.name),
      bytes: main.bytes + (data?.bytes ?? 0),
    })
  /** Whole, and without a place when they came: tried again with each look. */
  let outside: readonly WholeFile[] = []
  const look = async (): Promise<void> => {
    try {
      const { seen, beyond } = await seenIn(path)
      const next = lookAtFolder(state, seen)
      state = next.state
      const there = new Set(seen.map(({ name }) => name))
      const wanted = [...outside.filter(({ main }) => there.has(main.name)), ...next.whole]
      const refused: WholeFile[] = []
      for (const file of wanted) if (!isStopped && (await give(file)) === 'no-place') refused.push(file)
      outside = refused
      const names = refused.map(({ main }) => main.name)
      looked(null, [...next.left, ...leftOut('no-place', names), ...leftOut('too-many', beyond)])
    } catch (error) {
      looked(folderProblemOf(error), [])
    }
    if (!isStopped) cancel = clock.after(lookEveryMs, () => void look())
  }
  void look()
  return () => {
    isStopped = true
    cancel()
  }
}
