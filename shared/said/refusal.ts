import { sayA } from '../allocation/bounds.ts'
import { Refusal } from '../api/define.ts'
import { measurementSentences, type MeasurementRefusals } from './measurement-refusals.ts'
import type { Sentences } from './sentences.ts'

/** What was asked for opens the site anew, which control that is armed must not be taken by. */
export type Reopening = 'reopen' | 'timezone' | 'edit' | 'meter' | 'profile'

type Nothing = Readonly<Record<string, never>>

/** What two sites would both use, and only one program may talk on or listen at. */
export type SharedLine =
  | { readonly kind: 'serial'; readonly path: string }
  | { readonly kind: 'device'; readonly host: string; readonly port: number }
  | { readonly kind: 'ocpp'; readonly port: number }

/** Why something that a person asked for is not done: the ways of control and of changes of the site. */
interface ControlRefusals {
  readonly 'control-closed': Nothing
  readonly 'not-armed': Nothing
  readonly 'trial-not-armed': Nothing
  readonly 'read-only-control': { readonly why: string }
  readonly 'read-only-write': { readonly why: string }
  readonly 'arm-not-stored': { readonly error: string }
  readonly 'arm-while-failing': { readonly parts: readonly string[] }
  readonly 'write-not-stored': { readonly error: string }
  readonly 'no-charger': { readonly chargerId: string }
  readonly 'no-circuit': { readonly circuitId: string }
  readonly 'circuit-raises': { readonly circuit: string; readonly mayA: number }
  readonly 'none-steered': Nothing
  readonly 'condition-names-nothing': { readonly what: string }
  readonly 'condition-broken': { readonly condition: string; readonly broken: string }
  readonly 'no-override': { readonly overrideId: string }
  readonly 'monitored-only': { readonly charger: string; readonly why: string }
  readonly 'no-pause': { readonly charger: string; readonly minimumA: number }
  readonly 'below-minimum': { readonly charger: string; readonly limitA: number; readonly minimumA: number }
  readonly 'fallback-not-writable': { readonly charger: string }
  readonly 'departure-over': Nothing
  readonly 'no-dimming': Nothing
}

/** Trials of control (core/control/trials.ts). */
interface TrialRefusals {
  readonly 'no-watchdog-fed': { readonly charger: string }
  readonly 'not-under-control': { readonly charger: string }
  /** `over`: what is above its limit already, in words; null: its maximum has no room. */
  readonly 'no-room-for-trial': { readonly charger: string; readonly maximumA: number; readonly over: string | null }
  readonly 'trial-not-lower': { readonly usableA: number }
  readonly 'trial-too-long': { readonly longestS: number }
  readonly 'nothing-read-yet': Nothing
  readonly 'one-trial-at-a-time': Nothing
}

interface TripRefusals {
  readonly 'incident-gone': Nothing
  readonly 'photo-gone': Nothing
  readonly 'photo-not-here': Nothing
  readonly 'photos-full': { readonly holder: 'an incident' | 'a step'; readonly most: number }
  readonly 'weather-unsound': { readonly problem: string }
  readonly 'time-to-come': Nothing
  readonly 'trip-too-long-ago': Nothing
}

interface SiteRefusals {
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
  readonly 'no-meter': { readonly meterId: string; readonly meters: readonly string[] | null }
  readonly 'no-line': { readonly lineId: string; readonly lines: readonly string[] }
  readonly 'no-wave-source': { readonly sourceId: string; readonly sources: readonly string[] }
  readonly 'range-backwards': { readonly fromMs: number; readonly toMs: number } | Nothing
}

interface TransferRefusals {
  readonly 'file-too-large': { readonly bytes: number; readonly largestBytes: number }
  readonly 'bytes-too-early': Nothing
  readonly 'bytes-out-of-order': { readonly atByte: number; readonly nextByte: number }
  readonly 'bytes-too-many': { readonly bytes: number }
  readonly 'file-fetched': Nothing
  readonly 'files-under-way': { readonly way: 'out' | 'in'; readonly count: number }
  readonly 'no-purpose': { readonly purpose: string }
  readonly 'tickets-spent': Nothing
  readonly 'viewer-sends': Nothing
  readonly 'sent-already': Nothing
  readonly 'not-received': Nothing
  /** `what`: as the end of "only an operator may ...". */
  readonly 'operators-only': { readonly what: string }
}

export interface RefusalFacts
  extends ControlRefusals, TrialRefusals, TripRefusals, SiteRefusals, TransferRefusals, MeasurementRefusals {}
export type RefusalKind = keyof RefusalFacts

