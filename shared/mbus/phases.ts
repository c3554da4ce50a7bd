/** The phases and directions that the VIFEs of an electricity meter name (EN 13757-3:2018, C.3). */
export const mbusPhases = ['L1', 'L2', 'L3', 'N', 'L1L2', 'L2L3', 'L3L1', 'total'] as const
export type MbusPhase = (typeof mbusPhases)[number]
export const mbusDirections = ['forward', 'backward'] as const
export type MbusDirection = (typeof mbusDirections)[number]
