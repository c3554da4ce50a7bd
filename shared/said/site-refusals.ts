/** Why a site is not opened, left or changed, and what asked for names nothing of it. */
import type { Sentences } from './sentences.ts'

/** What was asked for opens the site anew, which control that is armed must not be taken by. */
export type Reopening = 'reopen' | 'timezone' | 'edit' | 'meter' | 'profile'

type Nothing = Readonly<Record<string, never>>

/** What two sites would both use, and only one program may talk on or listen at. */
export type SharedLine =
  | { readonly kind: 'serial'; readonly path: string }
  | { readonly kind: 'device'; readonly host: string; readonly port: number }
  | { readonly kind: 'ocpp'; readonly port: number }

export interface SiteRefusals {
  readonly 'read-only-site': { readonly why: string; readonly cure: 'add' | 'change' | null }
  readonly 'armed-reopen': { readonly act: Reopening }
  /** `site`: another than the one it is asked in; null: that one. */
  readonly 'armed-leave': { readonly site: string | null }
  readonly 'sites-full': { readonly names: readonly string[]; readonly most: number }
  readonly 'line-shared': { readonly what: SharedLine; readonly site: string }
  readonly 'last-site': Nothing
  readonly 'site-not-open': Nothing
  readonly 'one-site': Nothing
  readonly 'change-under-way': Nothing
  readonly 'site-file-unsound': { readonly problem: string }
  /** `problem`: what is wrong with it, or why it can't be read. */
  readonly 'site-file-unreadable': { readonly problem: string }
  /** Each problem with its place in the text. */
  readonly 'site-text-unsound': { readonly problems: readonly string[] }
  readonly 'site-file-not-written': { readonly problems: readonly string[] }
  readonly 'site-file-lacks': { readonly site: string; readonly id: string }
  /** `why` of these: what stands against it, a full sentence. */
  readonly 'site-not-opened': { readonly why: string }
  readonly 'site-not-made': { readonly why: string }
  readonly 'no-meter': { readonly meterId: string; readonly meters: readonly string[] | null }
  readonly 'no-line': { readonly lineId: string; readonly lines: readonly string[] }
  readonly 'no-wave-source': { readonly sourceId: string; readonly sources: readonly string[] }
  readonly 'range-backwards': { readonly fromMs: number; readonly toMs: number } | Nothing
}

const reopenings: Readonly<Record<Reopening, string>> = {
  reopen: 'this opens the site anew: disarm first',
  timezone: 'a new time zone opens the site anew: disarm first',
  edit: 'a changed site is opened anew: disarm first',
  meter: 'adding a meter opens the site anew: disarm first, then add it',
  profile: 'a change opens the site anew: disarm first',
}
const cures = { add: '. Add the meter there', change: '. Change it there' } as const

const sharedWords = (what: SharedLine, site: string): string => {
  switch (what.kind) {
    case 'serial':
      return `it uses the serial port ${what.path}, which ${site} reads: two masters on one bus garble each other. Close ${site} first`
    case 'device':
      return `it reads ${what.host}:${what.port}, which ${site} reads and may control: close ${site} first`
    case 'ocpp':
      return `its chargers connect to port ${what.port} of this computer, where those of ${site} do: give it another port, or close ${site} first`
  }
}

export const siteSentences: Sentences<SiteRefusals> = {
  'read-only-site': ({ why, cure }) => `the site can't be changed here: ${why}${cure === null ? '' : cures[cure]}`,
  'armed-reopen': ({ act }) => `load control is armed, and ${reopenings[act]}`,
  'armed-leave': ({ site }) =>
    `load control is armed ${site === null ? 'here' : `at ${site}`}: disarm first, so that this site is left with its chargers at their fallback on purpose`,
  'sites-full': ({ names, most }) =>
    `${most} sites are open already (${names.join(', ')}), and this program measures no more at once: close one first`,
  'line-shared': ({ what, site }) => sharedWords(what, site),
  'last-site': () => 'it is the only site that is open: open another one first, or end Tripscope',
  'site-not-open': () => 'this site is not open any more',
  'one-site': () => 'this program has one site for good',
  'change-under-way': () => 'another change of the site is under way; try again in a second',
  'site-file-unsound': ({ problem }) =>
    `the file as it is now can't be opened, so this site stays open as it was: ${problem}`,
  'site-file-unreadable': ({ problem }) => problem,
  'site-text-unsound': ({ problems }) => problems.join('\n'),
  'site-file-not-written': ({ problems }) => problems.join('; '),
  'site-file-lacks': ({ site, id }) => `the site file of ${site} has no entry '${id}'`,
  'site-not-opened': ({ why }) => why,
  'site-not-made': ({ why }) => why,
  'no-meter': ({ meterId, meters }) =>
    `no meter '${meterId}' on this site${meters === null ? '' : `; it has ${meters.join(', ') || 'none'}`}`,
  'no-line': ({ lineId, lines }) => `no line '${lineId}' on this site; it has ${lines.join(', ') || 'none'}`,
  'no-wave-source': ({ sourceId, sources }) =>
    `no wave source '${sourceId}' on this site; it has ${sources.join(', ') || 'none'}`,
  'range-backwards': (range) => {
    const iso = (atMs: number): string => ` (${new Date(atMs).toISOString()})`
    const [to, from] = 'fromMs' in range ? [iso(range.toMs), iso(range.fromMs)] : ['', '']
    return `the time range ends${to} before it begins${from}; swap the two`
  },
}
