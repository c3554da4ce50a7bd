import { deflateSync } from 'node:zlib'
import { adler32 } from '../record-chain.ts'
import { recordKinds, recordSignature, tags, timeValues } from '../tags.ts'

/** PQDIF files made for tests, byte by byte from IEEE 1159.3-2003; nothing of it is shared with the reader but the numbers of the tags. */

type Value =
  | { readonly kind: 'collection'; readonly of: readonly Entry[] }
  | { readonly kind: 'scalar'; readonly type: number; readonly bytes: Uint8Array }
  | { readonly kind: 'vector'; readonly type: number; readonly width: number; readonly bytes: Uint8Array }
export type Entry = readonly [tag: string, value: Value]

const bytesOf = (size: number, fill: (view: DataView) => void): Uint8Array => {
  const view = new DataView(new ArrayBuffer(size))
  fill(view)
  return new Uint8Array(view.buffer)
}
export const guid = (text: string): Uint8Array => {
  const hex = text.replaceAll('-', '')
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
  return Uint8Array.from(order, (at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16))
}
export const collection = (...of: readonly Entry[]): Value => ({ kind: 'collection', of })
export const uint = (value: number): Value => ({
  kind: 'scalar',
  type: 32,
  bytes: bytesOf(4, (view) => view.setUint32(0, value, true)),
})
export const real = (value: number): Value => ({
  kind: 'scalar',
  type: 41,
  bytes: bytesOf(8, (view) => view.setFloat64(0, value, true)),
})
export const id = (text: string): Value => ({ kind: 'scalar', type: 60, bytes: guid(text) })
export const time = (days: number, seconds: number): Value => ({
  kind: 'scalar',
  type: 50,
  bytes: bytesOf(12, (view) => {
    view.setUint32(0, days, true)
    view.setFloat64(4, seconds, true)
  }),
})
export const text = (value: string): Value => ({
  kind: 'vector',
  type: 10,
  width: 1,
  bytes: Uint8Array.from([...value, '\0'], (letter) => letter.charCodeAt(0)),
})
export const shorts = (values: readonly number[]): Value => ({
  kind: 'vector',
  type: 21,
  width: 2,
  bytes: bytesOf(values.length * 2, (view) => values.forEach((value, at) => view.setInt16(at * 2, value, true))),
})
export const doubles = (values: readonly number[]): Value => ({
  kind: 'vector',
  type: 41,
  width: 8,
  bytes: bytesOf(values.length * 8, (view) => values.forEach((value, at) => view.setFloat64(at * 8, value, true))),
})

/** A record's body: collections after each other, values behind them. */
export const body = (root: readonly Entry[]): Uint8Array => {
  const out: number[] = []
  const put32 = (at: number, value: number) =>
    bytesOf(4, (view) => view.setInt32(0, value, true)).forEach((byte, index) => (out[at + index] = byte))
  const write = (entries: readonly Entry[]): number => {
    const begin = out.length
    out.push(...new Array<number>(4 + entries.length * 28).fill(0))
    put32(begin, entries.length)
    entries.forEach(([tag, value], index) => {
      const at = begin + 4 + index * 28
      guid(tag).forEach((byte, offset) => (out[at + offset] = byte))
      out[at + 16] = { collection: 1, scalar: 2, vector: 3 }[value.kind]
      out[at + 17] = value.kind === 'collection' ? 0 : value.type
      if (value.kind === 'scalar' && value.bytes.length <= 8) {
        out[at + 18] = 1
        value.bytes.forEach((byte, offset) => (out[at + 20 + offset] = byte))
        return
      }
      let place = out.length
      if (value.kind === 'collection') place = write(value.of)
      else if (value.kind === 'scalar') out.push(...value.bytes)
      else {
        out.push(...bytesOf(4, (view) => view.setUint32(0, value.bytes.length / value.width, true)))
        out.push(...value.bytes)
      }
      put32(at + 20, place)
      put32(at + 24, out.length - place)
    })
    return begin
  }
  write(root)
  return Uint8Array.from(out)
}

