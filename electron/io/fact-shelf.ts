import { mkdirSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Log, Stop } from '../core/ports.ts'
import type { FactShelf } from '../core/field/fact-shelf.ts'

/** Facts come in bursts while devices are learned: they are written together after this, ms. */
const afterMs = 5000

interface FactShelfParts {
  readonly log: Log
  readonly clock: Clock
  /** False for a second instance on the same site: it reads what the first one learned, and writes nothing. */
  readonly mayKeep: boolean
}

const readFacts = (file: string, log: Log): Map<string, unknown> => {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return new Map(Object.entries(read))
    log.warn('what was learned of the devices cannot be read; it is learned again', { file })
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!isMissing)
      log.warn('what was learned of the devices cannot be read; it is learned again', { file, error: String(error) })
  }
  return new Map()
}

/**
 * `devices.json` in the site's data folder: what acquisition learned of each device. Never throws: it is a convenience, and without it
 * everything is learned again.
 */
export const openFactShelf = (
  folder: string,
  { log, clock, mayKeep }: FactShelfParts,
): FactShelf & { readonly close: () => Promise<void> } => {
  const file = join(folder, 'devices.json')
  const facts = readFacts(file, log)
  let stopTimer: Stop | null = null
  let writing: Promise<void> = Promise.resolve()

  const write = async (): Promise<void> => {
    const beside = `${file}.new`
    try {
      mkdirSync(folder, { recursive: true })
      // Renamed when whole: a program that dies meanwhile leaves the old one.
      await writeFile(beside, JSON.stringify(Object.fromEntries(facts), null, 1), { mode: 0o600 })
      await rename(beside, file)
    } catch (error) {
      log.warn('what was learned of the devices could not be kept; the next start learns it again', {
        file,
        error: String(error),
      })
    }
  }
  const flush = (): Promise<void> => {
    stopTimer?.()
    stopTimer = null
    writing = writing.then(write)
    return writing
  }

  return {
    recall: (deviceId) => facts.get(deviceId),
    keep: (deviceId, learned) => {
      if (!mayKeep || JSON.stringify(facts.get(deviceId)) === JSON.stringify(learned)) return
      facts.set(deviceId, learned)
      stopTimer ??= clock.after(afterMs, () => {
        stopTimer = null
        void flush()
      })
    },
    close: () => (stopTimer === null ? writing : flush()),
  }
}
