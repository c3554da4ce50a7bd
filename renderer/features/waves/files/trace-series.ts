import type { WaveFileTrace } from '../../../../shared/api/wave-files-contract.ts'
import type { PlotSeries } from '../../../charts/plot.ts'

/** Plots of a recording: traces of one quantity in one unit share a scale. */
export interface Panel {
  readonly key: string
  readonly title: string
  readonly unit: string
  readonly traces: readonly number[]
}

const titles = { voltage: 'Voltages', current: 'Currents', other: 'Other values' } as const
const orderOf = { voltage: 0, current: 1, other: 2 } as const

/** Traces of one plot; another group of times is another plot, since a plot has one axis. */
export const panelsOf = (traces: readonly WaveFileTrace[], chosen: readonly number[]): readonly Panel[] => {
  const panels = new Map<
    string,
    { title: string; unit: string; quantity: WaveFileTrace['quantity']; traces: number[] }
  >()
  for (const number of chosen) {
    const trace = traces[number]
    if (trace === undefined) continue
    const key = `${trace.quantity} ${trace.unit.toLowerCase()} ${trace.rateHz ?? 0}`
    const panel = panels.get(key) ?? {
      title: titles[trace.quantity],
      unit: trace.unit,
      quantity: trace.quantity,
      traces: [],
    }
    panel.traces.push(number)
    panels.set(key, panel)
  }
  return [...panels]
    .sort(([, one], [, other]) => orderOf[one.quantity] - orderOf[other.quantity])
    .map(([key, { title, unit, traces: own }]) => ({ key, title, unit, traces: own }))
}

const colourOf = (trace: WaveFileTrace | undefined): string => {
  const phase = trace?.phase?.[0]
  return phase === '1' || phase === '2' || phase === '3' ? `--ts-phase-${phase}` : '--ts-dim'
}

const shortLabel = (name: string): string => (name.length > 9 ? `${name.slice(0, 4)}…${name.slice(-4)}` : name)

export const seriesOfPanel = (panel: Panel, traces: readonly WaveFileTrace[]): readonly PlotSeries[] => {
  const used = new Map<string, number>()
  return panel.traces.map((number) => {
    const trace = traces[number]
    const colour = colourOf(trace)
    const before = used.get(colour) ?? 0
    used.set(colour, before + 1)
    return {
      key: String(number),
      label: shortLabel(trace?.name ?? ''),
      colour,
      isBroken: before > 0 && colour !== '--ts-dim',
    }
  })
}

export const colourOfTrace = colourOf

/** As many as are told apart at first: voltages and currents of phases, else the first there are. */
export const firstChoice = (traces: readonly WaveFileTrace[]): readonly number[] => {
  const all = traces.map((_, number) => number)
  const of = (quantity: WaveFileTrace['quantity']) => all.filter((number) => traces[number]?.quantity === quantity)
  const [volts, amperes] = [of('voltage'), of('current')]
  const phases = [...volts.slice(0, 4), ...amperes.slice(0, 4)]
  return (phases.length > 0 ? phases : all.slice(0, 8)).sort((one, other) => one - other)
}
