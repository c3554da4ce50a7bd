import type { CauseId } from './cause.ts'

/** How much something speaks for (+) or against (-) each cause, natural logarithms; what is not listed says nothing. */
export type Weights = Readonly<Partial<Record<CauseId, number>>>
/** Of each state of each sign. */
export type LikelihoodTable = Readonly<Record<string, Readonly<Record<string, Weights>>>>
