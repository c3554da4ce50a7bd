import { refusal } from '../../../shared/said/refusal.ts'
import type { WaveFileInfo } from '../../../shared/api/wave-files-contract.ts'
import type { Stop } from '../../core/ports.ts'
import type { FileParts, ReadInfo } from './messages.ts'
import type { StagedFile } from './pair-parts.ts'

export const mostFiles = 32

/** One recording, or a half of one that waits for the other: `parts` is null until it is whole. */
export interface Shelved {
  readonly info: WaveFileInfo
  readonly parts: FileParts | null
  readonly staged: readonly StagedFile[]
}

export const unread: ReadInfo = {
  format: null,
  station: '',
  recorder: '',
  notes: [],
  records: [],
  recordCount: 0,
  csv: null,
}

/** What is open, by id, and who wants to know when that changes. */
export const createOpenRecordings = () => {
  const files = new Map<string, Shelved>()
  const listeners = new Set<() => void>()
  let count = 0
  const nextNumber = (): number => {
    count += 1
    return count
  }
  const changed = (): void => listeners.forEach((listener) => listener())
  const put = (id: string, next: Shelved): void => {
    files.set(id, next)
    changed()
  }
  return {
    put,
    changed,
    amend: (id: string, info: Partial<WaveFileInfo>): void => {
      const before = files.get(id)
      if (before !== undefined) put(id, { ...before, info: { ...before.info, ...info } })
    },
    /** Whether it was open. `isTold`: who listens is told. */
    remove: (id: string, isTold: boolean): boolean => {
      const was = files.delete(id)
      if (was && isTold) changed()
      return was
    },
    nextNumber,
    newId: (): string => `file-${nextNumber()}`,
    get: (id: string): Shelved | undefined => files.get(id),
    known: (id: string): Shelved => {
      const file = files.get(id)
      if (file === undefined) throw refusal('recording-not-open', {})
      return file
    },
    find: (isIt: (file: Shelved) => boolean): readonly [string, Shelved] | undefined =>
      [...files].find(([, file]) => isIt(file)),
    all: (): readonly (readonly [string, Shelved])[] => [...files],
    isFull: (): boolean => files.size >= mostFiles,
    list: (): readonly WaveFileInfo[] => [...files.values()].map(({ info }) => info),
    /** What became of a file that was read, for a person. */
    told: (id: string): string => {
      const info = files.get(id)?.info
      if (info?.state === 'failed') throw refusal('recording-unreadable', { name: info.name, why: info.problem ?? '' })
      return `${info?.name ?? id} is open: ${info?.format ?? ''}`
    },
    onChange: (listener: () => void): Stop => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
export type OpenRecordings = ReturnType<typeof createOpenRecordings>
