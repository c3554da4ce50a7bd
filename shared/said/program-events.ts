import type { AuditRow } from '../model/event.ts'
import { lasted } from './lasted.ts'
import { outageWords, type Outage } from './outage.ts'
import type { Sentences } from './sentences.ts'

/** How the last session ended: `row` is the last word of its audit. */
export type SessionEnd =
  | { readonly kind: 'crashed'; readonly row: AuditRow }
  | { readonly kind: 'not-reached'; readonly row: AuditRow }
  /** The store could not tell. */
  | { readonly kind: 'unknown'; readonly error: string }

/** What happens to the program and to the computer it runs on. */
export interface ProgramFacts {
  readonly started: { readonly site: string; readonly meters: number; readonly chargers: number }
  readonly stopped: { readonly why: string }
  readonly 'computer-suspend': { readonly isArmed: boolean }
  readonly 'computer-resume': { readonly isArmed: boolean }
  /** The calendar was set: forward (`byMs` positive) or back. */
  readonly 'clock-set': { readonly byMs: number }
  /** The computer slept: nothing was read, recorded or decided. */
  readonly asleep: { readonly forMs: number }
  /** The program stood still: it was stopped, or the computer was too busy to run it. */
  readonly 'stood-still': { readonly forMs: number }
  /** One of both, and this system does not say which. */
  readonly 'clock-set-or-asleep': { readonly byMs: number }
  readonly 'lock-lost': { readonly why: string }
  readonly 'cycle-failed': { readonly why: string }
  /** `quiet`: names of the chargers that are left alone for `forMs`. */
  readonly 'session-lost': { readonly end: SessionEnd; readonly quiet: readonly string[]; readonly forMs: number }
  readonly 'not-read': { readonly chargers: readonly string[] }
  readonly 'store-file': { readonly problem: string }
  readonly 'store-rows': {
    readonly table: string
    readonly rows: number
    readonly place: string
    readonly why: string
  }
  /** Rows that carry a time after `fromMs`, ahead of this computer's clock. */
  readonly 'store-clock': { readonly rows: number; readonly fromMs: number }
  /** A data feed can't be served or sent; `why` says what to do. */
  readonly 'feed-failed': { readonly feed: string; readonly why: string }
  readonly 'feed-open': { readonly feed: string }
  readonly 'store-gap': { readonly outage: Outage; readonly toMs: number }
}

const minute = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

const endText = (end: SessionEnd): string => {
  switch (end.kind) {
    case 'crashed':
      return `the program ended while control was armed (by ${end.row.who}, ${minute(end.row.atMs)})`
    case 'not-reached':
      return `control ended at ${minute(end.row.atMs)} without bringing every charger to its fallback`
    case 'unknown':
      return `how the last session ended could not be read (${end.error})`
  }
}

export const programSentences: Sentences<ProgramFacts> = {
  started: ({ site, meters, chargers }) =>
    `${site}: watching ${meters} meters and ${chargers} chargers; control is not armed`,
  stopped: ({ why }) => why,
  'computer-suspend': ({ isArmed }) => {
    const chargers = isArmed
      ? ' Control was armed: the chargers hear nothing from now on, and each does what its own fallback says, as far as it has one.'
      : ''
    return `This computer goes to sleep: until it wakes, nothing is read, recorded or controlled.${chargers} Set it to stay awake while it watches a site.`
  },
  'computer-resume': () =>
    'This computer woke up. Nothing was read, recorded or controlled while it slept; meters and chargers are read anew before anything rises.',
  'clock-set': ({ byMs }) =>
    `This computer's clock was set ${byMs > 0 ? 'forward' : 'back'} by ${lasted(byMs)}. ` +
    (byMs > 0
      ? 'The time in between did not pass: it is no gap in the measurements.'
      : 'Times from before it and after it overlap.'),
  asleep: ({ forMs }) =>
    `This computer slept for ${lasted(forMs)}: nothing was read, recorded or controlled in that time. Set it to stay awake while it watches a site.`,
  'stood-still': ({ forMs }) =>
    `The program stood still for ${lasted(forMs)}: nothing was read, recorded or controlled in that time. It was stopped, or this computer was too busy.`,
  'clock-set-or-asleep': ({ byMs }) =>
    `This computer slept for ${lasted(byMs)} or its clock was set forward by that; this system does not tell which.`,
  'lock-lost': ({ why }) =>
    `${why}. Control is disarmed here; see that only one program is open on this site, then arm again`,
  'cycle-failed': ({ why }) =>
    `${why}; chargers go to their fallback and control is disarmed. Restart the app and send a snapshot to its makers`,
  'session-lost': ({ end, quiet, forMs }) => {
    const rest =
      quiet.length === 0
        ? 'check the chargers on site'
        : `${quiet.join(', ')} ${quiet.length === 1 ? 'is' : 'are'} left alone for ${Math.ceil(forMs / 1000)} s so that they fall to their own fallback (any request would keep their limit alive)`
    return `${endText(end)}: ${rest}`
  },
  'not-read': ({ chargers }) =>
    `${chargers.join(', ')}: not read here, because any request would keep alive a limit of the instance that controls this site`,
  'store-file': ({ problem }) => `The history store: ${problem}`,
  'store-rows': ({ table, rows, place, why }) =>
    `The history store: ${rows} ${rows === 1 ? 'row' : 'rows'} of ${table} can't be read (${place}: ${why}) and ${rows === 1 ? 'is' : 'are'} left out`,
  'store-clock': ({ rows, fromMs }) =>
    `The history store: ${rows} ${rows === 1 ? 'row carries a time' : 'rows carry times'} after ${new Date(fromMs).toISOString()}, ahead of this computer's clock: the clock was wrong when they were stored. They are kept apart and not shown as history`,
  'feed-failed': ({ feed, why }) => `The data feed “${feed}” gives nothing: ${why}`,
  'feed-open': ({ feed }) => `The data feed “${feed}” works again`,
  'store-gap': ({ outage, toMs }) => outageWords(outage, toMs),
}
