import { inflateSync } from 'node:zlib'
import { readCapture } from '../../analysis/files/read-capture.ts'
import { readComtrade } from '../../../shared/comtrade/read-comtrade.ts'
import { readPqdif } from '../../../shared/pqdif/read-pqdif.ts'
import type { DecodeText } from '../../../shared/text/guess-encoding.ts'
import type { CsvLayout } from '../../../shared/wave-csv/csv-layout.ts'
import { readCsv } from '../../../shared/wave-csv/read-csv.ts'
import type { ByteSource } from '../../../shared/wave-record/byte-source.ts'
import type { ReadFile, WaveFile } from '../../../shared/wave-record/wave-record.ts'
import type { CsvMapping } from '../../core/wave-files/wave-file-ports.ts'
import type { WaveFileInfo } from '../../../shared/api/wave-files-contract.ts'

/** By the runtime's own decoders; an encoding it does not know is none. */
export const decodeText: DecodeText = (label, bytes) => {
  try {
    return new TextDecoder(label, { ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

const inflate = (bytes: Uint8Array, most: number): Uint8Array => inflateSync(bytes, { maxOutputLength: most })

export interface ReadWaveFile {
  readonly file: WaveFile
  readonly csv: WaveFileInfo['csv']
}

export const endingOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** How a CSV was read, for a person to say otherwise. */
const csvOf = (
  layout: CsvLayout,
  firstLines: readonly string[],
  all: readonly { readonly name: string; readonly unit: string }[],
): WaveFileInfo['csv'] => ({
  ...layout,
  columns: all.map((column, number) => {
    const used = layout.columns.find((each) => each.column === number)
    return { name: used?.name ?? column.name, unit: used?.unit ?? column.unit, isUsed: used !== undefined }
  }),
  firstLines: [...firstLines],
})

/** A recording by the ending of its name. */
export const readWaveFile = (
  name: string,
  main: ByteSource,
  data: ByteSource | null,
  mapping: CsvMapping | null,
): ReadFile<ReadWaveFile> => {
  const empty = main.size === 0 ? 'it' : data?.size === 0 ? 'its .dat' : null
  if (empty !== null) return { ok: false, why: `${empty} is empty, of 0 bytes: was it copied before it was written?` }
  switch (endingOf(name)) {
    case 'cfg':
    case 'cff': {
      const read = readComtrade({ config: main, data, decode: decodeText })
      return read.ok ? { ok: true, value: { file: read.value.file, csv: null } } : read
    }
    case 'pqd': {
      const read = readPqdif(main, { inflate, decode: decodeText })
      return read.ok ? { ok: true, value: { file: read.value, csv: null } } : read
    }
    case 'csv':
    case 'txt': {
      const read = readCsv(main, decodeText, mapping)
      if (!read.ok) return read
      const { file, layout, firstLines, allColumns } = read.value
      return { ok: true, value: { file, csv: csvOf(layout, firstLines, allColumns) } }
    }
    case 'tws': {
      const read = readCapture(main)
      return read.ok ? { ok: true, value: { file: read.value, csv: null } } : read
    }
    default:
      return {
        ok: false,
        why: `${endingOf(name) === '' ? 'a file whose name has no ending is' : `files ending in .${endingOf(name)} are`} not read here: those are .cfg with .dat, .cff, .pqd, .csv, .txt and .tws`,
      }
  }
}
