/** Line conductors of the site, as labelled at the grid connection. */
export const phases = ['L1', 'L2', 'L3'] as const
export type Phase = (typeof phases)[number]

/** One number per site phase; what it means and its unit is said by the field that holds it. */
export type PerPhase<T> = Readonly<Record<Phase, T>>

export const perPhase = <T>(value: (phase: Phase) => T): PerPhase<T> => ({
  L1: value('L1'),
  L2: value('L2'),
  L3: value('L3'),
})
