import type { ChargerDescription } from '../../../shared/api/site-contract.ts'
import { formatLength } from '../../format/duration.ts'
import { formatLimit } from '../../format/number.ts'
import { goodPerson, goodReason } from '../../ui/person-fields.tsx'

export interface OverrideForm {
  readonly chargerId: string
  readonly pause: boolean
  /** As typed; '' while the field is empty. */
  readonly limitA: number | string
  readonly minutes: number | string
  readonly reason: string
  readonly who: string
}

export const wantedLimitA = (form: OverrideForm): number => (form.pause ? 0 : Number(form.limitA))
export const lengthS = (form: OverrideForm): number => Math.round(Number(form.minutes) * 60)

/** Why the limit can't be asked for; null when it can. Above the maximum is no fault: the program clamps it and says so. */
export const limitProblem = (form: OverrideForm, charger: ChargerDescription): string | null => {
  if (charger.monitoredOnly !== null)
    return `${charger.name} is only monitored, nothing is ever written to it: ${charger.monitoredOnly}`
  if (form.pause)
    return charger.canPause
      ? null
      : `${charger.name} cannot be paused by its limit; ${formatLimit(charger.minimumA)} A is the least`
  if (typeof form.limitA !== 'number') return 'A limit in amperes is needed'
  if (form.limitA < charger.minimumA)
    return `Below ${formatLimit(charger.minimumA)} A it cannot charge: choose ${charger.canPause ? 'Pause, or ' : ''}${formatLimit(charger.minimumA)} A or more`
  if (form.limitA > 500) return 'At most 500 A'
  return null
}
export const minutesProblem = (form: OverrideForm): string | null => {
  const seconds = lengthS(form)
  return typeof form.minutes === 'number' && seconds >= 10 && seconds <= 86_400
    ? null
    : 'Between 10 seconds (0.17 min) and 24 hours (1440 min)'
}
export const isComplete = (form: OverrideForm, charger: ChargerDescription): boolean =>
  limitProblem(form, charger) === null &&
  minutesProblem(form) === null &&
  goodPerson(form.who) &&
  goodReason(form.reason)

/** The act in words, to be confirmed: charger, limit, end, reason and person. */
export const confirmText = (form: OverrideForm, charger: ChargerDescription, endText: string): string => {
  const what = form.pause
    ? `Pause ${charger.name}`
    : `Hold ${charger.name} to at most ${formatLimit(wantedLimitA(form))} A`
  return `${what} for ${formatLength(lengthS(form))}, until ${endText}, because “${form.reason.trim()}”, on the word of ${form.who.trim()}.`
}