const controlSentences: Sentences<ControlRefusals> = {
  'control-closed': () => 'control has ended: the application is closing',
  'not-armed': () => 'control is not armed: this site is only watched; arm it first, then set the override',
  'trial-not-armed': () => 'control is not armed: only the load control does this. Arm it first',
  'read-only-control': ({ why }) => `control cannot be armed here: ${why}`,
  'read-only-write': ({ why }) => `nothing can be written here: ${why}`,
  'arm-not-stored': ({ error }) =>
    `control was not armed, because the audit row could not be stored (${error}); make room on the disk, then arm again`,
  'arm-while-failing': ({ parts }) =>
    `control cannot be armed while a part of the program fails: ${parts.join(', ')}. ` +
    'See the alarm about it; restart the program, and send a snapshot to its makers',
  'write-not-stored': ({ error }) => `nothing was written, because the audit row could not be stored (${error})`,
  'no-charger': ({ chargerId }) => `there is no charger ${chargerId} at this site`,
  'no-circuit': ({ circuitId }) => `there is no circuit ${circuitId} at this site`,
  'circuit-raises': ({ circuit, mayA }) =>
    `${circuit} may carry ${sayA(mayA)} anyway, and an override never raises the limit of a circuit: set less`,
  'none-steered': () => 'none of these chargers is steered: there is nothing to hold',
  'condition-names-nothing': ({ what }) => `a condition names ${what}, which this site does not have`,
  'condition-broken': ({ condition, broken }) => `a condition does not hold now (${condition}): ${broken}`,
  'no-override': ({ overrideId }) => `there is no override ${overrideId}; it may have ended long ago`,
  'monitored-only': ({ charger, why }) => `${charger} is only monitored, nothing is ever written to it: ${why}`,
  'no-pause': ({ charger, minimumA }) => `${charger} cannot be paused by its limit: set at least ${sayA(minimumA)}`,
  'below-minimum': ({ charger, limitA, minimumA }) =>
    `${sayA(limitA)} is below the minimum of ${charger}: set 0 to pause it, or at least ${sayA(minimumA)}`,
  'fallback-not-writable': ({ charger }) =>
    `no document says that the fallback of ${charger} may be written over Modbus: set it in the charger itself`,
  'departure-over': () => 'the departure is over already: choose a time to come',
  'no-dimming': () => "this site declares no dimming: add 'dimming: {}' to the site file",
}

const trialSentences: Sentences<TrialRefusals> = {
  'no-watchdog-fed': ({ charger }) =>
    `${charger} has no watchdog that this program feeds, or it is switched off: nothing can be withheld`,
  'not-under-control': ({ charger }) => `${charger} is not under control now: see what its row in Load control says`,
  'no-room-for-trial': ({ charger, maximumA, over }) =>
    over ??
    `the circuits above ${charger} have no room for the ${sayA(maximumA)} it may draw; nobody steers it while its watchdog is tried, so that room is needed`,
  'trial-not-lower': ({ usableA }) => `a limit can only be lowered on trial: below ${sayA(usableA)}, and above 0 A`,
  'trial-too-long': ({ longestS }) => `a limit is lowered on trial for at most ${longestS} s: choose a shorter time`,
  'nothing-read-yet': () => 'nothing has been read yet; try again in some seconds',
  'one-trial-at-a-time': () =>
    'one charger at a time is left without its heartbeat: try again when the trial under way is over',
}

const tripSentences: Sentences<TripRefusals> = {
  'incident-gone': () => 'that incident is not kept any more; the list shows those that are',
  'photo-gone': () => 'that photo is not kept any more',
  'photo-not-here': () => 'that photo is not here any more: send it anew',
  'photos-full': ({ holder, most }) => `${holder} holds ${most} photos: no more are taken`,
  'weather-unsound': ({ problem }) => `the weather file: ${problem}`,
  'time-to-come': () => 'that time has not come yet: give the time you saw it',
  'trip-too-long-ago': () =>
    'that is more than half an hour ago: only the last half hour is kept as fine as this needs; look at History and Events',
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

const siteSentences: Sentences<SiteRefusals> = {
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

const mib = (bytes: number): string => `${(bytes / (1 << 20)).toFixed(1)} MiB`

const transferSentences: Sentences<TransferRefusals> = {
  'file-too-large': ({ bytes, largestBytes }) =>
    `the file is too large: ${mib(bytes)}, at most ${mib(largestBytes)} are taken here`,
  'bytes-too-early': () => 'these bytes were not asked for yet: wait for the answer before',
  'bytes-out-of-order': ({ atByte, nextByte }) =>
    `bytes from ${atByte} on were sent, those from ${nextByte} on are next: send the file anew`,
  'bytes-too-many': ({ bytes }) => `more was sent than the ${bytes} bytes that were declared: send the file anew`,
  'file-fetched': () => 'this file was fetched already, or was not fetched in time: ask for it again',
  'files-under-way': ({ way, count }) =>
    `${count} files are ${way === 'out' ? 'on their way' : 'being sent'} already: try again when one of them has arrived`,
  'no-purpose': ({ purpose }) => `no file is taken here for "${purpose}"`,
  'tickets-spent': () => 'too many files were asked for and not fetched: try again soon',
  'viewer-sends': () => 'You are viewing only: open the operator address to send a file.',
  'sent-already': () => 'this file is being sent already',
  'operators-only': ({ what }) => `only an operator may ${what}: open the operator address`,
  'not-received': () => 'this file is not being received any more: send it anew',
}

const sentences: Sentences<RefusalFacts> = {
  ...controlSentences,
  ...trialSentences,
  ...tripSentences,
  ...siteSentences,
  ...transferSentences,
  ...measurementSentences,
}

/** What a person reads of it. */
export const refusalText = <K extends RefusalKind>(kind: K, facts: RefusalFacts[K]): string => sentences[kind](facts)

/** To be thrown: its message crosses the link to whoever asked. */
export const refusal = <K extends RefusalKind>(kind: K, facts: RefusalFacts[K]): Refusal =>
  new Refusal(refusalText(kind, facts))
