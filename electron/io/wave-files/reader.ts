import { createRecordAnswers, describeFile, type RecordAnswers } from '../../analysis/files/record-answers.ts'
import type { WaveFile } from '../../../shared/wave-record/wave-record.ts'
import { openFileSource } from './file-source.ts'
import { exportRecord } from './export-record.ts'
import type { BegunExport, FileParts, FromReader, ReadInfo, ReaderSettings, ToReader } from './messages.ts'
import { readWaveFile } from './read-wave-file.ts'

interface OpenFile {
  readonly answers: RecordAnswers
  readonly name: string
  readonly file: WaveFile
  readonly close: () => void
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Reads files and answers about them, message by message; the thread only carries it. */
export const createReader = ({ siteHz }: ReaderSettings) => {
  const files = new Map<string, OpenFile>()
  const exports = new Map<number, Iterator<Uint8Array>>()
  let lastExport = 0

  const open = (
    fileId: string,
    { name, main, data }: FileParts,
    mapping: Extract<ToReader, { kind: 'open' }>['mapping'],
  ): ReadInfo => {
    files.get(fileId)?.close()
    files.delete(fileId)
    const sources = [main, ...(data === null ? [] : [data])].map(openFileSource)
    const close = () => sources.forEach((source) => source.close())
    try {
      const [first, second] = sources
      if (first === undefined) throw new Error('no file')
      const read = readWaveFile(name, first, second ?? null, mapping)
      if (!read.ok) throw new Error(read.why)
      const { file, csv } = read.value
      files.set(fileId, { answers: createRecordAnswers(file, siteHz), name, file, close })
      return { ...describeFile(file), csv }
    } catch (error) {
      close()
      throw error
    }
  }
  const known = (fileId: string): OpenFile => {
    const file = files.get(fileId)
    if (file === undefined) throw new Error('this file is not open any more: send it again')
    return file
  }
  const answer = (message: Extract<ToReader, { id: number }>): unknown => {
    switch (message.kind) {
      case 'open':
        return open(message.fileId, message.parts, message.mapping)
      case 'ask':
        // The input was parsed by the contract; each question has its own.
        return known(message.fileId).answers[message.name](message.input as never)
      case 'export': {
        const { answers, name, file } = known(message.fileId)
        lastExport += 1
        const { pieces, ...begun } = exportRecord(file, answers, name, message.request)
        exports.set(lastExport, pieces[Symbol.iterator]())
        return { exportId: lastExport, ...begun } satisfies BegunExport
      }
      case 'more': {
        const next = exports.get(message.exportId)?.next()
        if (next === undefined || next.done === true) exports.delete(message.exportId)
        return next === undefined || next.done === true ? null : next.value
      }
    }
  }
  return (message: ToReader): FromReader | null => {
    switch (message.kind) {
      case 'close':
        files.get(message.fileId)?.close()
        files.delete(message.fileId)
        return null
      case 'leave':
        exports.delete(message.exportId)
        return null
      default:
        try {
          return { kind: 'answer', id: message.id, answer: answer(message) }
        } catch (error) {
          return { kind: 'failed', id: message.id, why: reasonOf(error) }
        }
    }
  }
}
