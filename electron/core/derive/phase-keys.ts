import type { Phase } from '../../../shared/model/phase.ts'
import type { QuantityKey } from '../../../shared/quantities.ts'

/** A meter's per-phase quantities; the image has them by site phase already, whatever terminal they were measured at. */
export const currentKey: Readonly<Record<Phase, QuantityKey>> = { L1: 'i_l1', L2: 'i_l2', L3: 'i_l3' }
export const voltageKey: Readonly<Record<Phase, QuantityKey>> = { L1: 'u_l1n', L2: 'u_l2n', L3: 'u_l3n' }
export const powerKey: Readonly<Record<Phase, QuantityKey>> = { L1: 'p_l1', L2: 'p_l2', L3: 'p_l3' }
