import { recordingPurpose } from '../../shared/api/deck-contract.ts'

/** What a person may drop on the window or open: decided by the end of the file's name. To add a kind: one entry here, and a receiver for its purpose. */
export interface FileKind {
  /** Lower case, without the dot. */
  readonly extensions: readonly string[]
  /** Of the receiver that takes it (core/transfer). */
  readonly purpose: string
  /** Where it is shown once it is here. */
  readonly route: string
  /** As the end of "Drop ...". */
  readonly what: string
}

export const fileKinds: readonly FileKind[] = [
  {
    extensions: ['tripscope', 'zip', 'ndjson', 'gz'],
    purpose: recordingPurpose,
    route: '#/overview',
    what: 'a snapshot (.tripscope) or a record of the monitor (.ndjson), to be played here',
  },
  {
    extensions: ['cfg', 'dat', 'hdr', 'inf', 'cff', 'pqd', 'csv', 'txt', 'tws'],
    purpose: 'wave-file',
    route: '#/waves?file=newest',
    what: 'a recording of waveforms: COMTRADE (.cfg with its .dat, or .cff), PQDIF (.pqd) or samples as .csv',
  },
]

/** The kind a file is by its name; null: this program opens none such. */
export const kindOf = (fileName: string): FileKind | null => {
  const extension = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase()
  return extension === undefined ? null : (fileKinds.find(({ extensions }) => extensions.includes(extension)) ?? null)
}
