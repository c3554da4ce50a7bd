import { z } from 'zod'
import { phases } from '../../../shared/model/phase.ts'
import { circuitOf, define, FaultRefused, known, type FaultKind } from './define-fault.ts'
import { phaseList } from './phase-list.ts'

/** What opens breakers: by hand, or by what makes them open by themselves. An overload is among the general faults. */
export const breakerFaults = {
  'breaker-trip': define(
    'circuit',
    'its breaker opens, or one pole of it; off closes it again: [--phases L1]',
    z.strictObject({ phases: phaseList.default([...phases]) }),
    (site, target, { phases: poles }) => {
      const circuit = circuitOf(site, target)
      const { trippedCircuits, openPoles } = site.world.faults
      if (poles.length < phases.length) {
        openPoles.set(circuit, poles)
        return () => {
          openPoles.delete(circuit)
        }
      }
      trippedCircuits.add(circuit)
      return () => {
        trippedCircuits.delete(circuit)
      }
    },
  ),
  inrush: define(
    'circuit',
    'a surge as of power supplies switched on together; its breaker decides: --amperes 900 --ms 20 [--phases L1]',
    z.strictObject({
      amperes: z.coerce.number().min(1).max(20_000).default(900),
      ms: z.coerce.number().min(5).max(2000).default(20),
      phases: phaseList.default(['L1']),
    }),
    (site, target, { amperes, ms, phases: on }) => {
      const { faults, timeS } = site.world
      const inrush = {
        circuit: circuitOf(site, target),
        phases: on,
        currentA: amperes,
        fromS: timeS(),
        toS: timeS() + ms / 1000,
      }
      faults.inrushes.add(inrush)
      return () => {
        faults.inrushes.delete(inrush)
      }
    },
  ),
  leakage: define(
    'circuit',
    'current to earth; the residual current device of this circuit or above decides: --milliamperes 30',
    z.strictObject({ milliamperes: z.coerce.number().min(0.1).max(30_000).default(30) }),
    (site, target, { milliamperes }) => {
      const circuit = circuitOf(site, target)
      const withDevice = site.site.circuits.filter(({ breaker }) => breaker?.rcd !== undefined).map(({ id }) => id)
      if (withDevice.length === 0)
        throw new FaultRefused(
          `no circuit of this site has a residual current device (breaker.rcd); there are ${known(withDevice)}`,
        )
      const { leakages } = site.world.faults
      leakages.set(circuit, milliamperes)
      return () => {
        leakages.delete(circuit)
      }
    },
  ),
} as const satisfies Record<string, FaultKind>
