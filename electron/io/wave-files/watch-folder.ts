import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Stop } from '../../core/ports.ts'
import { lookAtFolder, nothingSeen, type SeenFile, type WholeFile } from './folder-look.ts'

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
  }) => Promise<void>
  /** Why the folder can't be looked at; null: it can. */
  readonly problem: (why: string | null) => void
}

const seenIn = async (path: string): Promise<readonly SeenFile[]> => {
  const entries = await readdir(path, { withFileTypes: true })
  const seen: SeenFile[] = []
  for (const entry of entries.slice(0, mostFiles)) {
    if (!entry.isFile()) continue
    // Gone between the two: it is seen at the next look, or not.
    const facts = await stat(join(path, entry.name)).catch(() => null)
    if (facts !== null) seen.push({ name: entry.name, bytes: facts.size, changedMs: facts.mtimeMs })
  }
  return seen
}

/** Looks at a folder again and again, each time after the last was done. Nothing in it is changed. */
export const watchFolder = ({ path, clock, found, problem }: FolderWatch): Stop => {
  let isStopped = false
  let cancel: Stop = () => undefined
  let state = nothingSeen
  const tell = async ({ main, data }: WholeFile): Promise<void> =>
    found({
      name: main.name,
      main: join(path, main.name),
      data: data === null ? null : join(path, data.name),
      bytes: main.bytes + (data?.bytes ?? 0),
    })
  const look = async (): Promise<void> => {
    try {
      const looked = lookAtFolder(state, await seenIn(path))
      state = looked.state
      problem(null)
      for (const file of looked.whole) if (!isStopped) await tell(file)
    } catch (error) {
      problem(error instanceof Error ? error.message : String(error))
    }
    if (!isStopped) cancel = clock.after(lookEveryMs, () => void look())
  }
  void look()
  return () => {
    isStopped = true
    cancel()
  }
}
