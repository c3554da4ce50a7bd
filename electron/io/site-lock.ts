import { linkSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import type { SiteLock } from '../core/site-lock.ts'
import { readOwnFileSync } from './regular-file.ts'

/**
 * One site has one controller: whoever made `<site file>.lock` may write to chargers, everyone else watches. The file says
 * who: process, its start (a process id is used again), computer and since when.
 */
const holderSchema = z.object({
  pid: z.number().int().positive(),
  started: z.string().nullable(),
  host: z.string(),
  since: z.string(),
})
type Holder = z.infer<typeof holderSchema>

/** A lock file without readable content this old is left from a power cut, not from a program that is just starting. */
const unreadableAfterMs = 10_000
const tries = 5

/** Locks of this very process: a container often gives its only process the same id at every start. */
const heldHere = new Set<string>()

/** The start time of a process in clock ticks since boot (proc(5), stat field 22); null where there is no /proc or no process. */
const startOf = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command in parentheses may hold spaces; field 3 follows the last parenthesis.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const isStale = (holder: Holder, path: string): boolean => {
  if (holder.host !== hostname()) return false
  if (holder.pid === process.pid) return !heldHere.has(path)
  if (!isRunning(holder.pid)) return true
  const started = startOf(holder.pid)
  return holder.started !== null && started !== null && started !== holder.started
}

/** What the lock file holds: null when it is gone; no text when it can't be read. */
const readText = (path: string): { readonly text: string | null } | null => {
  try {
    return { text: readOwnFileSync(path) }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : { text: null }
  }
}

const holderOf = (text: string | null): Holder | 'unreadable' => {
  try {
    return holderSchema.parse(JSON.parse(text ?? ''))
  } catch {
    return 'unreadable'
  }
}

/** One file has one lock, whatever link it is reached by. */
const lockPathOf = (siteFile: string): string => {
  const path = resolve(siteFile)
  try {
    return `${realpathSync(path)}.lock`
  } catch {
    // The site file is not there (yet): its folder may be reached by a link all the same.
    try {
      return `${join(realpathSync(dirname(path)), basename(path))}.lock`
    } catch {
      return `${path}.lock`
    }
  }
}

/**
 * Takes a stale lock out of the way. Of several that find the same one only one can rename it; but one that was slow may rename the
 * lock another has just made, so what was renamed is read again, and put back when it isn't what was judged.
 */
const remove = (path: string, judged: string | null): 'removed' | 'not ours to remove' | 'impossible' => {
  const aside = `${path}.stale-${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'removed' : 'impossible'
  }
  const found = readText(aside)
  if (found !== null && found.text !== judged) {
    try {
      linkSync(aside, path)
    } catch {
      // Someone made a new lock meanwhile, or there are no links here: either way it is not for this program to take the site.
    }
    rmSync(aside, { force: true })
    return 'not ours to remove'
  }
  rmSync(aside, { force: true })
  return 'removed'
}

const ageMs = (path: string, nowMs: number): number => {
  try {
    return nowMs - statSync(path).mtimeMs
  } catch {
    return 0
  }
}

const readOnly = (holder: string, isAnothers = true): SiteLock => ({
  held: false,
  holder,
  isAnothers,
  stillHeld: () => false,
  release: () => Promise.resolve(),
})

/** Takes the site's lock, or says who has it. Never throws: a folder that can't be written makes the site read-only. */
export const lockSite = (siteFile: string, nowMs: number): SiteLock => {
  const path = lockPathOf(siteFile)
  const own: Holder = {
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    since: new Date(nowMs).toISOString(),
  }
  const text = `${JSON.stringify(own)}\n`
  for (let attempt = 0; attempt < tries; attempt += 1) {
    try {
      writeFileSync(path, text, { flag: 'wx' })
      heldHere.add(path)
      return {
        held: true,
        holder: null,
        // A lock that can't be read now (a share that is away) says nothing against us: nobody else can take it there either.
        stillHeld: () => {
          const now = heldHere.has(path) ? readText(path) : null
          return now !== null && (now.text === null || now.text === text)
        },
        release: () => {
          heldHere.delete(path)
          // A lock that is no longer ours (someone deleted it and took the site) is not ours to remove.
          if (readText(path)?.text === text) rmSync(path, { force: true })
          return Promise.resolve()
        },
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        return readOnly(
          `nobody, but ${path} can't be written (${(error as NodeJS.ErrnoException).code ?? String(error)}); make the folder writable to control the site`,
          false,
        )
      }
    }
    const judged = readText(path)
    if (judged === null) continue
    const holder = holderOf(judged.text)
    if (holder === 'unreadable') {
      if (ageMs(path, nowMs) < unreadableAfterMs)
        return readOnly(`another program that is just starting; if none is, delete ${path}`)
    } else if (!isStale(holder, path)) {
      return readOnly(
        `process ${holder.pid} on ${holder.host} since ${holder.since.slice(0, 16).replace('T', ' ')} UTC` +
          (holder.host === hostname() ? '' : ` (if that computer is off, delete ${path})`),
      )
    }
    const removed = remove(path, judged.text)
    if (removed === 'impossible')
      return readOnly(`a program that ended, but ${path} can't be removed; delete it`, false)
    if (removed === 'not ours to remove') break
  }
  return readOnly(`another program that is just starting (${path})`)
}
