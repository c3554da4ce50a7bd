import { own } from '../own.ts'
import type { ChargerStatus } from '../model/image.ts'

/** OCPP 1.6, 7.7; 2.0.1 part 2, ConnectorStatusEnumType and ChargingStateEnumType. */
const statuses: Readonly<Record<string, ChargerStatus>> = {
  Available: 'available',
  Preparing: 'connected',
  Charging: 'charging',
  SuspendedEVSE: 'suspended',
  SuspendedEV: 'suspended',
  Finishing: 'connected',
  Reserved: 'available',
  Unavailable: 'unavailable',
  Faulted: 'fault',
  Occupied: 'connected',
  EVConnected: 'connected',
  Idle: 'connected',
}

/** null: a word nobody may act on. */
export const chargerStatusOf = (word: string): ChargerStatus | null => own(statuses, word) ?? null
