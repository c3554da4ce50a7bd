import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeText } from '../text/test-support/decode-text.ts'
import { bytesSource } from '../wave-record/byte-source.ts'
import { readChannels } from './observation.ts'
import { createTree } from './element-tree.ts'
import { readPqdif } from './read-pqdif.ts'
import { recordChain } from './record-chain.ts'
import { valuesOf } from './series.ts'
import { readSource } from './source.ts'

/** The example of IEEE 1159.3 with values decoded by an independent reader, where this machine has it. */
const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data')
const isThere = existsSync(join(folder, 'pqdif'))
if (!isThere) console.warn(`No recorded PQDIF files in ${folder}: they are not compared.`)

interface ExpectedSeries {
  readonly n: number
  readonly first: readonly number[]
  readonly last: number
  readonly min: number
  readonly max: number
}
interface Expected {
  readonly records: number
  readonly channel_definitions: readonly string[]
  readonly decoded: readonly {
    readonly observation: number
    readonly name: string
    readonly start: string
    readonly trigger: string | null
    readonly channels: readonly {
      readonly channel_def: number
      readonly name: string
      readonly series: readonly ExpectedSeries[]
    }[]
  }[]
}

const inflate = (bytes: Uint8Array, most: number): Uint8Array =>
  new Uint8Array(inflateSync(bytes, { maxOutputLength: most }))
const near = (value: number, wanted: number) =>
  expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted)))

describe.runIf(isThere)('the PQDIF file of the standard', () => {
  const expected = isThere
    ? (JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as { pqdif: Expected }).pqdif
    : null
  const source = bytesSource(
    isThere ? new Uint8Array(readFileSync(join(folder, 'pqdif', 'example.pqd'))) : new Uint8Array(),
  )

  it('gives each series as the independent reader decoded it', () => {
    const { records, notes } = recordChain(source)
    expect(notes).toEqual([])
    expect(records).toHaveLength(expected!.records)
    const bodies = records.map((record, index) => {
      const stored = source.read(record.bodyAt, record.bodyBytes)
      return createTree(index === 0 ? stored : inflate(stored, 1 << 24))
    })
    const textOf = (bytes: Uint8Array | null) => String.fromCharCode(...(bytes ?? []))
    const sourceAt = records.findIndex(({ kind }) => kind === 'data source')
    const definitions = readSource(bodies[sourceAt]!, bodies[sourceAt]!.root(), textOf)
    expect(definitions.channels.map(({ name }) => name.trim())).toEqual(expected!.channel_definitions)
    const observations = bodies.filter((_, index) => records[index]!.kind === 'observation')
    for (const { observation, channels } of expected!.decoded) {
      const tree = observations[observation]!
      const read = readChannels({ tree, root: tree.root(), source: definitions, budget: { left: 1e9 } })
      expect(read.map(({ definition }) => definition?.name.trim())).toEqual(channels.map(({ name }) => name))
      channels.forEach(({ series }, channel) =>
        series.forEach(({ n, first, last, min, max }, index) => {
          const values = valuesOf(read[channel]!.series[index]!, 0, n)
          expect(read[channel]!.series[index]!.stored.count()).toBe(n)
          first.forEach((value, at) => near(values[at]!, value))
          near(values.at(-1)!, last)
          near(Math.min(...values), min)
          near(Math.max(...values), max)
        }),
      )
    }
  })

  it('is records over time: trends, waveforms at two rates, RMS variations', () => {
    const read = readPqdif(source, { inflate, decode: decodeText })
    if (!read.ok) throw new Error(read.why)
    const { records, notes } = read.value
    expect(records).toHaveLength(47)
    expect(notes.filter(({ severity }) => severity === 'error')).toEqual([])
    for (const { observation, start, trigger, name } of expected!.decoded) {
      const record = records[observation]!
      expect(record.title).toBe(name)
      expect(new Date(record.start!.wallMs).toISOString().slice(0, 19)).toBe(start)
      if (trigger !== null) {
        const seconds =
          (Date.parse(`${trigger.slice(0, 19)}Z`) - Date.parse(`${start}Z`)) / 1000 + Number(`0.${trigger.slice(20)}`)
        expect(record.triggerS).toBeCloseTo(seconds, 5)
      }
    }
    const wave = records[1]!
    expect(wave.truth).toBe('sampled')
    expect(wave.groups.map(({ timebase }) => Math.round(timebase.runs[0]!.rateHz!))).toEqual([15_360, 7680])
    expect(wave.traces.map(({ quantity }) => quantity)).toContain('current')
    expect(records[0]!.truth).toBe('trend')
    expect(new Set(records[2]!.traces.map(({ truth }) => truth))).toEqual(new Set(['rms', 'sampled']))
    expect(records[0]!.durationS).toBeCloseTo(85_500, 3)
  })
})
