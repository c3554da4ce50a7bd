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
}

/** Watches the folders of the site file; gives what ends it. */
export const watchFolders = (folders: WaveFileSettings['folders'], deps: FolderDeps): Stop => {
  const { recordings, read, forget, clock } = deps
  /** A file of a watched folder is read where it lies, and is never removed. The oldest such one makes room. */
  const take = async ({ name, main, data, bytes }: FoundFile): Promise<void> => {
    if (recordings.isFull()) {
      const oldest = recordings.find(({ info }) => info.origin === 'folder')
      if (oldest === undefined) return
      recordings.remove(oldest[0], false)
      forget(oldest[0])
    }
    const same = recordings.find(({ parts }) => parts?.main === main)
    const id = same?.[0] ?? recordings.newId()
    const parts: FileParts = { name, main, data }
    const info = { ...unread, id, name, bytes, state: 'reading', problem: null, origin: 'folder' } as const
    recordings.put(id, { info, parts, staged: [] })
    await read(id, parts)
  }
  const tell = (id: string, path: string, why: string | null): void => {
    const place = `folder-${id}`
    if (why === null) {
      recordings.remove(place, true)
      return
    }
    const problem = `the folder can't be looked at: ${why}`
    if (recordings.get(place)?.info.problem === problem) return
    const info = { ...unread, id: place, name: path, bytes: 0, state: 'failed', problem, origin: 'folder' } as const
    recordings.put(place, { info, parts: null, staged: [] })
  }
  const watches = folders.map(({ id, path }) =>
    watchFolder({ path, clock, found: take, problem: (why) => tell(id, path, why) }),
  )
  return () => {
    for (const stop of watches.splice(0)) stop()
  }
}
