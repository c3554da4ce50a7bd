import { closeSync, fsync, mkdirSync, openSync, readdirSync, rmSync, statSync, write } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../core/ports.ts'

export interface SpoolLimits {
  /** The stretch that lies on the disk at least, ms. */
  readonly keepMs: number
  /** Never more than this on the disk, bytes. */
  readonly bytes: number
}
/** Editable assumption: what 220 meters say in a quarter of an hour, twice. */
export const usualSpool: SpoolLimits = { keepMs: 900_000, bytes: 256 * 1024 * 1024 }

/** Lines wait at most this long for the disk; a kill loses no more. */
export const flushEveryMs = 1000
/** A disk that takes nothing: more than this does not wait, and what does not is told. */
const mostWaiting = 16 * 1024 * 1024
const savedStart = '{"saved":'
export const segmentName = /^segment-(\d{13})-(\d+)\.ndjson$/

interface OpenSegment {
  readonly path: string
  readonly descriptor: number
  readonly fromMs: number
}

/** The segments that lie in a folder, oldest first. */
export const segmentsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => segmentName.test(name))
    .sort((one, other) => {
      const [a, b] = [segmentName.exec(one), segmentName.exec(other)]
      return Number(a?.[1]) - Number(b?.[1]) || Number(a?.[2]) - Number(b?.[2])
    })
    .map((name) => join(folder, name))

/**
 * The tape on the disk: each of its segments in a file of its own, written every second, the oldest deleted when the rest is long enough.
 * So the last quarter of an hour outlives a program that is killed. Never throws and never blocks: a disk that fails costs the
 * recording, which is told once, and nothing else.
 */
export const createSpool = (folder: string, limits: SpoolLimits, { log, nowMs }: { log: Log; nowMs: () => number }) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let head = ''
  let current: OpenSegment | null = null
  let count = 0
  let waiting: string[] = []
  let waitingSize = 0
  let writing: Promise<void> = Promise.resolve()
  let problem: string | null = null

  const failed = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error)
    if (problem === null) log.error('the flight recorder can’t write; it goes on in memory only', { folder, why })
    problem = why
  }
  const writeText = ({ descriptor }: OpenSegment, text: string): Promise<void> =>
    new Promise((resolve) => {
      write(descriptor, text, (error) => {
        if (error) failed(error)
        else problem = null
        resolve()
      })
    })
  const trim = (): void => {
    const paths = segmentsIn(folder)
    let bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0)
    for (const [index, path] of paths.entries()) {
      const next = paths[index + 1]
      if (next === undefined) return
      const nextFromMs = Number(segmentName.exec(next.slice(folder.length + 1))?.[1])
      if (nowMs() - nextFromMs < limits.keepMs && bytes <= limits.bytes) return
      bytes -= statSync(path).size
      rmSync(path, { force: true })
    }
  }
  const drain = (): void => {
    const segment = current
    if (segment === null || waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    waitingSize = 0
    writing = writing.then(() => writeText(segment, text))
  }
  const begin = (): void => {
    drain()
    const before = current
    if (before !== null) writing = writing.then(() => closeSync(before.descriptor)).catch(failed)
    try {
      const path = join(
        folder,
        `segment-${String(Math.round(nowMs())).padStart(13, '0')}-${String((count += 1))}.ndjson`,
      )
      current = { path, descriptor: openSync(path, 'wx', 0o600), fromMs: nowMs() }
      waiting.push(`${head}\n`)
      trim()
    } catch (error) {
      current = null
      failed(error)
    }
  }

  return {
    line: (text: string): void => {
      if (head === '') {
        head = text
        begin()
        return
      }
      if (text.startsWith(savedStart)) begin()
      if (current === null || waitingSize > mostWaiting) return
      waiting.push(`${text}\n`)
      waitingSize += text.length + 1
    },
    flush: drain,
    /** All that came is on the disk itself, and not only with the system, when it resolves. */
    sync: async (): Promise<void> => {
      drain()
      await writing
      const segment = current
      if (segment === null) return
      await new Promise<void>((resolve) => {
        fsync(segment.descriptor, () => resolve())
      })
    },
    problem: () => problem,
    close: async (): Promise<void> => {
      drain()
      await writing
      if (current !== null) closeSync(current.descriptor)
      current = null
    },
  }
}
