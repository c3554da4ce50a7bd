import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { SiteLock } from '../core/ports.ts'

/**
 * One site has one controller: whoever made `<site file>.lock` may write to chargers, everyone else watches. The file says
 * who: process, its start (a process id is used again), computer and since when.
 */
const holderSchema = z.object({ pid: z.number().int().positive(), started: z.string().nullable(), host: z.string(), since: z.string() })
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

const readHolder = (path: string): Holder | 'gone' | 'unreadable' => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'unreadable'
  }
  try {
    return holderSchema.parse(JSON.parse(text))
  } catch {
    return 'unreadable'
  }
}

const ageMs = (path: string, nowMs: number): number => {
  try {
    return nowMs - statSync(path).mtimeMs
  } catch {
    return 0
  }
}

const readOnly = (holder: string): SiteLock => ({ held: false, holder, release: () => Promise.resolve() })

/** Takes the site's lock, or says who has it. Never throws: a folder that can't be written makes the site read-only. */
export const lockSite = (siteFile: string, nowMs: number): SiteLock => {
  const path = `${resolve(siteFile)}.lock`
  const own: Holder = { pid: process.pid, started: startOf(process.pid), host: hostname(), since: new Date(nowMs).toISOString() }
  const text = `${JSON.stringify(own)}\n`
  for (let attempt = 0; attempt < tries; attempt += 1) {
    try {
      writeFileSync(path, text, { flag: 'wx' })
      heldHere.add(path)
      return {
        held: true,
        holder: null,
        release: () => {
          heldHere.delete(path)
          const now = readHolder(path)
          // A lock that is no longer ours (someone deleted it and took the site) is not ours to remove.
          if (typeof now === 'object' && now.pid === own.pid && now.since === own.since && now.host === own.host) rmSync(path, { force: true })
          return Promise.resolve()
        },
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        return readOnly(`nobody, but ${path} can't be written (${(error as NodeJS.ErrnoException).code ?? String(error)}); make the folder writable to control the site`)
      }
    }
    const holder = readHolder(path)
    if (holder === 'gone') continue
    if (holder === 'unreadable') {
      if (ageMs(path, nowMs) < unreadableAfterMs) return readOnly(`another program that is just starting; if none is, delete ${path}`)
    } else if (!isStale(holder, path)) {
      return readOnly(`process ${holder.pid} on ${holder.host} since ${holder.since.slice(0, 16).replace('T', ' ')} UTC`
        + (holder.host === hostname() ? '' : ` (if that computer is off, delete ${path})`))
    }
    // Of several that find the same stale lock only one can rename it; the others try again and find the new one.
    const aside = `${path}.stale-${process.pid}`
    try {
      renameSync(path, aside)
      rmSync(aside, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return readOnly(`a program that ended, but ${path} can't be removed; delete it`)
    }
  }
  return readOnly(`another program that is just starting (${path})`)
}
