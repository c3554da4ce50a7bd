import { foldOf } from '../wave-record/columns.ts'
import type { FileNote, RecordTruth, SampleGroup, Trace, WaveRecord } from '../wave-record/wave-record.ts'
import type { Timebase } from '../wave-record/timebase.ts'
import type { Element, Tree } from './element-tree.ts'
import { readSeries, timesOf, valuesOf, type Series, type SeriesBudget } from './series.ts'
import type { ChannelDefinition, PqdifSource } from './source.ts'
import { measured, phases, tags, timeValues, unitTexts, valueTypes } from './tags.ts'

export interface ObservationInput {
  readonly tree: Tree
  readonly root: readonly Element[]
  readonly source: PqdifSource
  readonly nominalHz: number | null
  readonly textOf: (bytes: Uint8Array | null) => string
  readonly budget: SeriesBudget
  readonly number: number
}

/** One channel of an observation with the series it really has: its own, or those it shares with another. */
interface Channel {
  readonly definition: ChannelDefinition | undefined
  readonly series: readonly (Series | null)[]
}

const truths: Readonly<Record<NonNullable<ChannelDefinition['kind']>, RecordTruth>> = {
  waveform: 'sampled',
  phasor: 'rms',
  'value log': 'trend',
}

/** All series of all channels; what is shared is followed from one to the next, at most so often as there are channels. */
export const readChannels = ({
  tree,
  root,
  source,
  budget,
}: Pick<ObservationInput, 'tree' | 'root' | 'source' | 'budget'>): readonly Channel[] => {
  const instances = tree.each(root, tags.channelInstances, tags.oneChannelInstance).map((elements) => {
    const definition = source.channels[tree.number(elements, tags.channelDefinitionIndex) ?? -1]
    const series = tree.each(elements, tags.seriesInstances, tags.oneSeriesInstance).map((each, index) => ({
      own: readSeries(tree, each, definition?.series[index]?.method ?? 1, budget),
      share: [tree.number(each, tags.shareChannel), tree.number(each, tags.shareSeries)] as const,
    }))
    return { definition, series }
  })
  const follow = (channel: number, series: number, left: number): Series | null => {
    const found = instances[channel]?.series[series]
    if (found === undefined || left < 0) return null
    const [otherChannel, otherSeries] = found.share
    return (
      found.own ?? (otherChannel === null || otherSeries === null ? null : follow(otherChannel, otherSeries, left - 1))
    )
  }
  return instances.map(({ definition, series }, channel) => ({
    definition,
    series: series.map((_, index) => follow(channel, index, instances.length)),
  }))
}

interface Growing {
  readonly timebase: Timebase
  readonly series: Series[]
}

const traceOf = (definition: ChannelDefinition | undefined, index: number, group: number, column: number): Trace => {
  const series = definition?.series[index]
  const suffix = valueTypes.get(series?.valueType ?? '') ?? 'other'
  const isWave = definition?.kind === 'waveform'
  return {
    name: `${definition?.name ?? `channel ${column + 1}`}${suffix === '' || isWave ? '' : ` ${suffix}`}`,
    unit: unitTexts.get(series?.units ?? 0) ?? '',
    quantity: /angle/.test(suffix)
      ? 'other'
      : definition?.measured === measured.voltage
        ? 'voltage'
        : definition?.measured === measured.current
          ? 'current'
          : 'other',
    phase: phases[definition?.phase ?? 0] ?? null,
    truth: definition?.kind == null ? 'unknown' : truths[definition.kind],
    circuit: '',
    skewS: 0,
    toPrimary: null,
    group,
    column,
  }
}

const groupOf = ({ timebase, series }: Growing): SampleGroup => ({
  timebase,
  read: (traces, from, to) =>
    traces.map((trace) => {
      const found = series[trace]
      return found === undefined ? new Float64Array(Math.max(0, to - from)).fill(NaN) : valuesOf(found, from, to)
    }),
  folds: series.map((each) => foldOf((from, to) => valuesOf(each, from, to), timebase.count)),
})

/** An observation as a record; none where nothing in it can be put over time. */
export const readObservation = (
  input: ObservationInput,
): { readonly records: readonly WaveRecord[]; readonly notes: readonly FileNote[] } => {
  const { tree, root, textOf, nominalHz, number } = input
  const start = tree.time(root, tags.timeStart)
  const trigger = tree.time(root, tags.timeTriggered)
  const growing: Growing[] = []
  const byTimes = new Map<string, number>()
  const identities = new Map<Series, number>()
  const traces: Trace[] = []
  let left = 0
  for (const { definition, series } of readChannels(input)) {
    const timeIndex = definition?.series.findIndex(({ valueType }) => valueType === timeValues) ?? -1
    const times = series[timeIndex] ?? null
    series.forEach((each, index) => {
      if (index === timeIndex || each === null) return
      const count = each.stored.count()
      if (times === null || count === 0) {
        left += 1
        return
      }
      const identity = identities.get(times) ?? identities.size
      identities.set(times, identity)
      const key = `${identity} ${count}`
      let group = byTimes.get(key)
      if (group === undefined) {
        const timebase = timesOf(
          times,
          definition?.series[timeIndex]?.units ?? 0,
          nominalHz ?? 50,
          start === null ? null : start.ms / 1000,
          count,
        )
        if (timebase === null) {
          left += 1
          return
        }
        group = growing.length
        growing.push({ timebase, series: [] })
        byTimes.set(key, group)
      }
      const own = growing[group]
      if (own === undefined) return
      traces.push(traceOf(definition, index, group, own.series.length))
      own.series.push(each)
    })
  }
  const name = textOf(tree.text(root, tags.observationName))
  const notes: FileNote[] =
    left === 0
      ? []
      : [{ severity: 'info', text: `Observation ${number}: ${left} series have no times and are not drawn.` }]
  if (traces.length === 0) return { records: [], notes }
  const groups = growing.map(groupOf)
  const isOne = new Set(traces.map(({ truth }) => truth)).size === 1
  return {
    records: [
      {
        title: name === '' ? `Observation ${number}` : name,
        truth: isOne ? (traces[0]?.truth ?? 'unknown') : 'mixed',
        start: start === null ? null : { wallMs: start.ms, offsetMinutes: null },
        triggerS: start === null || trigger === null ? null : Math.round((trigger.ms - start.ms) * 1000) / 1e6,
        durationS: Math.max(
          ...groups.map(({ timebase }) => (timebase.count === 0 ? 0 : timebase.timeAt(timebase.count - 1))),
        ),
        nominalHz,
        groups,
        traces,
        tracks: [],
      },
    ],
    notes,
  }
}
