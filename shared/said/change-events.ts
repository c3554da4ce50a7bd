import type { Sentences } from './sentences.ts'

/** What persons found, said and changed. */
export interface ChangeFacts {
  /** `verdict`: the ranked cause in words, as the incident keeps it. */
  readonly 'incident-opened': { readonly incidentId: string; readonly verdict: string }
  readonly 'incident-said': { readonly incidentId: string; readonly who: string; readonly note: string }
  readonly 'incident-noted': { readonly incidentId: string; readonly who: string; readonly text: string }
  readonly 'incident-status': {
    readonly incidentId: string
    readonly who: string
    readonly status: string
    readonly confirmedCause: string | null
  }
  readonly 'scan-started': { readonly who: string; readonly total: number; readonly counted: string }
  /** `where`: its address on its line, in words; `circuitId` null: it measures none. */
  readonly 'meter-added': {
    readonly who: string
    readonly meter: string
    readonly profile: string
    readonly where: string
    readonly line: string
    readonly circuitId: string | null
  }
  readonly 'profile-saved': {
    readonly who: string
    readonly profile: string
    readonly quantities: number
    /** Of them confirmed on the display. */
    readonly witnesses: number
  }
  readonly 'profile-used': {
    readonly who: string
    readonly meter: string
    readonly profile: string
    readonly before: string
  }
  readonly 'site-reopened': { readonly who: string }
  /** `changes`: one sentence each. */
  readonly 'site-edited': { readonly who: string; readonly reason: string; readonly changes: readonly string[] }
  /** `file` null: the simulated site. */
  readonly 'site-left': { readonly who: string; readonly file: string | null }
  readonly 'timezone-set': { readonly who: string; readonly timezone: string }
}

/** Changes named in the sentence of one row; the rest are counted. */
const mostNamed = 5

const editedText = ({ who, reason, changes }: ChangeFacts['site-edited']): string => {
  const more = changes.length > mostNamed ? ` and ${changes.length - mostNamed} more` : ''
  const what = changes.length === 0 ? 'comments or order only' : `${changes.slice(0, mostNamed).join('; ')}${more}`
  return `${who} changed the site file: ${what} (${reason})`
}

export const changeSentences: Sentences<ChangeFacts> = {
  'incident-opened': ({ verdict }) => verdict,
  'incident-said': ({ who, note }) => `${who} says that it tripped${note === '' ? '' : `: ${note}`}`,
  'incident-noted': ({ who, text }) => `${who}: ${text}`,
  'incident-status': ({ who, status, confirmedCause }) =>
    `${who}: ${status}${confirmedCause === null ? '' : `, it was ${confirmedCause}`}`,
  'scan-started': ({ who, total, counted }) => `${who} searches for devices: ${total} ${counted} to try`,
  'meter-added': ({ who, meter, profile, where, line, circuitId }) =>
    `${who} added the meter ${meter} (${profile}, ${where} on ${line})${circuitId === null ? '' : `, which measures ${circuitId}`}; the site is opened anew`,
  'profile-saved': ({ who, profile, quantities, witnesses }) =>
    `${who} saved the meter profile ${profile} with ${quantities} quantities, ${witnesses} of them confirmed on the display`,
  'profile-used': ({ who, meter, profile, before }) =>
    `${who}: the meter ${meter} uses the profile ${profile} instead of ${before}; the site is opened anew`,
  'site-reopened': ({ who }) => `${who}: the site file was changed; the site is opened anew`,
  'site-edited': editedText,
  'site-left': ({ who, file }) => `${who} turned to ${file ?? 'the simulated site'}`,
  'timezone-set': ({ who, timezone }) => `${who}: the time zone is ${timezone} from now on; the site is opened anew`,
}
