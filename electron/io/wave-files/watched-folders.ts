import type { WatchedFolder } from '../../../shared/wave-record/watched-folder.ts'
import type { Clock, Stop } from '../../core/ports.ts'
import type { WaveFileSettings } from '../../core/wave-files/wave-file-ports.ts'
import type { FileParts } from './messages.ts'
import { unread, type OpenRecordings } from './open-recordings.ts'
import { watchFolder } from './watch-folder.ts'

interface FoundFile extends FileParts {
  readonly bytes: number
}

export interface FolderDeps {
  readonly recordings: OpenRecordings
  readonly read: (id: string, parts: FileParts) => Promise<void>
  /** A recording made room for another. */
  readonly forget: (id: string) => void
  readonly clock: Clock
  /** Something is told of a folder that was not so before. */
  readonly changed: () => void
}

/** Watches the folders of the site file; tells what is known of each, and ends it. */
export const watchFolders = (
  folders: WaveFileSettings['folders'],
  deps: FolderDeps,
): { readonly list: () => readonly WatchedFolder[]; readonly stop: Stop } => {
  const { recordings, read, forget, clock } = deps
  /** A file of a watched folder is read where it lies, and is never removed. The oldest such one makes room. */
  const take = async ({ name, main, data, bytes }: FoundFile): Promise<'taken' | 'no-place'> => {
    const same = recordings.find(({ parts }) => parts?.main === main)
    if (same === undefined && recordings.isFull()) {
      const oldest = recordings.find(({ info }) => info.origin === 'folder')
      if (oldest === undefined) return 'no-place'
      recordings.remove(oldest[0], false)
      forget(oldest[0])
    }
    const id = same?.[0] ?? recordings.newId()
    const parts: FileParts = { name, main, data }
    const info = { ...unread, id, name, bytes, state: 'reading', problem: null, origin: 'folder' } as const
    recordings.put(id, { info, parts, staged: [] })
    await read(id, parts)
    return 'taken'
  }
  const known = new Map<string, WatchedFolder>(
    folders.map(({ id, path }) => [id, { id, path, problem: null, left: [] }]),
  )
  const tell = (next: WatchedFolder): void => {
    if (JSON.stringify(known.get(next.id)) === JSON.stringify(next)) return
    known.set(next.id, next)
    deps.changed()
  }
  const watches = folders.map(({ id, path }) =>
    watchFolder({
      path,
      clock,
      found: take,
      looked: (problem, left) => tell({ id, path, problem, left: [...left] }),
    }),
  )
  return {
    list: () => [...known.values()],
    stop: () => {
      for (const stop of watches.splice(0)) stop()
    },
  }
}
