import { meterError, type MeterClass } from './meter-error.ts'
import { powerErrorPercent, transformerError } from './transformer-error.ts'

/** How wrong a shown power may be by what is declared of the meter and its transformers; `of` says what that counts. */
export type ShownAccuracy =
  | {
      readonly kind: 'known'
      readonly of: 'both' | 'transformer' | 'meter'
      /** Of the transformers' rating; null: it measures directly. */
      readonly loadPercent: number | null
      /** Largest error of a current, percent; null: the class of a meter alone states none. */
      readonly currentPercent: number | null
      /** Of active power at this power factor, percent. */
      readonly powerPercent: number
    }
  | { readonly kind: 'unknown'; readonly why: WhyNoAccuracy }
export type WhyNoAccuracy =
  | { readonly kind: 'no-class' }
  | { readonly kind: 'no-transformer-class' }
  | { readonly kind: 'no-current' }
  | {
      readonly kind: 'promises-nothing'
      readonly what: string
      readonly loadPercent: number
      readonly primaryA: number
    }

export interface AccuracyFacts {
  readonly transformer: { readonly primary: number; readonly class?: string | undefined } | undefined
  readonly meterClass: MeterClass | undefined
  /** The largest of its phases now; null: not known. */
  readonly currentA: number | null
  readonly powerFactor: number
}
const unknown = (why: WhyNoAccuracy): ShownAccuracy => ({ kind: 'unknown', why })

/**
 * electrical.md 6.1 and 6.2: the transformers' ratio error, and their phase error by tan phi; the meter's own class beside it. Both together
 * as the root of their squares, because they have nothing to do with each other.
 */
export const shownAccuracy = ({ transformer, meterClass, currentA, powerFactor }: AccuracyFacts): ShownAccuracy => {
  if (transformer === undefined) {
    const percent = meterClass === undefined ? null : meterError(meterClass, null)
    return percent === null
      ? unknown({ kind: 'no-class' })
      : { kind: 'known', of: 'meter', loadPercent: null, currentPercent: null, powerPercent: percent }
  }
  if (transformer.class === undefined) return unknown({ kind: 'no-transformer-class' })
  if (currentA === null) return unknown({ kind: 'no-current' })
  const loadPercent = (100 * currentA) / transformer.primary
  const nothing = (what: string): ShownAccuracy =>
    unknown({ kind: 'promises-nothing', what, loadPercent, primaryA: transformer.primary })
  const error = transformerError(transformer.class, loadPercent)
  if (error === null) return nothing(`class ${transformer.class} of its current transformers`)
  const phase = error.minutes === null ? 0 : powerErrorPercent(error.minutes, powerFactor)
  const ofTransformer = error.percent + phase
  if (meterClass === undefined)
    return { kind: 'known', of: 'transformer', loadPercent, currentPercent: error.percent, powerPercent: ofTransformer }
  const ofMeter = meterError(meterClass, loadPercent)
  if (ofMeter === null) return nothing(`class ${meterClass} of the meter`)
  return {
    kind: 'known',
    of: 'both',
    loadPercent,
    currentPercent: error.percent,
    powerPercent: Math.hypot(ofTransformer, ofMeter),
  }
}

const digits = (value: number): string => String(Number(value.toFixed(value < 1 ? 2 : 1)))

/** For a person: a sentence without its full stop. */
export const accuracyText = (accuracy: ShownAccuracy): string => {
  if (accuracy.kind === 'known') {
    const power = `± ${digits(accuracy.powerPercent)} %`
    const current = accuracy.currentPercent === null ? '' : ` (current by ± ${digits(accuracy.currentPercent)} %)`
    const load = accuracy.loadPercent === null ? '' : ` at ${digits(accuracy.loadPercent)} % of their rating`
    switch (accuracy.of) {
      case 'both':
        return `power may be wrong by ${power} by its current transformers${load}${current} and the meter’s own class together`
      case 'transformer':
        return `its current transformers${load} may put power wrong by ${power}${current}; the meter’s own class comes on top and is not declared (“class” at the meter in the site file)`
      case 'meter':
        return `power may be wrong by ${power} by the meter’s own class, from the transitional current on its nameplate on; no current transformer is declared`
    }
  }
  const { why } = accuracy
  switch (why.kind) {
    case 'no-class':
      return 'not known: neither a current transformer nor the meter’s own class is declared (“class” at the meter in the site file)'
    case 'no-transformer-class':
      return 'not known: the class of its current transformers is not declared (“class” at them in the site file)'
    case 'no-current':
      return 'not known: its current is not known now'
    case 'promises-nothing':
      return `not known: ${why.what} promises nothing at ${digits(why.loadPercent)} % of ${why.primaryA} A`
  }
}
