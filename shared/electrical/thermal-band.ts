import { advanceHeating, thermalUsedPercent, type ThermalCurve } from './thermal-image.ts'

/**
 * A thermal image whose past is not fully known: the heating lies between `cold` and `hot`. At the start, and over every time
 * without a current, the unknown current is taken to lie between 0 and the conventional tripping multiple k (had it been above
 * for long, the breaker would have tripped and the load would be gone). Known current pulls the two together with tau.
 */
export interface ThermalBand {
  readonly cold: number
  readonly hot: number
}

export const unknownHeating = (curve: ThermalCurve): ThermalBand => ({ cold: 0, hot: curve.k * curve.k })

export const advanceKnown = (band: ThermalBand, x: number, seconds: number, curve: ThermalCurve): ThermalBand => ({
  cold: advanceHeating(band.cold, x, seconds, curve),
  hot: advanceHeating(band.hot, x, seconds, curve),
})

export const advanceUnknown = (band: ThermalBand, seconds: number, curve: ThermalCurve): ThermalBand => ({
  cold: advanceHeating(band.cold, 0, seconds, curve),
  // An element already hotter than k^2 does not cool by not being watched.
  hot: Math.max(band.hot, advanceHeating(band.hot, curve.k, seconds, curve)),
})

/** Wider than this, percent points of the margin, the number is not shown; reached 3 tau after a cold start. Editable assumption. */
export const widestShownPercent = 5

/** Margin used, percent, at the hot end of the band (the side of caution), or null while the past still matters. */
export const bandUsedPercent = (band: ThermalBand, curve: ThermalCurve): number | null => {
  const hot = thermalUsedPercent(band.hot, curve)
  return hot - thermalUsedPercent(band.cold, curve) > widestShownPercent ? null : hot
}
