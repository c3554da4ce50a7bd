import type { ChargerKind } from './charger-kind.ts'
import { modbusKind } from './modbus/modbus-kind.ts'

/** What chargers may speak. One line a kind; README.md says what its folder holds. */
export const chargerKinds: readonly ChargerKind[] = [modbusKind]
