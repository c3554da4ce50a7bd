import { toCsv, type CsvTable } from '../format/csv.ts'
import { useSettings } from '../state/settings.ts'
import { saveBlob } from './save-blob.ts'

export const saveFile = (name: string, parts: readonly BlobPart[], type: string): void =>
  saveBlob(name, new Blob([...parts], { type }))

/** With the separator and decimal sign of the settings, and a byte-order mark: without it Excel reads UTF-8 as the local 8-bit code page. */
export const saveCsv = (name: string, table: CsvTable): void =>
  saveFile(name, ['\ufeff', toCsv(table, useSettings.getState().csvStyle)], 'text/csv;charset=utf-8')
