import type { commissioningContract } from '../../../shared/api/commissioning-contract.ts'
import type { WiringReports } from '../derive/wiring/wiring.ts'
import type { Part } from '../part.ts'

export interface CommissioningPorts {
  readonly wiring: () => WiringReports
}

/** From the connected site to the one that is signed off. */
export const createCommissioningPart = ({ wiring }: CommissioningPorts): Part<typeof commissioningContract> => ({
  name: 'the commissioning of the site',
  handlers: {
    'commissioning.wiring': () => ({
      meters: [...wiring()].map(([meterId, checks]) => ({ meterId, checks: [...checks] })),
    }),
  },
})