export interface MadeRecord {
  readonly kind: 'container' | 'data source' | 'monitor settings' | 'observation'
  readonly body: Uint8Array
}

/** Records in a chain, each body after the container's packed with zlib. `next` changes where a record points. */
export const pqdif = (
  records: readonly MadeRecord[],
  next: (index: number, following: number) => number = (_, following) => following,
): Uint8Array => {
  const kinds = new Map([...recordKinds].map(([tag, kind]) => [kind, tag]))
  const stored = records.map(({ kind, body: own }) => (kind === 'container' ? own : new Uint8Array(deflateSync(own))))
  const starts = stored.map((_, index) => stored.slice(0, index).reduce((sum, own) => sum + 64 + own.length, 0))
  const out = new Uint8Array(stored.reduce((sum, own) => sum + 64 + own.length, 0))
  stored.forEach((own, index) => {
    const at = starts[index]!
    const view = new DataView(out.buffer, at)
    out.set(guid(recordSignature), at)
    out.set(guid(kinds.get(records[index]!.kind)!), at + 16)
    view.setUint32(32, 64, true)
    view.setUint32(36, own.length, true)
    view.setUint32(40, next(index, starts[index + 1] ?? 0), true)
    view.setUint32(44, adler32(own), true)
    out.set(own, at + 64)
  })
  return out
}

export const values = '67f6af97-f753-11cf-9d89-0080c72e70a3'
const waveform = '67f6af80-f753-11cf-9d89-0080c72e70a3'
const seriesOf = (type: string, units: number, method: number): Entry => [
  tags.oneSeriesDefinition,
  collection([tags.valueType, id(type)], [tags.units, uint(units)], [tags.storageMethod, uint(method)]),
]
const channel = (name: string, phase: number): Entry => [
  tags.oneChannelDefinition,
  collection(
    [tags.channelName, text(name)],
    [tags.phase, uint(phase)],
    [tags.quantityType, id(waveform)],
    [tags.quantityMeasured, uint(1)],
    [tags.seriesDefinitions, collection(seriesOf(timeValues, 2, 4), seriesOf(values, 6, 3))],
  ),
]
const instance = (definition: number, ...series: readonly Value[]): Entry => [
  tags.oneChannelInstance,
  collection(
    [tags.channelDefinitionIndex, uint(definition)],
    [tags.seriesInstances, collection(...series.map((each): Entry => [tags.oneSeriesInstance, each]))],
  ),
]
export const scaled = (raw: readonly number[]): Value =>
  collection([tags.seriesValues, shorts(raw)], [tags.seriesScale, real(0.5)], [tags.seriesOffset, real(10)])

export const container: MadeRecord = {
  kind: 'container',
  body: body([
    [tags.compressionStyle, uint(2)],
    [tags.compressionAlgorithm, uint(1)],
  ]),
}
export const dataSource: MadeRecord = {
  kind: 'data source',
  body: body([
    [tags.sourceName, text('PQ 1')],
    [tags.sourceOwner, text('Depot')],
    [tags.channelDefinitions, collection(channel('Va', 1), channel('Vb', 2))],
  ]),
}
/** Two voltages of four samples at 1 kHz; the second shares the first one's times. Day 36313 is 1999-06-02. */
export const observation = (
  times: Value = collection([tags.seriesValues, doubles([1, 4, 1e-3])]),
  shared: Value = collection([tags.shareChannel, uint(0)], [tags.shareSeries, uint(0)]),
): MadeRecord => ({
  kind: 'observation',
  body: body([
    [tags.observationName, text('Dip')],
    [tags.timeStart, time(36_313, 60.25)],
    [tags.timeTriggered, time(36_313, 60.252)],
    [
      tags.channelInstances,
      collection(instance(0, times, scaled([0, 2, 4, -6])), instance(1, shared, scaled([1, 3, 5, 7]))),
    ],
  ]),
})
