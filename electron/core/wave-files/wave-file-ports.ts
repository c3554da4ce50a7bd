/** What the core needs of recordings in files: a shelf that takes them, reads them elsewhere (a thread) and answers. `io/wave-files` implements it. */
import type { InputOf, OutputOf, ParsedInputOf, Stop } from '../../../shared/api/define.ts'
import type { waveFilesContract, WaveFileInfo } from '../../../shared/api/wave-files-contract.ts'
import type { WatchedFolder } from '../../../shared/wave-record/watched-folder.ts'
import type { FileReceiver } from '../transfer/file-receiver.ts'

type Contract = typeof waveFilesContract
type Asked = 'waveFiles.describe' | 'waveFiles.view' | 'waveFiles.tracks' | 'waveFiles.at' | 'waveFiles.spectrum'

/** Questions about one record, by the name of what they answer; the input is that of the contract without the file. */
export type WaveFileQuestions = {
  readonly [N in Asked as N extends `waveFiles.${infer Short}` ? Short : never]: {
    readonly input: Omit<ParsedInputOf<Contract[N]>, 'fileId'>
    readonly answer: OutputOf<Contract[N]>
  }
}
export type WaveFileQuestion = keyof WaveFileQuestions
export type ExportRequest = Omit<InputOf<Contract['waveFiles.export']>, 'intentId' | 'fileId'>
export type CsvMapping = InputOf<Contract['waveFiles.mapCsv']>['mapping']

/** An export as it is made: pieces in order. */
export interface ExportedFile {
  readonly fileName: string
  readonly mediaType: string
  readonly content: () => AsyncIterable<Uint8Array>
}

/** All answers reject with a Refusal where the file is not there or can't be read; nothing else is thrown. */
export interface WaveFileShelf {
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly list: () => readonly WaveFileInfo[]
  /** What is known of each folder that is watched; a change of it is told by `onChange` too. */
  readonly folders: () => readonly WatchedFolder[]
  readonly onChange: (listener: () => void) => Stop
  readonly receiver: FileReceiver
  readonly ask: <N extends WaveFileQuestion>(
    fileId: string,
    name: N,
    input: WaveFileQuestions[N]['input'],
  ) => Promise<WaveFileQuestions[N]['answer']>
  readonly exportRecord: (fileId: string, request: ExportRequest) => Promise<ExportedFile>
  readonly mapCsv: (fileId: string, mapping: CsvMapping) => Promise<void>
  readonly close: (fileId: string) => Promise<void>
}

export interface WaveFileSettings {
  /** Of the site, for files that do not say theirs. */
  readonly nominalHz: number
  /** Folders into which another recorder writes. */
  readonly folders: readonly { readonly id: string; readonly path: string }[]
}
/** Opens nothing before `start`. */
export type OpenWaveFiles = (settings: WaveFileSettings) => WaveFileShelf
