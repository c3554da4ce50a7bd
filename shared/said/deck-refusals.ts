/** Why a recording is not opened or shown, and what a recording, or a site read from the disk, can't answer. */
import type { Sentences } from './sentences.ts'

type Nothing = Readonly<Record<string, never>>

/** What only a running site does. */
export type LiveOnly = 'orders' | 'search' | 'feeds' | 'registers' | 'site-file' | 'sites' | 'snapshot' | 'wave-files'

interface OpeningRefusals {
  readonly 'decks-full': { readonly most: number }
  /** `why`: what the reader of recordings says. */
  readonly 'deck-not-opened': { readonly fileName: string; readonly why: string }
  readonly 'kept-file-gone': Nothing
  readonly 'sent-file-gone': Nothing
  readonly 'decks-elsewhere': Nothing
}

interface ShowingRefusals {
  readonly 'nothing-shown': Nothing
  readonly 'no-site-behind': Nothing
  readonly 'shown-closed': Nothing
  readonly 'compared-closed': Nothing
  readonly 'no-site-to-compare': Nothing
}

interface AnsweringRefusals {
  readonly 'live-only': { readonly what: LiveOnly }
  readonly 'nothing-played-yet': Nothing
  readonly 'incident-not-in-deck': Nothing
  readonly 'photo-not-in-deck': Nothing
  readonly 'capture-not-in-deck': Nothing
  readonly 'frames-not-in-deck': Nothing
  /** By a site that is read from the disk while no program runs it. */
  readonly 'only-while-running': Nothing
  readonly 'stored-capture-unreadable': Nothing
}

export interface DeckRefusals extends OpeningRefusals, ShowingRefusals, AnsweringRefusals {}

const openingSentences: Sentences<OpeningRefusals> = {
  'decks-full': ({ most }) => `${most} recordings are open already: close one first`,
  'deck-not-opened': ({ fileName, why }) => `${fileName} can't be opened: ${why}`,
  'kept-file-gone': () => 'this file is not there any more: the oldest make room for newer ones',
  'sent-file-gone': () => 'this file is not here any more: send it again',
  'decks-elsewhere': () => 'recordings are opened by the program that shows this site, not by the site',
}

const showingSentences: Sentences<ShowingRefusals> = {
  'nothing-shown': () => 'No site is open here, and no recording is shown: open a recording or a site.',
  'no-site-behind': () => 'No site is open here to go back to: open one first.',
  'shown-closed': () => 'This recording was closed: open it again, or go back to the live site.',
  'compared-closed': () => 'This recording was closed: open it again to compare it.',
  'no-site-to-compare': () => 'No site is open here: compare two recordings.',
}

const liveOnly: Readonly<Record<LiveOnly, string>> = {
  orders: 'This is a recording: it takes no orders, and no device can be asked. Go back to the live site for that.',
  search: 'A recording has no lines to search on: devices are found on the live site.',
  feeds: 'A recording feeds no other system: what is set up stands on the live site.',
  registers:
    'A recording has no devices to ask: registers are read on the live site. What was read of them is in the record.',
  'site-file':
    'The site file of a recording is as it was then, and is not edited: it lies in the snapshot as site.yaml.',
  sites: 'Sites are chosen and made on the live site, not in a recording.',
  snapshot: 'This is a recording already: its file is where it was opened from. Snapshots are made of the live site.',
  'wave-files': 'Recordings of other devices are opened beside the live site, not in a recording.',
}

const answeringSentences: Sentences<AnsweringRefusals> = {
  'live-only': ({ what }) => liveOnly[what],
  'nothing-played-yet': () => 'nothing of this recording has been played yet: try again in a second',
  'incident-not-in-deck': () => 'that incident is not in this recording; the list shows those that are',
  'photo-not-in-deck': () => 'that photo is not in this recording',
  'capture-not-in-deck': () => 'that capture is not in this recording; the list shows those that are',
  'frames-not-in-deck': () =>
    'This recording holds no frames of its lines: a snapshot holds those of the last ten minutes before it was made, a plain record none.',
  'only-while-running': () => 'it is in the memory of the running program alone',
  'stored-capture-unreadable': () => 'its file can’t be read',
}

export const deckSentences: Sentences<DeckRefusals> = {
  ...openingSentences,
  ...showingSentences,
  ...answeringSentences,
}
