import { mkdirSync } from 'node:fs'
import type { DeckNote } from '../../shared/api/deck-contract.ts'
import { createDeck, type Deck } from '../core/deck/deck.ts'
import { createFilling } from '../core/deck/fill-from-record.ts'
import { withRows } from '../core/deck/snapshot-rows.ts'
import { studyTape, type Studied } from '../core/deck/study.ts'
import type { TapeIndex } from '../core/deck/tape-index.ts'
import type { KeyframeShelf } from '../core/deck/keyframes.ts'
import type { KeptViews } from '../core/deck/views/kept-views.ts'
import type { TapeText } from '../core/deck/tape-text.ts'
import type { Clock, Log } from '../core/ports.ts'
import type { Recorder, TimeRange } from '../core/record/recorder.ts'
import { createArchive } from '../io/archive.ts'
import { randomId } from '../io/new-id.ts'
import { checkAudit, readSignedAudit } from '../io/recording/check-audit.ts'
import { checkContents, readManifest, type Manifest } from '../io/recording/check-contents.ts'
import { checkSeal } from '../io/recording/check-seal.ts'
import { openKeyframeFile } from '../io/recording/keyframe-file.ts'
import type { Recording } from '../io/recording/open-recording.ts'
import { partJson } from '../io/recording/parts.ts'
import type { Scratch } from '../io/recording/scratch.ts'
import { openStore } from '../io/store/open-store.ts'
import { fillFromSnapshot, keptHealths, keptRows } from './fill-from-snapshot.ts'
import { keptViews } from './kept-views.ts'
import { isoTime } from './monitor-records.ts'
import { thinnedNotes } from './thinned-words.ts'
import { playableRecord } from './thin-record.ts'
import { programPaths } from './program-paths.ts'

export interface OpenDeck {
  readonly deck: Deck
  readonly close: () => Promise<void>
}
interface Parts {
  readonly recording: Recording
  readonly name: string
  readonly scratch: Scratch
  readonly clock: Clock
  readonly log: Log
}
interface Opened extends Parts {
  readonly deck: Deck
  readonly recorder: Recorder
  readonly text: TapeText
  readonly index: TapeIndex
  readonly views: KeptViews
  readonly keyframes: KeyframeShelf
  readonly isStopped: () => boolean
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const lawNote = ({ turns, witnesses, mismatch, problem }: Studied): DeckNote => {
  if (problem !== null) return { tone: 'alarm', part: 'record', text: `It could not be played to its end: ${problem}` }
  if (mismatch === null)
    return {
      tone: 'normal',
      part: 'record',
      text: `Played again, ${String(turns)} turns gave the same ${String(witnesses)} findings, decisions and writes, field by field.`,
    }
  return {
    tone: 'warning',
    part: 'record',
    text: `What comes of it now is not what was recorded; first at ${isoTime(mismatch.atMs)}, ${mismatch.field}. It was recorded by another version of the program, or changed since.`,
  }
}

const rangeOf = ({ range }: Manifest): TimeRange => ({ fromMs: Date.parse(range.from), toMs: Date.parse(range.to) })

/** A snapshot brings its own history: read, and every part of it checked. */
const settleSnapshot = async (opened: Opened): Promise<void> => {
  const { recording, recorder, deck, isStopped } = opened
  const { bytes, entries } = recording
  const tell = (text: string) => (share: number) => deck.setProgress({ text, share })
  const say = (notes: readonly DeckNote[]) => {
    for (const note of notes) deck.note(note)
  }
  say(await fillFromSnapshot(recording, recorder, tell('reading its history'), isStopped))
  const { manifest, notes } = await readManifest(bytes, entries)
  say(notes)
  if (manifest === null || isStopped()) return
  if (manifest.schemaVersion >= 2) {
    say(await checkSeal(bytes, entries, tell('checking it against its seal')))
    const audit = readSignedAudit(await partJson(bytes, entries, 'audit.json').catch(() => null))
    if (audit === null) deck.note({ tone: 'alarm', part: 'audit.json', text: 'It is missing or none of ours.' })
    else if (!manifest.anonymous) say(checkAudit(audit, rangeOf(manifest)))
  }
  say(await checkContents(bytes, entries, manifest, tell('checking its parts'), isStopped))
}

/** Plays it once beside, which tells whether it is as it was; what has no history of its own gets it from that. */
const settle = async (opened: Opened): Promise<void> => {
  const { recording, recorder, deck, text, index, clock, log, isStopped } = opened
  const isSnapshot = recording.kind === 'snapshot'
  if (isSnapshot) await settleSnapshot(opened)
  const filling = createFilling({ head: index.head, recorder, clock, log })
  const studied = await studyTape({
    ...{ text, index, clock, log, isStopped, keyframes: opened.keyframes },
    judges: opened.views.incidents === null,
    head: index.head,
    out: isSnapshot ? () => ({}) : filling.outputs,
    onShare: (share) =>
      deck.setProgress({ text: isSnapshot ? 'playing it once, to compare' : 'reading its history', share }),
  })
  if (studied === null) return
  if (!isSnapshot) deck.setEvents(await filling.finish())
  deck.setIncidents(studied.incidents)
  if (index.wholeness.kind !== 'thinned') deck.note(lawNote(studied))
  deck.setProgress(null)
}

/** A recording as a deck, with a store of its own in the scratch folder. It can be played at once; its history and its checks follow. */
export const openDeck = async (parts: Parts): Promise<OpenDeck> => {
  const { recording, name, scratch, clock, log } = parts
  const { text, index } = await playableRecord(recording, scratch)
  const notes: DeckNote[] = [...recording.notes]
  const rows = await keptRows(recording, notes)
  const healths = await keptHealths(recording, notes)
  const folder = scratch.path('store')
  mkdirSync(folder, { mode: 0o700 })
  const store = await openStore(folder, { log, workerUrl: programPaths.storeWorker })
  const recorder = recording.kind === 'snapshot' ? withRows(store, rows) : store
  const views = await keptViews(recording, notes)
  const keyframes = openKeyframeFile(scratch.path('states'), log)
  const deck = createDeck({
    ...{ deckId: randomId(), name, text, index, recorder, clock, log, healths, views, keyframes },
    ...{ quality: rows.quality, newId: randomId, archive: createArchive() },
  })
  deck.setEvents(rows.events)
  for (const note of notes) deck.note(note)
  for (const note of thinnedNotes(index)) deck.note(note)
  if (index.problem !== null)
    deck.note({ tone: 'alarm', part: 'record', text: `It ends before its end: ${index.problem}` })
  let isStopped = false
  const settled = settle({
    ...parts,
    ...{ deck, recorder, text, index, views, keyframes },
    isStopped: () => isStopped,
  }).catch((error: unknown) => {
    deck.note({ tone: 'alarm', part: null, text: whyOf(error) })
    deck.setProgress(null)
  })
  return {
    deck,
    close: async () => {
      isStopped = true
      deck.stop()
      await settled
      keyframes.close()
      await store.close()
      await recording.bytes.close()
      scratch.remove()
    },
  }
}
