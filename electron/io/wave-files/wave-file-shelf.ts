import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { kill } from 'node:process'
import { Refusal } from '../../../shared/api/define.ts'
import type { WaveFileInfo } from '../../../shared/api/wave-files-contract.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import type { FileSink } from '../../core/transfer/file-receiver.ts'
import type {
  CsvMapping,
  ExportedFile,
  OpenWaveFiles,
  WaveFileSettings,
  WaveFileShelf,
} from '../../core/wave-files/wave-file-ports.ts'
import type { BegunExport, FileParts, ReadInfo } from './messages.ts'
import { isBeside, isPair, isWhole, otherHalf, type StagedFile } from './pair-parts.ts'
import { watchFolder } from './watch-folder.ts'
import { createReaderThread } from './reader-thread.ts'

export interface WaveFileShelfDeps {
  readonly clock: Clock
  readonly log: Log
  readonly workerUrl: URL | string
  /** Where files are kept while they are open; emptied at the start and at the end. */
  readonly folder: string
}

/** An hour of 8 channels at 10 kS/s is 0.9 GB; a file of a day is no file to send (editable assumptions). */
const largestBytes = 4 * 2 ** 30
const mostFiles = 32

interface Shelved {
  readonly info: WaveFileInfo
  readonly parts: FileParts | null
  readonly staged: readonly StagedFile[]
}

const unread: ReadInfo = {
  format: null,
  station: '',
  recorder: '',
  notes: [],
  records: [],
  recordCount: 0,
  csv: null,
}

/** Writes a file to the disk as it comes; the sender waits for the disk. */
const writeTo = (path: string) => {
  const stream = createWriteStream(path, { mode: 0o600 })
  let failure: Error | null = null
  stream.on('error', (error) => {
    failure = error
  })
  return {
    write: (bytes: Uint8Array): Promise<void> =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure)
        stream.write(bytes, (error) => (error == null ? resolve() : reject(error)))
      }),
    end: (): Promise<void> =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure)
        stream.end((error?: Error | null) => (error == null ? resolve() : reject(error)))
      }),
    destroy: () => stream.destroy(),
  }
}

/** What programs left that do not run any more, by the number of their process; nothing is lost, since whoever sent a file has it. */
const removeLeft = async (all: string): Promise<void> => {
  const runs = (process: string): boolean => {
    try {
      return kill(Number(process), 0)
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM'
    }
  }
  const folders = await readdir(all).catch(() => [])
  for (const name of folders)
    if (/^\d+$/.test(name) && !runs(name)) await rm(join(all, name), { recursive: true, force: true })
}

