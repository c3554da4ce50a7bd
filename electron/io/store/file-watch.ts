import { existsSync, statSync } from 'node:fs'

/** What became of an open file on the disk: an open database goes on writing into a file that nobody can find any more. */
export type FileFate = 'there' | 'gone' | 'another' | 'emptied' | 'journal-gone'

export interface FileWatch {
  /** Looks at most once in `everyMs`; `there` in between. */
  fate(): FileFate
}

interface Identity {
  readonly device: number
  readonly node: number
  readonly bytes: number
}

const identityOf = (path: string): Identity | null => {
  try {
    const { dev, ino, size } = statSync(path)
    return { device: dev, node: ino, bytes: size }
  } catch {
    return null
  }
}

/** `hasJournal`: it keeps a write-ahead log beside it for as long as it is open. */
export const watchFile = (path: string, hasJournal: boolean, everyMs: number): FileWatch => {
  const opened = identityOf(path)
  let lookedMs = performance.now()
  let hadJournal = false
  return {
    fate: () => {
      if (performance.now() - lookedMs < everyMs) return 'there'
      lookedMs = performance.now()
      const now = identityOf(path)
      if (now === null) return 'gone'
      if (opened !== null && (now.device !== opened.device || now.node !== opened.node)) return 'another'
      if (opened !== null && opened.bytes > 0 && now.bytes === 0) return 'emptied'
      const isJournalThere = existsSync(`${path}-wal`)
      if (hasJournal && hadJournal && !isJournalThere) return 'journal-gone'
      hadJournal = isJournalThere
      return 'there'
    },
  }
}
