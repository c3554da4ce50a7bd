import { check, good, notAssessed, used, wrong, type WiringCheck } from '../check-result.ts'
import type { MeterView } from '../meter-view.ts'
import { isSClass, transformerError } from '../transformer-error.ts'

const noTransformer = 'no current transformer is declared; the meter measures directly, or its ratio is set in it alone'

/** electrical.md 6.2: at most 1.2 times the rating flows, and typically 20 % of it (an S class: 5 %) or more. */
export const transformerSizeCheck = (view: MeterView): WiringCheck => {
  const title = 'The current transformers fit what flows'
  const { transformer } = view.facts
  if (transformer === null) return notAssessed('transformer-size', title, noTransformer)
  if (view.load === null) return notAssessed('transformer-size', title, 'no current has been seen yet')
  const { typicalA, mostA, hours } = view.load
  const name = transformer.class
  const typical = (100 * typicalA) / transformer.primaryA
  const most = (100 * mostA) / transformer.primaryA
  const error = name === null ? null : transformerError(name, Math.min(typical, 120))
  const numbers = [
    used('rated primary current', transformer.primaryA, 'A'),
    used('typical current', typicalA, 'A'),
    used('largest current', mostA, 'A'),
    used('watched for', hours, 'h'),
    ...(error === null ? [] : [used('largest error of the class at the typical current', error.percent, '%')]),
  ]
  if (most > 120)
    return wrong('transformer-size', {
      kind: 'too small',
      title: 'Current transformers too small',
      says: `${mostA.toFixed(0)} A flowed, more than 1.2 times the rated ${transformer.primaryA} A: above that they saturate and show less than there is.`,
      toCheck: 'Fit transformers of a higher rating, or check that the ratio declared is theirs',
      numbers,
    })
  const least = name !== null && isSClass(name) ? 5 : 20
  const classText =
    name === null
      ? 'their class is not declared'
      : error === null
        ? `class ${name} promises nothing at ${typical.toFixed(1)} % of the rating`
        : `class ${name} allows ${error.percent.toFixed(2)} % there`
  // A day tells what is typical; an hour with empty sockets does not.
  if (hours < 1 && typical < least)
    return notAssessed(
      'transformer-size',
      title,
      `watched for ${(hours * 60).toFixed(0)} min; what is typical is judged after an hour (${typical.toFixed(1)} % of the rating so far)`,
    )
  if (typical < least)
    return check('transformer-size', {
      kind: 'too large',
      title: 'Current transformers large for what flows',
      says: `Typically ${typicalA.toFixed(1)} A flow, ${typical.toFixed(1)} % of the rated ${transformer.primaryA} A; ${classText}.`,
      toCheck: `Fit transformers of a lower rating or of an S class where small loads matter; at least ${least} % is usual`,
      numbers,
      confidence: Math.min(0.95, 0.5 + hours / 48),
    })
  return good('transformer-size', {
    title,
    says: `Typically ${typicalA.toFixed(1)} A and at most ${mostA.toFixed(1)} A of the rated ${transformer.primaryA} A flow; ${classText}.`,
    numbers,
  })
}

/** Copper at 20 degrees, ohm mm2 / m (IEC 60228). */
const copper = 0.0175

/** electrical.md 6.2: S = I2 (2 L 0.0175 / A) and the meter's own; between a quarter and the whole of the rated burden its class holds. */
export const burdenCheck = (view: MeterView): WiringCheck => {
  const title = 'The burden of the current transformers is what they are rated for'
  const { transformer } = view.facts
  if (transformer === null) return notAssessed('burden', title, noTransformer)
  const { cable, secondaryA } = transformer
  if (cable === null)
    return notAssessed('burden', title, "the cable is not declared: 'cable' at the meter's current transformer")
  const ohm = (2 * cable.lengthM * copper) / cable.crossSectionMm2
  const burden = secondaryA ** 2 * ohm + cable.meterVA
  const numbers = [
    used('resistance of the cable', ohm, 'ohm'),
    used('burden', burden, 'VA'),
    ...(cable.ratedVA === null ? [] : [used('rated burden', cable.ratedVA, 'VA')]),
  ]
  const text = `${cable.lengthM} m of ${cable.crossSectionMm2} mm² make ${ohm.toFixed(2)} ohm, with the meter ${burden.toFixed(1)} VA at ${secondaryA} A`
  if (cable.ratedVA === null)
    return notAssessed('burden', title, `${text}; the rated burden of the transformers is not declared`)
  if (burden > cable.ratedVA)
    return wrong('burden', {
      title: 'Burden too large',
      says: `${text}, more than the rated ${cable.ratedVA} VA: they are outside of their class and saturate early.`,
      toCheck: 'Fit a thicker or shorter cable, or transformers of 1 A secondary or of a higher rated burden',
      numbers,
    })
  if (burden < 0.25 * cable.ratedVA)
    return check('burden', {
      title: 'Burden small',
      says: `${text}, less than a quarter of the rated ${cable.ratedVA} VA, below which their class is not stated.`,
      toCheck: 'Fit transformers of a lower rated burden where accuracy matters',
      numbers,
    })
  return good('burden', { title, says: `${text} of the rated ${cable.ratedVA} VA.`, numbers })
}
