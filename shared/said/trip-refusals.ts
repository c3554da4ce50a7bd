/** Why what a person wants to see of an incident, or to add to one, is refused. */
import type { Sentences } from './sentences.ts'

type Nothing = Readonly<Record<string, never>>

export interface TripRefusals {
  readonly 'incident-gone': Nothing
  readonly 'photo-gone': Nothing
  readonly 'photo-not-here': Nothing
  /** `why`: what it is instead of a photo. */
  readonly 'not-a-photo': { readonly fileName: string; readonly why: string }
  readonly 'photos-full': { readonly holder: 'an incident' | 'a step'; readonly most: number }
  readonly 'weather-unsound': { readonly problem: string }
  readonly 'time-to-come': Nothing
  readonly 'trip-too-long-ago': Nothing
}

export const tripSentences: Sentences<TripRefusals> = {
  'incident-gone': () => 'that incident is not kept any more; the list shows those that are',
  'photo-gone': () => 'that photo is not kept any more',
  'photo-not-here': () => 'that photo is not here any more: send it anew',
  'not-a-photo': ({ fileName, why }) => `${fileName}: ${why}`,
  'photos-full': ({ holder, most }) => `${holder} holds ${most} photos: no more are taken`,
  'weather-unsound': ({ problem }) => `the weather file: ${problem}`,
  'time-to-come': () => 'that time has not come yet: give the time you saw it',
  'trip-too-long-ago': () =>
    'that is more than half an hour ago: only the last half hour is kept as fine as this needs; look at History and Events',
}