const createShelf = (
  settings: WaveFileSettings,
  { clock, log, workerUrl, folder }: WaveFileShelfDeps,
): WaveFileShelf => {
  const files = new Map<string, Shelved>()
  const listeners = new Set<() => void>()
  let count = 0
  const changed = (): void => listeners.forEach((listener) => listener())
  const put = (id: string, next: Shelved): void => {
    files.set(id, next)
    changed()
  }
  const amend = (id: string, info: Partial<WaveFileInfo>): void => {
    const before = files.get(id)
    if (before !== undefined) put(id, { ...before, info: { ...before.info, ...info } })
  }
  const thread = createReaderThread({
    workerUrl,
    settings: { siteHz: settings.nominalHz },
    log,
    onDied: (why) => {
      for (const [id, { info }] of files)
        if (info.state !== 'waiting')
          amend(id, { state: 'failed', problem: `the reading stopped (${why}): send the file again` })
    },
  })
  const read = async (id: string, parts: FileParts, mapping: CsvMapping | null): Promise<void> => {
    amend(id, { state: 'reading', problem: null })
    try {
      const info = (await thread.ask({ kind: 'open', fileId: id, parts, mapping })) as ReadInfo
      amend(id, { ...info, state: 'ready' })
    } catch (error) {
      amend(id, { ...unread, state: 'failed', problem: error instanceof Error ? error.message : String(error) })
    }
  }
  const newId = (): string => {
    count += 1
    return `file-${count}`
  }
  const remove = async (staged: readonly StagedFile[]): Promise<void> => {
    for (const { path } of staged)
      await rm(path, { force: true }).catch((error: unknown) =>
        log.warn('a recording could not be removed', { path, error: String(error) }),
      )
  }
  /** A whole file, or a half whose other is here, is read; a half waits. What became of it, for a person. */
  const shelve = async (file: StagedFile): Promise<string> => {
    const { name, path, bytes } = file
    if (isBeside(name)) {
      await remove([file])
      return `${name} stands beside a recording; it is not needed to draw it.`
    }
    const half = [...files].find(
      ([, { info, parts }]) => info.state === 'waiting' && parts === null && isPair(info.name, name),
    )
    if (isWhole(name)) {
      const id = newId()
      const parts: FileParts = { name, main: path, data: null }
      put(id, {
        info: { id, name, bytes, state: 'reading', problem: null, origin: 'sent', ...unread },
        parts,
        staged: [file],
      })
      await read(id, parts, null)
      return told(id)
    }
    if (half === undefined) {
      const id = newId()
      const problem = `waits for ${otherHalf(name)}: a COMTRADE record is both files`
      put(id, {
        info: { id, name, bytes, state: 'waiting', problem, origin: 'sent', ...unread },
        parts: null,
        staged: [file],
      })
      return `${name} ${problem}; drop that too.`
    }
    const [id, other] = half
    const [kept] = other.staged
    if (kept === undefined) throw new Refusal('the other half is gone: send both files again')
    const isConfig = name.toLowerCase().endsWith('.cfg')
    const parts: FileParts = {
      name: isConfig ? name : kept.name,
      main: isConfig ? path : kept.path,
      data: isConfig ? kept.path : path,
    }
    put(id, { info: { ...other.info, name: parts.name, bytes: bytes + kept.bytes }, parts, staged: [kept, file] })
    await read(id, parts, null)
    return told(id)
  }
  const told = (id: string): string => {
    const info = files.get(id)?.info
    if (info?.state === 'failed') throw new Refusal(`${info.name} can't be read: ${info.problem ?? ''}`)
    return `${info?.name ?? id} is open: ${info?.format ?? ''}`
  }
  const receive = async ({
    fileName,
    size,
  }: {
    readonly fileName: string
    readonly size: number
  }): Promise<FileSink> => {
    if (files.size >= mostFiles) throw new Refusal(`${mostFiles} recordings are open: close one of them first`)
    count += 1
    // The name of a person is never a path here.
    const path = join(folder, `received-${count}`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const out = writeTo(path)
    const name = fileName.replace(/^.*[/\\]/, '').slice(-120)
    return {
      write: out.write,
      end: async () => {
        await out.end()
        return shelve({ name, path, bytes: size })
      },
      abort: async () => {
        out.destroy()
        const isKept = [...files.values()].some(({ staged }) => staged.some((each) => each.path === path))
        if (!isKept) await rm(path, { force: true })
      },
    }
  }
  const known = (id: string): Shelved => {
    const file = files.get(id)
    if (file === undefined) throw new Refusal('this recording is not open any more: send it again')
    return file
  }
  const asked = async (question: Parameters<typeof thread.ask>[0]): Promise<unknown> => {
    try {
      return await thread.ask(question)
    } catch (error) {
      throw new Refusal(error instanceof Error ? error.message : String(error))
    }
  }
  /** A file of a watched folder is read where it lies, and is never removed. The oldest such one makes room. */
  const takeFromFolder = async (file: {
    readonly name: string
    readonly main: string
    readonly data: string | null
    readonly bytes: number
  }): Promise<void> => {
    const { name, bytes } = file
    const oldest = [...files].find(([, { info }]) => info.origin === 'folder')
    if (files.size >= mostFiles) {
      if (oldest === undefined) return
      files.delete(oldest[0])
      thread.tell({ kind: 'close', fileId: oldest[0] })
    }
    const same = [...files].find(([, { parts }]) => parts?.main === file.main)
    const id = same?.[0] ?? newId()
    const parts: FileParts = { name, main: file.main, data: file.data }
    put(id, {
      info: { ...unread, id, name, bytes, state: 'reading', problem: null, origin: 'folder' },
      parts,
      staged: [],
    })
    await read(id, parts, null)
  }
  const tellFolder = (id: string, path: string, why: string | null): void => {
    const place = `folder-${id}`
    if (why === null) {
      if (files.delete(place)) changed()
      return
    }
    const problem = `the folder can't be looked at: ${why}`
    if (files.get(place)?.info.problem === problem) return
    put(place, {
      info: { ...unread, id: place, name: path, bytes: 0, state: 'failed', problem, origin: 'folder' },
      parts: null,
      staged: [],
    })
  }
  const watches: Stop[] = []
  return {
    start: () => {
      for (const { id, path } of settings.folders)
        watches.push(watchFolder({ path, clock, found: takeFromFolder, problem: (why) => tellFolder(id, path, why) }))
      void removeLeft(dirname(folder)).catch((error: unknown) =>
        log.warn('recordings of an earlier run could not be removed', { error: String(error) }),
      )
    },
    stop: async () => {
      for (const stop of watches.splice(0)) stop()
      await thread.close()
      await rm(folder, { recursive: true, force: true })
    },
    list: () => [...files.values()].map(({ info }) => info),
    onChange: (listener): Stop => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    receiver: { largestBytes, begin: receive },
    ask: async (fileId, name, input) => {
      known(fileId)
      // The reader answers each question with the answer of its name.
      return (await asked({ kind: 'ask', fileId, name, input })) as never
    },
    exportRecord: async (fileId, request): Promise<ExportedFile> => {
      known(fileId)
      const { exportId, ...begun } = (await asked({ kind: 'export', fileId, request })) as BegunExport
      const content = async function* (): AsyncGenerator<Uint8Array, void> {
        try {
          for (;;) {
            const piece = (await asked({ kind: 'more', exportId })) as Uint8Array | null
            if (piece === null) return
            yield piece
          }
        } finally {
          thread.tell({ kind: 'leave', exportId })
        }
      }
      return { ...begun, content }
    },
    mapCsv: async (fileId, mapping) => {
      const { parts } = known(fileId)
      if (parts === null) throw new Refusal('this recording is not whole yet')
      await read(fileId, parts, mapping)
      told(fileId)
    },
    close: async (fileId) => {
      const { staged } = known(fileId)
      files.delete(fileId)
      thread.tell({ kind: 'close', fileId })
      changed()
      await remove(staged)
    },
  }
}

export const createOpenWaveFiles =
  (deps: WaveFileShelfDeps): OpenWaveFiles =>
  (settings) =>
    createShelf(settings, deps)
