import { Zip, ZipDeflate } from 'fflate'
import {
  asciiData,
  binaryBytes,
  binaryData,
  configText,
  headerText,
  type WrittenRecord,
} from '../../../shared/comtrade/write-comtrade.ts'
import { csvRows } from '../../../shared/wave-csv/write-csv.ts'
import { exportParts } from '../../../shared/wave-record/export-part.ts'
import type { WaveFile } from '../../../shared/wave-record/wave-record.ts'
import type { RecordAnswers } from '../../analysis/files/record-answers.ts'
import type { ExportRequest } from '../../core/wave-files/wave-file-ports.ts'

export interface ExportPieces {
  readonly fileName: string
  readonly mediaType: string
  readonly pieces: Iterable<Uint8Array>
}

interface InnerFile {
  readonly name: string
  readonly content: () => Iterable<Uint8Array | string>
}

const encoder = new TextEncoder()
const bytesOf = (piece: Uint8Array | string): Uint8Array => (typeof piece === 'string' ? encoder.encode(piece) : piece)

function* plainPieces(file: InnerFile): Generator<Uint8Array, void> {
  for (const piece of file.content()) yield bytesOf(piece)
}

/** The files as a zip that grows while it is taken: nothing of it is made before. */
function* zipPieces(files: readonly InnerFile[]): Generator<Uint8Array, void> {
  let made: Uint8Array[] = []
  const failures: Error[] = []
  const zip = new Zip((error, bytes) => {
    if (error !== null) failures.push(error)
    made.push(bytes)
  })
  for (const file of files) {
    const entry = new ZipDeflate(file.name, { level: 1 })
    zip.add(entry)
    for (const piece of file.content()) {
      entry.push(bytesOf(piece))
      const [failure] = failures
      if (failure !== undefined) throw failure
      yield* made
      made = []
    }
    entry.push(new Uint8Array(0), true)
    yield* made
    made = []
  }
  zip.end()
  yield* made
}

const evidence = (file: WaveFile, name: string): string =>
  `Exported by Tripscope from ${name} (${file.format}); values as the file has them, resampled by nothing.`

const comtradeFiles = (
  part: WrittenRecord,
  base: string,
  format: 'BINARY' | 'ASCII',
  said: string,
): readonly InnerFile[] => [
  { name: `${base}.cfg`, content: () => [configText(part, format)] },
  { name: `${base}.dat`, content: () => (format === 'BINARY' ? binaryData(part, 'BINARY') : asciiData(part)) },
  { name: `${base}.hdr`, content: () => [headerText(part, said)] },
]

/** IEEE C37.111-2013, 9: the sections of a single-file record. */
const cffFile = (part: WrittenRecord, base: string, said: string): InnerFile => ({
  name: `${base}.cff`,
  content: function* () {
    yield `--- file type: CFG ---\r\n${configText(part, 'FLOAT32')}--- file type: INF ---\r\n--- file type: HDR ---\r\n${headerText(part, said)}`
    yield `--- file type: DAT BINARY: ${binaryBytes(part, 'FLOAT32')} ---\r\n`
    yield* binaryData(part, 'FLOAT32')
  },
})

const filesOf = (
  part: WrittenRecord,
  base: string,
  format: ExportRequest['format'],
  said: string,
): readonly InnerFile[] => {
  switch (format) {
    case 'comtrade-1999-binary':
      return comtradeFiles(part, base, 'BINARY', said)
    case 'comtrade-1999-ascii':
      return comtradeFiles(part, base, 'ASCII', said)
    case 'comtrade-2013-float32':
      return [cffFile(part, base, said)]
    case 'csv-comma':
    case 'csv-semicolon':
    case 'csv-tab':
      return [{ name: `${base}.csv`, content: () => csvRows(part, format) }]
  }
}

/** A stretch of a record as a file of its own; several files as a zip. */
export const exportRecord = (
  file: WaveFile,
  answers: RecordAnswers,
  name: string,
  { record, format, ...range }: ExportRequest,
): ExportPieces => {
  const parts = exportParts(file, answers.record(record), range, answers.nominalHz(record))
  if (parts.length === 0) throw new Error('nothing is chosen: no trace has samples in that stretch')
  const base = `${name
    .replace(/\.[^.]*$/, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .slice(0, 60)}-part`
  const files = parts.flatMap((part, at) =>
    filesOf(part, parts.length === 1 ? base : `${base}-${at + 1}`, format, evidence(file, name)),
  )
  const [only] = files
  return files.length === 1 && only !== undefined
    ? {
        fileName: only.name,
        mediaType: only.name.endsWith('.csv') ? 'text/csv' : 'application/octet-stream',
        pieces: plainPieces(only),
      }
    : { fileName: `${base}.zip`, mediaType: 'application/zip', pieces: zipPieces(files) }
}
