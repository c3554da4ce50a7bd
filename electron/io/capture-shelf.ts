import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { captureSchema } from '../../shared/api/waves-contract.ts'
import type { CaptureSummary } from '../../shared/wave/wave-observation.ts'
import type { Log } from '../core/ports.ts'
import { createCaptureIndex, usualBounds, type CaptureBounds, type CaptureShelf } from '../core/waves/capture-shelf.ts'
import { replaceFile } from './replace-file.ts'

interface CaptureShelfParts {
  readonly log: Log
  /** False for a second program on the same site: it shows what is there, and keeps nothing. */
  readonly mayKeep: boolean
  readonly bounds?: CaptureBounds
}

const safe = (text: string): string => text.replaceAll(/[^\w.-]/g, '_').slice(0, 120)
/** Samples lie in the first, what they are in the second: it is written last, so that what has one is whole. */
const namesOf = ({ source, captureId }: Pick<CaptureSummary, 'source' | 'captureId'>) => {
  const base = captureId.startsWith(source) ? safe(captureId) : safe(`${source}-${captureId}`)
  return { samples: `${base}.tws`, about: `${base}.json` }
}

const readAbout = async (folder: string, name: string): Promise<CaptureSummary | string> => {
  try {
    const read = captureSchema.safeParse(JSON.parse(await readFile(join(folder, name), 'utf8')))
    if (!read.success) return `${name} does not say what its capture is`
    const { size } = await stat(join(folder, namesOf(read.data).samples))
    return size === read.data.bytes ? read.data : `${name} speaks of ${read.data.bytes} bytes, ${size} are there`
  } catch (error) {
    return `${name}: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** The captures of an earlier run; what is damaged costs itself alone and is left where it is. */
const readKept = async (folder: string, log: Log): Promise<readonly CaptureSummary[]> => {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') log.warn('captures of earlier runs cannot be listed', { folder, error: String(error) })
    return []
  })
  const read = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readAbout(folder, name)))
  const problems = read.filter((each) => typeof each === 'string')
  if (problems.length > 0)
    log.warn('captures cannot be read and are left out', { folder, problems: problems.slice(0, 5) })
  return read.filter((each) => typeof each !== 'string').sort((one, other) => one.atMs - other.atMs)
}

/** `captures` in the site's data folder: waveforms that front ends and meters captured, within bounds for each source. */
export const openCaptureShelf = async (
  siteFolder: string,
  { log, mayKeep, bounds = usualBounds }: CaptureShelfParts,
): Promise<CaptureShelf & { readonly close: () => Promise<void> }> => {
  const folder = join(siteFolder, 'captures')
  const index = createCaptureIndex(bounds)
  let problem: string | null = null
  let writing: Promise<void> = Promise.resolve()

  const remove = async (gone: readonly CaptureSummary[]): Promise<void> => {
    for (const each of gone) {
      const { samples, about } = namesOf(each)
      // First what says that it is there: a capture without its samples is none.
      await rm(join(folder, about), { force: true })
      await rm(join(folder, samples), { force: true })
    }
  }
  const write = async (summary: CaptureSummary, bytes: Uint8Array): Promise<void> => {
    try {
      const { samples, about } = namesOf(summary)
      await replaceFile(join(folder, samples), bytes)
      await replaceFile(join(folder, about), JSON.stringify(summary, null, 1))
      problem = null
      await remove(index.add(summary))
    } catch (error) {
      problem = `the capture could not be written to ${folder}: ${error instanceof Error ? error.message : String(error)}`
      log.error('a capture could not be kept', { capture: summary.captureId, error: String(error) })
    }
  }
  const gone = (await readKept(folder, log)).flatMap((summary) => index.add(summary))
  if (mayKeep) await remove(gone)

  return {
    list: index.list,
    bytesOf: async (source, captureId) => {
      if (!index.has(source, captureId)) return null
      try {
        return new Uint8Array(await readFile(join(folder, namesOf({ source, captureId }).samples)))
      } catch (error) {
        log.warn('a kept capture cannot be read', { capture: captureId, error: String(error) })
        return null
      }
    },
    keep: (summary, bytes) => {
      if (!mayKeep) return Promise.resolve()
      writing = writing.then(() => write(summary, bytes))
      return writing
    },
    room: (source) => ({ ...index.room(source), on: mayKeep ? 'disk' : 'memory', problem }),
    /** What is being written is brought to its end. */
    close: () => writing,
  }
}
