import { z } from 'zod'
import { phaseSchema } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { isQuantityKey } from '../../../shared/quantities.ts'
import { wiredRight, wiringFaultNames, wiringFaultSchema, wiringOf } from '../physics/meter-wiring.ts'
import type { SimulatedSite } from '../simulated-site.ts'
import { chargerOf, circuitOf, define, deviceOf, FaultRefused } from './define-fault.ts'

const meterIdOf = (site: SimulatedSite, target: string): string => {
  const { id } = deviceOf(site, target)
  if (!site.world.meters.has(id)) throw new FaultRefused(`${target} is no meter`)
  return id
}

const quantityKeys = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.string().refine(isQuantityKey, 'not a quantity of shared/quantities.ts')).min(1))

const turnedBy = (terminals: readonly Phase[], steps: number): readonly Phase[] =>
  terminals.map((_, index) => terminals[(index + steps) % terminals.length] as Phase)

/** What an electrician may get wrong; the same can be in the scenario file from the start. */
export const wiringFaults = {
  wiring: define(
    'meter',
    `it is connected wrongly: --kind ${wiringFaultNames.join('|')} [--terminal 2] [--other 3] [--steps 1] [--factor 0.8]`,
    z
      .looseObject({ kind: z.enum(wiringFaultNames).default('ct-reversed') })
      .transform(({ kind, ...rest }) => ({ fault: kind, ...rest }))
      .pipe(wiringFaultSchema),
    (site, target, fault) => {
      const id = meterIdOf(site, target)
      const { wiring } = site.world.faults
      const before = wiring.get(id) ?? wiredRight
      wiring.set(id, wiringOf([fault]))
      return () => {
        wiring.set(id, before)
      }
    },
  ),
  'rotated-socket': define(
    'charger',
    'its conductors are one or two steps on from what is declared: --steps 1',
    z.strictObject({ steps: z.coerce.number().int().min(1).max(2).default(1) }),
    (site, target, { steps }) => {
      const { id } = chargerOf(site, target)
      const { sockets } = site.world.faults
      const before = sockets.get(id)
      const declared = site.world.chargers.get(id)?.settings.terminals ?? []
      sockets.set(id, turnedBy(declared, steps))
      return () => {
        if (before === undefined) sockets.delete(id)
        else sockets.set(id, before)
      }
    },
  ),
  'loose-terminal': define(
    'circuit',
    'a joint of one phase of its cable has too much resistance: --phase L2 --ohm 0.3',
    z.strictObject({ phase: phaseSchema.default('L2'), ohm: z.coerce.number().positive().max(10).default(0.3) }),
    (site, target, { phase, ohm }) => {
      const place: `${string} ${Phase}` = `${circuitOf(site, target)} ${phase}`
      const { looseTerminals } = site.world.faults
      const before = looseTerminals.get(place) ?? 0
      looseTerminals.set(place, ohm)
      return () => {
        looseTerminals.set(place, before)
      }
    },
  ),
  'stuck-register': define(
    'meter',
    'registers of it stand still while the others move: --keys i_l2,p_l2',
    z.strictObject({ keys: quantityKeys.default(['i_l2']) }),
    (site, target, { keys }) => {
      const { manners } = deviceOf(site, target)
      for (const key of keys) manners.stuck.set(key, null)
      return () => {
        for (const key of keys) manners.stuck.delete(key)
      }
    },
  ),
} as const
