import type { DeckNote } from '../../shared/api/deck-contract.ts'
import type { TapeEntry as LineEntry } from '../../shared/bus/tape-entry.ts'
import { incidentRows, lineRows } from '../core/deck/snapshot-rows.ts'
import type { KeptViews } from '../core/deck/views/kept-views.ts'
import { readAnswer, answersFileName, type KeptAnswer } from '../core/report/views/kept-answers.ts'
import { captureName, incidentsFileName, photoName } from '../core/report/views/view-files.ts'
import type { Recording } from '../io/recording/open-recording.ts'
import { partLines } from '../io/recording/parts.ts'
import { zipContent } from '../io/zip/zip-content.ts'
import { guarded, lineRowsOf } from './fill-from-snapshot.ts'

type Source = Pick<Recording, 'bytes' | 'entries'>
const linesName = /^lines\/(.+)\.ndjson$/
/** A photo or a capture; a larger one is none of ours. */
const mostBytes = 64 * 2 ** 20

/** A part of bytes; null: it is not there, or can't be read. */
const partBytes = async ({ bytes, entries }: Source, name: string): Promise<Uint8Array | null> => {
  const entry = entries.find((each) => each.name === name)
  if (entry === undefined || entry.bytes > mostBytes) return null
  const chunks: Buffer[] = []
  for await (const chunk of zipContent(bytes, entry)) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

const answersOf = async ({ bytes, entries }: Source, notes: DeckNote[]): Promise<readonly KeptAnswer[]> => {
  const answers: KeptAnswer[] = []
  await guarded(answersFileName, notes, async () => {
    const entry = entries.find(({ name }) => name === answersFileName)
    if (entry === undefined) return
    let bad = 0
    for await (const lines of partLines(bytes, entry))
      for (const line of lines) {
        const answer = readAnswer(line)
        if (answer === null) bad += 1
        else answers.push(answer)
      }
    if (bad > 0)
      notes.push({ tone: 'alarm', part: answersFileName, text: `${String(bad)} answers in it are none of ours.` })
  })
  return answers
}

/** What a snapshot holds for views beside its record and tables. */
export const keptViews = async (source: Source, notes: DeckNote[]): Promise<KeptViews> => {
  const { entries } = source
  const lines = new Map<string, readonly LineEntry[]>()
  for (const { name } of entries) {
    const lineId = linesName.exec(name)?.[1]
    if (lineId !== undefined) lines.set(lineId, await lineRowsOf(source, name, lineRows, notes))
  }
  const hasIncidents = entries.some(({ name }) => name === incidentsFileName)
  return {
    answers: await answersOf(source, notes),
    incidents: hasIncidents ? await lineRowsOf(source, incidentsFileName, incidentRows, notes) : null,
    lines,
    photo: (incidentId, photoId) => partBytes(source, photoName(incidentId, photoId)),
    capture: (sourceId, captureId) => partBytes(source, captureName(sourceId, captureId)),
  }
}
