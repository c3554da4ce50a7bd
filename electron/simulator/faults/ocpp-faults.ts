import { z } from 'zod'
import { oddnessKinds, oddnessNames } from '../ocpp/oddness.ts'
import type { SimulatedOcppCharger } from '../ocpp/ocpp-charger.ts'
import type { SimulatedSite } from '../simulated-site.ts'
import { define, FaultRefused, known, none } from './define-fault.ts'

const ocppOf = (site: SimulatedSite, target: string): SimulatedOcppCharger => {
  const charger = site.ocpp.get(target)
  if (charger === undefined)
    throw new FaultRefused(`no charger over OCPP "${target}"; there are ${known(site.ocpp.keys())}`)
  return charger
}

/** Chargers over OCPP: what real ones do beside the standard, and connections that are lost. */
export const ocppFaults = {
  'ocpp-odd': define(
    'charger',
    `a charger over OCPP is odd: --kind ${Object.keys(oddnessKinds).join('|')}`,
    z.strictObject({ kind: z.enum(oddnessNames as [(typeof oddnessNames)[number]]).default('ignores-profiles') }),
    (site, target, { kind }) => {
      const charger = ocppOf(site, target)
      charger.odd.add(kind)
      // It is asked what it takes when it connects.
      charger.reconnect()
      return () => {
        charger.odd.delete(kind)
        charger.reconnect()
      }
    },
  ),
  'ocpp-offline': define('charger', 'a charger over OCPP loses its network', none, (site, target) => {
    const charger = ocppOf(site, target)
    charger.setOffline(true)
    return () => charger.setOffline(false)
  }),
} as const
