import { z } from 'zod'
import type { SimulatedSite } from '../simulated-site.ts'
import type { Device } from '../slave/device.ts'

/** Takes a fault away again. */
export type Undo = () => void | Promise<void>
/** A message for the person who asked, where a fault can't be. */
export class FaultRefused extends Error {}

export interface FaultKind {
  readonly summary: string
  /** What the target names, for help and messages. */
  readonly target: 'meter or charger' | 'meter' | 'charger' | 'circuit' | 'line' | 'serial line' | 'none'
  readonly options: z.ZodType
  apply(site: SimulatedSite, target: string, options: unknown): Undo | Promise<Undo>
}

export const define = <S extends z.ZodType>(
  target: FaultKind['target'],
  summary: string,
  options: S,
  apply: (site: SimulatedSite, target: string, options: z.infer<S>) => Undo | Promise<Undo>,
): FaultKind => ({ target, summary, options, apply: (site, name, given) => apply(site, name, given as z.infer<S>) })

export const known = (names: Iterable<string>) => [...names].join(', ') || 'none'

/** A device by its id, or the meter of a circuit by the circuit's. */
export const deviceOf = (site: SimulatedSite, target: string): Device => {
  const meter = site.site.circuits.find(({ id }) => id === target)?.meter
  const device = site.devices.get(target) ?? (meter === undefined ? undefined : site.devices.get(meter))
  if (!device) throw new FaultRefused(`no meter or charger "${target}"; there are ${known(site.devices.keys())}`)
  return device
}
export const chargerOf = (site: SimulatedSite, target: string): Device => {
  const device = site.devices.get(target)
  if (!device || !site.world.chargers.has(target))
    throw new FaultRefused(`no charger "${target}"; there are ${known(site.world.chargers.keys())}`)
  return device
}
export const circuitOf = (site: SimulatedSite, target: string): string => {
  if (!site.site.circuits.some(({ id }) => id === target))
    throw new FaultRefused(`no circuit "${target}"; there are ${known(site.site.circuits.map(({ id }) => id))}`)
  return target
}

/** A fault without options. */
export const none = z.strictObject({})
