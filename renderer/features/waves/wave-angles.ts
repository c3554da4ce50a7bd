import type { SampledLook } from '../../../shared/api/waves-contract.ts'

/** Angles of the fundamentals against the first voltage there is, else the first current, degrees from -180 to 180. */
export const turnedAngles = (look: SampledLook | null): ReadonlyMap<string, number> => {
  const known = (look?.channels ?? []).flatMap(({ name, unit, angleDeg }) =>
    angleDeg === null ? [] : [{ name, unit, angleDeg }],
  )
  const reference = known.find(({ unit }) => unit === 'V') ?? known[0]
  return new Map(known.map(({ name, angleDeg }) => [name, ((angleDeg - (reference?.angleDeg ?? 0) + 540) % 360) - 180]))
}
