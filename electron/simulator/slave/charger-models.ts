import type { PilotState } from '../physics/charger.ts'

/** What a model does that its profile has no words for, because the product needs none: data, one entry per profile id. */
export interface ChargerModel {
  /** The status text or number of each pilot state; without them the first code of its profile that means the same. */
  readonly codes?: Readonly<Record<PilotState, string>>
  /** A limit between 0 and its minimum: refused with exception 3, or taken as a pause. */
  readonly belowMinimum: 'refuse' | 'pause'
  /** A limit above its rating: refused with exception 3, or cut down to it. */
  readonly aboveMaximum: 'refuse' | 'cut'
  /** Documented registers that the profile does not list: [first, last, what they hold]. */
  readonly extra: readonly (readonly [number, number, number])[]
  /** A limit written sooner than this after the last is lost, though acknowledged, s. */
  readonly limitsApartS?: number
}

const pilotTexts = { A: 'A', B1: 'B1', B2: 'B2', C1: 'C1', C2: 'C2' } as const

export const chargerModels: Readonly<Record<string, ChargerModel>> = {
  // Alfen's guide for NG9xx, 2.3: mode 3 states as text, set-points as floats, 1214 "set-point accounted for".
  'alfen-eve': {
    codes: pilotTexts,
    belowMinimum: 'pause',
    aboveMaximum: 'cut',
    extra: [
      [1200, 1200, 1],
      [1214, 1214, 1],
    ],
  },
  // ABB's Modbus document 1.7: state numbers; 0x4000 to 0x4005 serial number and firmware, 0x4008 to 0x400B error and socket lock.
  'abb-terra-ac': {
    codes: { A: '0', B1: '1', B2: '2', C1: '3', C2: '4' },
    belowMinimum: 'refuse',
    aboveMaximum: 'refuse',
    extra: [
      [16384, 16389, 0x0101],
      [16392, 16395, 0],
    ],
  },
  // The guide wants 5 s between writes; that what comes sooner is lost unseen is the worst it may mean.
  'keba-p30': { belowMinimum: 'refuse', aboveMaximum: 'refuse', extra: [], limitsApartS: 5 },
  'keba-p40': { belowMinimum: 'refuse', aboveMaximum: 'refuse', extra: [], limitsApartS: 5 },
  // A limit of power says nothing of how many phases it is for: too little of it is a pause.
  'compleo-ebox': { belowMinimum: 'pause', aboveMaximum: 'cut', extra: [] },
}
export const unknownModel: ChargerModel = { belowMinimum: 'refuse', aboveMaximum: 'refuse', extra: [] }
