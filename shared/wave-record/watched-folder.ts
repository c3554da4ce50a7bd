import { z } from 'zod'

/** A folder into which another recorder writes: why it can't be looked at, and what of it is not opened, as data; the sentences are made here alone. */

const problemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not-there') }),
  z.object({ kind: z.literal('no-folder') }),
  z.object({ kind: z.literal('no-permission') }),
  /** What the operating system said of anything else. */
  z.object({ kind: z.literal('failed'), message: z.string() }),
])
export type FolderProblem = Readonly<z.infer<typeof problemSchema>>

/**
 * `half`: a .cfg or .dat without the other. `empty`: of no bytes. `link`: a link, which is not followed out of the folder. `no-file`: a
 * folder, pipe or device with the name of a recording. `older`: lay there when the watch began, behind the newest. `no-place`: as many as
 * fit are open, all sent by persons. `too-many`: more recordings than are looked at.
 */
export const leftKinds = ['half', 'empty', 'link', 'no-file', 'older', 'no-place', 'too-many'] as const
export type LeftKind = (typeof leftKinds)[number]
const leftSchema = z.object({ kind: z.enum(leftKinds), count: z.number(), names: z.array(z.string()) })
/** What is not opened, and why: the first few names of `count`. */
export type LeftOut = Readonly<z.infer<typeof leftSchema>>

export const watchedFolderSchema = z.object({
  id: z.string(),
  path: z.string(),
  problem: problemSchema.nullable(),
  left: z.array(leftSchema),
})
export type WatchedFolder = Readonly<z.infer<typeof watchedFolderSchema>>

/** So many names say which are meant. */
const mostNames = 4
export const leftOut = (kind: LeftKind, names: readonly string[]): readonly LeftOut[] =>
  names.length === 0 ? [] : [{ kind, count: names.length, names: names.slice(0, mostNames) }]

const readable = (error: unknown): string => (error instanceof Error ? error.message : String(error))
export const folderProblemOf = (error: unknown): FolderProblem => {
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'ENOENT':
      return { kind: 'not-there' }
    case 'ENOTDIR':
      return { kind: 'no-folder' }
    case 'EACCES':
    case 'EPERM':
      return { kind: 'no-permission' }
    default:
      return { kind: 'failed', message: readable(error) }
  }
}

export const folderProblemText = (problem: FolderProblem): string => {
  switch (problem.kind) {
    case 'not-there':
      return 'There is no such folder. Is the drive or the share connected? It is looked for every two seconds.'
    case 'no-folder':
      return 'This is a file and no folder: name the folder in the site file (waveFolders).'
    case 'no-permission':
      return 'This program may not read it: its rights, or those of the share, forbid it.'
    case 'failed':
      return `It can’t be looked at: ${problem.message}.`
  }
}

const one = (count: number, single: string, many: string): string =>
  count === 1 ? `One ${single}` : `${count} ${many}`
const whyLeft: Readonly<Record<LeftKind, (count: number) => string>> = {
  half: (count) =>
    `${one(count, 'file waits for its other half', 'files wait for their other halves')} (a COMTRADE record is a .cfg and a .dat of one name)`,
  empty: (count) => `${one(count, 'file is', 'files are')} empty so far`,
  link: (count) => `${one(count, 'link is', 'links are')} not followed`,
  'no-file': (count) =>
    `${one(count, 'entry has', 'entries have')} the name of a recording and is a folder, pipe or device`,
  older: (count) =>
    `${one(count, 'older recording lay', 'older recordings lay')} there when the watch began: drop them on the window to open them`,
  'no-place': (count) =>
    `${one(count, 'recording was', 'recordings were')} not opened, because as many as fit are open: close some`,
  'too-many': (count) =>
    `${one(count, 'more recording lies', 'more recordings lie')} there than are looked at: move old ones away`,
}

export const leftOutText = ({ kind, count, names }: LeftOut): string =>
  `${whyLeft[kind](count)}: ${names.join(', ')}${count > names.length ? ', …' : ''}.`
