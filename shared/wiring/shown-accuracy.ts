import { powerErrorPercent, transformerError } from './transformer-error.ts'

/** What the transformers alone may put wrong in a shown value; the meter's own class comes on top and is declared nowhere. */
export type ShownAccuracy =
  | {
      readonly kind: 'known'
      readonly loadPercent: number
      /** Largest error of a current, and of active power at this power factor, percent. */
      readonly currentPercent: number
      readonly powerPercent: number
    }
  | { readonly kind: 'unknown'; readonly why: string }

/** `currentA`: the largest of its phases now; null: not known. electrical.md 6.2: ratio error of the class, and the phase error by tan phi. */
export const shownAccuracy = (
  transformer: { readonly primary: number; readonly class?: string | undefined } | undefined,
  currentA: number | null,
  powerFactor: number,
): ShownAccuracy => {
  if (transformer === undefined)
    return { kind: 'unknown', why: 'no current transformer is declared; a direct meter has its own class only' }
  if (transformer.class === undefined)
    return { kind: 'unknown', why: "the class of its current transformers is not declared ('class' in the site file)" }
  if (currentA === null) return { kind: 'unknown', why: 'its current is not known now' }
  const loadPercent = (100 * currentA) / transformer.primary
  const error = transformerError(transformer.class, loadPercent)
  if (error === null)
    return {
      kind: 'unknown',
      why: `class ${transformer.class} promises nothing at ${loadPercent.toFixed(1)} % of ${transformer.primary} A`,
    }
  const phase = error.minutes === null ? 0 : powerErrorPercent(error.minutes, powerFactor)
  return {
    kind: 'known',
    loadPercent,
    currentPercent: error.percent,
    powerPercent: error.percent + phase,
  }
}
