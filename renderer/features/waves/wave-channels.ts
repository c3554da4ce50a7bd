import type { PlotSeries } from '../../charts/plot.ts'

/** "L1" for u1 and i1, "N" for the neutral, the name itself for anything else. */
export const phaseOf = (name: string): string => {
  const phase = /^[ui]([123n])$/.exec(name)?.[1]
  return phase === undefined ? name : phase === 'n' ? 'N' : `L${phase}`
}

export const colourOf = (name: string): string => {
  const phase = /^[ui]([123])$/.exec(name)?.[1]
  return phase === undefined ? '--ts-dim' : `--ts-phase-${phase}`
}

/** The traces of a scope, from the channels a source has. */
export const seriesOf = (names: readonly string[]): readonly PlotSeries[] =>
  names.map((name) => ({ key: name, label: phaseOf(name), colour: colourOf(name) }))

export const voltages: readonly string[] = ['u1', 'u2', 'u3']
export const currents: readonly string[] = ['i1', 'i2', 'i3', 'in']
