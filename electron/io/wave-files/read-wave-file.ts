import { inflateSync } from 'node:zlib'
import { readComtrade } from '../../../shared/comtrade/read-comtrade.ts'
import type { DecodeText } from '../../../shared/text/guess-encoding.ts'
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

export interface ReadWaveFile {
  readonly file: WaveFile
  readonly csv: WaveFileInfo['csv']
}

export const endingOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** A recording by the ending of its name. */
export const readWaveFile = (
  name: string,
  main: ByteSource,
  data: ByteSource | null,
  _mapping: CsvMapping | null,
): ReadFile<ReadWaveFile> => {
  switch (endingOf(name)) {
    case 'cfg':
    case 'cff': {
      const read = readComtrade({ config: main, data, decode: decodeText })
      return read.ok ? { ok: true, value: { file: read.value.file, csv: null } } : read
    }
    default:
      return { ok: false, why: `files ending in .${endingOf(name)} are not read here` }
  }
}
export const inflate = (bytes: Uint8Array, most: number): Uint8Array => inflateSync(bytes, { maxOutputLength: most })
