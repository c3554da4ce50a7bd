import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { recordFileName, recordHeadName } from '../core/record/tape/record-file.ts'
import { openFileBytes, type FileBytes } from './zip/file-bytes.ts'
import { zipContent } from './zip/zip-content.ts'
import { readZipDirectory } from './zip/zip-directory.ts'

/** Unpacked, bytes: a day of a large site. Editable assumption. */
const mostBytes = 16 * 1024 ** 3
/** A line longer than this is none of ours, bytes: the head of a site of 2000 entries has some MB. */
const longestLine = 64 * 1024 * 1024

/** The record within a snapshot, unpacked as it is read: the reader of zips takes no size on trust, so a bomb costs nothing. */
const ofSnapshot = async (bytes: FileBytes): Promise<Readable> => {
  const entries = await readZipDirectory(bytes)
  if (entries === null)
    throw new Error(
      'the list of files at its end is missing: it was cut. Open it on the screen, which shows what is left of it',
    )
  const record = entries.find(({ name }) => name === recordFileName)
  if (record !== undefined) return Readable.from(zipContent(bytes, record), { objectMode: false })
  throw new Error(
    entries.some(({ name }) => name === recordHeadName)
      ? `it has no ${recordFileName}: the record of that time was not kept any more, only its seconds. Open it on the screen, which plays those`
      : `it has no ${recordFileName}: it is no snapshot of Tripscope, or of a version without a record`,
  )
}

/** No more than a record of ours has: what is compressed may unpack to anything, and a line that never ends would be kept whole. */
const bounded = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let total = 0
  let line = 0
  for await (const chunk of source) {
    total += chunk.length
    const end = chunk.lastIndexOf(10)
    line = end < 0 ? line + chunk.length : chunk.length - 1 - end
    if (total > mostBytes) throw new Error('unpacked, it is larger than any record of ours')
    if (line > longestLine) throw new Error('it has a line longer than any of ours')
    yield chunk
  }
}

/** The lines of what unpacks to text, empty ones too. Throws where its file fails. */
const linesOf = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const source = Readable.from(bounded(chunks), { objectMode: false })
  let failed: Error | null = null
  source.on('error', (error: Error) => {
    failed = error
  })
  for await (const line of createInterface({ input: source, crlfDelay: Infinity })) yield line
  // The reader of the lines ends quietly where its file fails.
  if (failed !== null) throw failed as Error
}

const isGzip = (start: Buffer): boolean => start[0] === 0x1f && start[1] === 0x8b

/** Unpacked where it is compressed. An error of the source reaches whoever reads the result. */
const unzipped = (source: Readable, isCompressed: boolean): Readable =>
  isCompressed ? pipeline(source, createGunzip(), () => undefined) : source

/**
 * The lines of a record: a file of `monitor --record`, that compressed with gzip, or a snapshot. Throws a sentence where the file
 * can't be read or is none of these.
 */
export const readRecordLines = async function* (file: string): AsyncGenerator<string> {
  const bytes = await openFileBytes(file)
  try {
    const start = await bytes.read(0, 2)
    const isZip = start[0] === 0x50 && start[1] === 0x4b
    const input = isZip ? await ofSnapshot(bytes) : createReadStream(file)
    for await (const line of linesOf(unzipped(input, isGzip(start)))) if (line !== '') yield line
  } finally {
    await bytes.close()
  }
}

/**
 * The lines of a text that another program wrote, empty ones too, also compressed with gzip: a file, or a pipe, which is read once. A mark
 * of its encoding at the beginning is none of its text.
 */
export const readTextLines = async function* (file: string): AsyncGenerator<string> {
  const input = createReadStream(file)
  try {
    const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    const first = await chunks.next()
    if (first.done === true) return
    const whole = async function* (): AsyncGenerator<Buffer> {
      yield first.value
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value
    }
    const source = Readable.from(whole(), { objectMode: false })
    let isFirst = true
    for await (const line of linesOf(unzipped(source, isGzip(first.value)))) {
      yield isFirst ? line.replace(/^\uFEFF/, '') : line
      isFirst = false
    }
  } finally {
    input.destroy()
  }
}
