import type { RecordAnswers } from '../../analysis/files/record-answers.ts'
import type { ExportRequest } from '../../core/wave-files/wave-file-ports.ts'

export interface ExportPieces {
  readonly fileName: string
  readonly mediaType: string
  readonly pieces: Iterable<Uint8Array>
}

/** A stretch of a record as a file of its own. */
export const exportRecord = (
  _answers: RecordAnswers,
  name: string,
  _format: string,
  _request: ExportRequest,
): ExportPieces => {
  throw new Error(`${name} can't be exported yet`)
}
