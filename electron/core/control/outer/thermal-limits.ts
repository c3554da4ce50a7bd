import { breakerModel } from '../../../../shared/electrical/breaker/breaker-model.ts'
import { sayA } from '../../../../shared/allocation/bounds.ts'
import type { Image } from '../../../../shared/model/image.ts'
import { own } from '../../../../shared/own.ts'
import type { Site } from '../../../../shared/site/site.ts'
import type { PhaseLimit } from './outer.ts'

/** A limit that is lowered is obeyed within this, s: cycle, write and the car's own 10 s, with some to spare. */
export const horizonS = 20

/**
 * The current that, kept for the horizon, brings an element from the share `used` of its tripping heat to the share `mayUse`, A. It falls by
 * itself towards pickup x sqrt(mayUse), the current it settles at: heat follows y + (used - y) e^(-t/tau) with y = (I/pickup)^2.
 */
export const thermalCurrentA = (used: number, mayUse: number, pickupA: number, tauS: number): number => {
  const rest = Math.exp(-horizonS / tauS)
  return pickupA * Math.sqrt(Math.max(0, (mayUse - used * rest) / (1 - rest)))
}

/**
 * Where a person has switched it on: the breaker's thermal image instead of the plain limit, on the fastest breaker the standard allows. A
 * cool one may carry a short excess, up to the declared ceiling and no further; one that is warm may carry less than its limit. Where
 * nothing is known of its heat (no model, or a gap), the plain limit stands.
 */
export const thermalLimits = (site: Site, image: Image): ReadonlyMap<string, Readonly<Record<string, PhaseLimit>>> => {
  const limits = new Map<string, Readonly<Record<string, PhaseLimit>>>()
  for (const circuit of site.circuits) {
    const { thermalLimit, breaker } = circuit
    if (thermalLimit === undefined || breaker === undefined) continue
    const model = breakerModel(breaker)
    const heat = 'early' in model ? model.early.heat : null
    if (heat === null) continue
    const entries = circuit.phases.flatMap((phase) => {
      const percent = own(image.circuits, circuit.id)?.phases[phase]?.thermalUsedPercent
      if (percent == null) return []
      const allowedA = thermalCurrentA(percent / 100, thermalLimit.use, heat.pickupA, heat.tauS)
      const limitA = Math.min(thermalLimit.ceiling, allowedA)
      const cause =
        allowedA < thermalLimit.ceiling
          ? `${Math.round(percent)} % of the heat of the earliest trip used, ${Math.round(thermalLimit.use * 100)} % may be`
          : 'the declared ceiling'
      return [
        [phase, { limitA, kind: 'thermal' as const, text: `${sayA(limitA)} by the thermal image (${cause})` }] as const,
      ]
    })
    if (entries.length > 0) limits.set(circuit.id, Object.fromEntries(entries))
  }
  return limits
}
