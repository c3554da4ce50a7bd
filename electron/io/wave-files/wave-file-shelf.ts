import { dirname } from 'node:path'
import { refusal } from '../../../shared/said/refusal.ts'
import type { Clock, Log } from '../../core/ports.ts'
import type {
  CsvMapping,
  ExportedFile,
  OpenWaveFiles,
  WaveFileSettings,
  WaveFileShelf,
} from '../../core/wave-files/wave-file-ports.ts'
import type { BegunExport, FileParts, ReadInfo } from './messages.ts'
import { createOpenRecordings, unread, type OpenRecordings } from './open-recordings.ts'
import { createReaderThread, type ReaderThread } from './reader-thread.ts'
import { createSent } from './shelve-sent.ts'
import { createStaging, removeLeft } from './staging.ts'
import { watchFolders } from './watched-folders.ts'

export interface WaveFileShelfDeps {
  readonly clock: Clock
  readonly log: Log
  readonly workerUrl: URL | string
  /** Where files are kept while they are open; emptied at the start and at the end. */
  readonly folder: string
}

/** An hour of 8 channels at 10 kS/s is 0.9 GB; a file of a day is no file to send (editable assumption). */
const largestBytes = 4 * 2 ** 30

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Asks the reader; what it can't do is a refusal. */
const createAsk =
  (thread: ReaderThread): ReaderThread['ask'] =>
  async (question) => {
    try {
      return await thread.ask(question)
    } catch (error) {
      throw refusal('recording-not-answered', { why: wordsOf(error) })
    }
  }

const startThread = (settings: WaveFileSettings, recordings: OpenRecordings, deps: WaveFileShelfDeps): ReaderThread =>
  createReaderThread({
    workerUrl: deps.workerUrl,
    settings: { siteHz: settings.nominalHz },
    log: deps.log,
    onDied: (why) => {
      for (const [id, { info }] of recordings.all())
        if (info.state !== 'waiting')
          recordings.amend(id, { state: 'failed', problem: `the reading stopped (${why}): send the file again` })
    },
  })

const createShelf = (settings: WaveFileSettings, deps: WaveFileShelfDeps): WaveFileShelf => {
  const { clock, log, folder } = deps
  const recordings = createOpenRecordings()
  const staging = createStaging(folder, recordings.nextNumber, log)
  const thread = startThread(settings, recordings, deps)
  const ask = createAsk(thread)
  const read = async (id: string, parts: FileParts, mapping: CsvMapping | null = null): Promise<void> => {
    recordings.amend(id, { state: 'reading', problem: null })
    try {
      const info = (await thread.ask({ kind: 'open', fileId: id, parts, mapping })) as ReadInfo
      recordings.amend(id, { ...info, state: 'ready' })
    } catch (error) {
      recordings.amend(id, { ...unread, state: 'failed', problem: wordsOf(error) })
    }
  }
  const forget = (fileId: string): void => thread.tell({ kind: 'close', fileId })
  const receive = createSent(recordings, staging, read)
  let watched: ReturnType<typeof watchFolders> | null = null

  return {
    start: () => {
      const { changed } = recordings
      watched = watchFolders(settings.folders, { recordings, read, forget, clock, changed })
      void removeLeft(dirname(folder)).catch((error: unknown) =>
        log.warn('recordings of an earlier run could not be removed', { error: String(error) }),
      )
    },
    stop: async () => {
      watched?.stop()
      await thread.close()
      await staging.removeAll()
    },
    list: recordings.list,
    folders: () => watched?.list() ?? [],
    onChange: recordings.onChange,
    receiver: { largestBytes, begin: receive },
    ask: async (fileId, name, input) => {
      recordings.known(fileId)
      // The reader answers each question with the answer of its name.
      return (await ask({ kind: 'ask', fileId, name, input })) as never
    },
    exportRecord: async (fileId, request): Promise<ExportedFile> => {
      recordings.known(fileId)
      const { exportId, ...begun } = (await ask({ kind: 'export', fileId, request })) as BegunExport
      const content = async function* (): AsyncGenerator<Uint8Array, void> {
        try {
          for (;;) {
            const piece = (await ask({ kind: 'more', exportId })) as Uint8Array | null
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
      const { parts } = recordings.known(fileId)
      if (parts === null) throw refusal('recording-not-whole', {})
      await read(fileId, parts, mapping)
      recordings.told(fileId)
    },
    close: async (fileId) => {
      const { staged } = recordings.known(fileId)
      forget(fileId)
      recordings.remove(fileId, true)
      await staging.remove(staged)
    },
  }
}

export const createOpenWaveFiles =
  (deps: WaveFileShelfDeps): OpenWaveFiles =>
  (settings) =>
    createShelf(settings, deps)
