import {
  createReadStream,
  createWriteStream,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { segmentsIn } from './spool.ts'

/** Kept by themselves: as many, and as large together, as a person may want to look at later. Editable assumptions. */
export const frozenLimits = { count: 30, bytes: 4 * 2 ** 30 } as const

export interface KeptFile {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly atMs: number
}
const keptName = /^(?:incident|interrupted)-.+\.(?:tripscope|ndjson)$/

/** Files that were made by themselves, newest first. */
export const keptFiles = (folder: string): readonly KeptFile[] => {
  let names: readonly string[]
  try {
    names = readdirSync(folder)
  } catch {
    // No incident yet.
    return []
  }
  return names
    .filter((name) => keptName.test(name))
    .map((name) => {
      const path = join(folder, name)
      const { size, mtimeMs } = statSync(path)
      return { name, path, bytes: size, atMs: mtimeMs }
    })
    .sort((one, other) => other.atMs - one.atMs)
}

/** The oldest go where there are too many, or they are too large together. */
export const trimKept = (
  folder: string,
  limits: { readonly count: number; readonly bytes: number } = frozenLimits,
): void => {
  let bytes = 0
  for (const [index, file] of keptFiles(folder).entries()) {
    bytes += file.bytes
    // The newest stays, however large it is.
    if (index > 0 && (index >= limits.count || bytes > limits.bytes)) rmSync(file.path, { force: true })
  }
}

/**
 * Holds what lies in the spool now under a second name, which costs no time and no room: the spool may delete its own. What is written on
 * into the newest segment is held as well.
 */
export const holdSegments = (spool: string, hold: string): void => {
  mkdirSync(hold, { recursive: true, mode: 0o700 })
  const held = new Set(readdirSync(hold))
  for (const path of segmentsIn(spool))
    if (!held.has(basename(path)))
      try {
        linkSync(path, join(hold, basename(path)))
      } catch {
        // A file system without hard links: the spool itself is what there is.
      }
}

/** One record of several segments: the head once, and then their lines in order. A line that was cut ends the record there. */
export const joinSegments = async (paths: readonly string[], file: string): Promise<void> => {
  const out = createWriteStream(`${file}.part`, { mode: 0o600 })
  let head: string | null = null
  try {
    for (const path of paths) {
      let isFirst = true
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        // Another run of the program has another head: its lines are of another record.
        if (isFirst && head !== null && line !== head) return
        if ((!isFirst || head === null) && !out.write(`${line}\n`)) await once(out, 'drain')
        if (isFirst) head = line
        isFirst = false
      }
    }
  } finally {
    out.end()
    await once(out, 'close')
    renameSync(`${file}.part`, file)
  }
}
