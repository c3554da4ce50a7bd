import { toCsv, type CsvTable } from '../format/csv.ts'
import { useSettings } from '../state/settings.ts'

/** Hands a file to the person: the browser or Electron asks where to save it, or puts it into Downloads. */
export const saveFile = (name: string, parts: readonly BlobPart[], type: string): void => {
  const url = URL.createObjectURL(new Blob([...parts], { type }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  document.body.append(anchor)
  anchor.click()
  anchor.remove()
  // The download reads the blob after the click; a minute is far beyond what that takes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** With the separator and decimal sign of the settings, and a byte-order mark: without it Excel reads UTF-8 as the local 8-bit code page. */
export const saveCsv = (name: string, table: CsvTable): void =>
  saveFile(name, ['\ufeff', toCsv(table, useSettings.getState().csvStyle)], 'text/csv;charset=utf-8')
