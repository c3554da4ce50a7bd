import type { CsvMapping, ExportRequest, WaveFileQuestion } from '../../core/wave-files/wave-file-ports.ts'
import type { WaveFileInfo } from '../../../shared/api/wave-files-contract.ts'

/** Files that belong together on the disk, by what they are. */
export interface FileParts {
  /** As the person knows it, with its ending. */
  readonly name: string
  /** .cfg, .cff, .pqd, .csv or .tws */
  readonly main: string
  /** .dat of a .cfg */
  readonly data: string | null
}

export type ReadInfo = Pick<
  WaveFileInfo,
  'format' | 'station' | 'recorder' | 'notes' | 'records' | 'recordCount' | 'csv'
>

export type ToReader =
  | {
      readonly kind: 'open'
      readonly id: number
      readonly fileId: string
      readonly parts: FileParts
      readonly mapping: CsvMapping | null
    }
  | {
      readonly kind: 'ask'
      readonly id: number
      readonly fileId: string
      readonly name: WaveFileQuestion
      readonly input: unknown
    }
  | { readonly kind: 'export'; readonly id: number; readonly fileId: string; readonly request: ExportRequest }
  /** The next bytes of an export; null where it is at its end. */
  | { readonly kind: 'more'; readonly id: number; readonly exportId: number }
  | { readonly kind: 'leave'; readonly exportId: number }
  | { readonly kind: 'close'; readonly fileId: string }

export type FromReader =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }

export interface ReaderSettings {
  readonly siteHz: number
}
export interface BegunExport {
  readonly exportId: number
  readonly fileName: string
  readonly mediaType: string
}
