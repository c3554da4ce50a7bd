import type { Element, Tree } from './element-tree.ts'
import { quantityTypes, tags } from './tags.ts'

export interface SeriesDefinition {
  /** A GUID; null: not stated. */
  readonly valueType: string | null
  readonly units: number
  readonly method: number
}
export interface ChannelDefinition {
  readonly name: string
  readonly phase: number
  readonly kind: 'waveform' | 'value log' | 'phasor' | null
  readonly measured: number
  readonly series: readonly SeriesDefinition[]
}
export interface PqdifSource {
  readonly station: string
  readonly recorder: string
  readonly channels: readonly ChannelDefinition[]
}

/** A data source with its channel definitions. */
export const readSource = (
  tree: Tree,
  root: readonly Element[],
  textOf: (bytes: Uint8Array | null) => string,
): PqdifSource => ({
  station: textOf(tree.text(root, tags.sourceOwner)),
  recorder: textOf(tree.text(root, tags.sourceName)),
  channels: tree.each(root, tags.channelDefinitions, tags.oneChannelDefinition).map((elements) => ({
    name: textOf(tree.text(elements, tags.channelName)),
    phase: tree.number(elements, tags.phase) ?? 0,
    kind: quantityTypes.get(tree.guid(elements, tags.quantityType) ?? '') ?? null,
    measured: tree.number(elements, tags.quantityMeasured) ?? 0,
    series: tree.each(elements, tags.seriesDefinitions, tags.oneSeriesDefinition).map((series) => ({
      valueType: tree.guid(series, tags.valueType),
      units: tree.number(series, tags.units) ?? 0,
      method: tree.number(series, tags.storageMethod) ?? 1,
    })),
  })),
})
