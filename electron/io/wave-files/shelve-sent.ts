import { refusal } from '../../../shared/said/refusal.ts'
import type { FileSink } from '../../core/transfer/file-receiver.ts'
import type { FileParts } from './messages.ts'
import { mostFiles, unread, type OpenRecordings, type Shelved } from './open-recordings.ts'
import { isBeside, isPair, isWhole, otherHalf, type StagedFile } from './pair-parts.ts'
import type { Staging } from './staging.ts'

type Read = (id: string, parts: FileParts) => Promise<void>

/** The parts of a COMTRADE record of two files; which came first does not matter. */
const pairOf = (kept: StagedFile, { name, path }: StagedFile): FileParts => {
  const isConfig = name.toLowerCase().endsWith('.cfg')
  return {
    name: isConfig ? name : kept.name,
    main: isConfig ? path : kept.path,
    data: isConfig ? kept.path : path,
  }
}

/** Files that a person sends. */
export const createSent = (recordings: OpenRecordings, staging: Staging, read: Read) => {
  const whole = async (file: StagedFile): Promise<string> => {
    const { name, path, bytes } = file
    const id = recordings.newId()
    const parts: FileParts = { name, main: path, data: null }
    const info = { id, name, bytes, state: 'reading', problem: null, origin: 'sent', ...unread } as const
    recordings.put(id, { info, parts, staged: [file] })
    await read(id, parts)
    return recordings.told(id)
  }
  const firstHalf = async (file: StagedFile): Promise<string> => {
    const { name, bytes } = file
    // Sent once more before its other half came: the later one counts.
    const same = recordings.find(
      ({ info, parts }) => info.state === 'waiting' && parts === null && info.name.toLowerCase() === name.toLowerCase(),
    )
    if (same !== undefined) await staging.remove(same[1].staged)
    const id = same?.[0] ?? recordings.newId()
    const problem = `waits for ${otherHalf(name)}: a COMTRADE record is both files`
    const info = { id, name, bytes, state: 'waiting', problem, origin: 'sent', ...unread } as const
    recordings.put(id, { info, parts: null, staged: [file] })
    return `${name} ${problem}; drop that too.`
  }
  const secondHalf = async (id: string, other: Shelved, file: StagedFile): Promise<string> => {
    const [kept] = other.staged
    if (kept === undefined) throw refusal('other-half-gone', {})
    const parts = pairOf(kept, file)
    const info = { ...other.info, name: parts.name, bytes: file.bytes + kept.bytes }
    recordings.put(id, { info, parts, staged: [kept, file] })
    await read(id, parts)
    return recordings.told(id)
  }
  /** A whole file, or a half whose other is here, is read; a half waits. What became of it, for a person. */
  const shelve = async (file: StagedFile): Promise<string> => {
    const { name } = file
    if (isBeside(name)) {
      await staging.remove([file])
      return `${name} stands beside a recording; it is not needed to draw it.`
    }
    if (isWhole(name)) return whole(file)
    const half = recordings.find(
      ({ info, parts }) => info.state === 'waiting' && parts === null && isPair(info.name, name),
    )
    return half === undefined ? firstHalf(file) : secondHalf(half[0], half[1], file)
  }

  return async ({ fileName, size }: { readonly fileName: string; readonly size: number }): Promise<FileSink> => {
    if (recordings.isFull()) throw refusal('recordings-full', { most: mostFiles })
    const { path, out } = await staging.begin()
    const name = fileName.replace(/^.*[/\\]/, '').slice(-120)
    return {
      write: out.write,
      end: async () => {
        await out.end()
        return shelve({ name, path, bytes: size })
      },
      abort: async () => {
        out.destroy()
        const isKept = recordings.find(({ staged }) => staged.some((each) => each.path === path)) !== undefined
        if (!isKept) await staging.drop(path)
      },
    }
  }
}
