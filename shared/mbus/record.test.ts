import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { decodeTelegram } from './telegram.ts'

interface Expected {
  readonly name: string
  readonly record: string
  readonly quantity?: string
  readonly unit?: string
  readonly number?: number
  readonly text?: string
  readonly time?: string
  readonly summer?: boolean
  readonly bytes?: string
  readonly none?: string
  readonly function?: string
  readonly storage?: number
  readonly tariff?: number
  readonly subUnit?: number
  readonly phase?: string
  readonly direction?: string
  readonly modifiers?: string[]
}
const file = JSON.parse(await readFile(new URL('./test-support/records.json', import.meta.url), 'utf8')) as {
  header: string
  records: Expected[]
}
const bytesOf = (hex: string) =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => parseInt(pair, 16))
const only = (hex: string) => {
  const decoded = decodeTelegram(0x72, bytesOf(file.header + hex))
  if (!decoded.ok) throw new Error(decoded.problem)
  expect(decoded.telegram.records).toHaveLength(1)
  return decoded.telegram.records[0]!
}

describe('a record made by an independent encoder', () => {
  it.each(file.records.map((each) => [each.name, each] as const))('%s', (_, expected) => {
    const record = only(expected.record)
    const { value, vif } = record
    expect(record.raw).toEqual(bytesOf(expected.record))
    if (expected.number !== undefined) {
      expect(value.kind).toBe('number')
      if (value.kind === 'number')
        expect(Math.abs(value.value - expected.number)).toBeLessThanOrEqual(Math.abs(expected.number) * 1e-12)
      expect(vif.phase).toBe(expected.phase ?? null)
      expect(vif.direction).toBe(expected.direction ?? null)
      expect(vif.modifiers).toEqual(expected.modifiers ?? [])
      expect([record.function, record.storage, record.tariff, record.subUnit]).toEqual([
        expected.function ?? 'instantaneous',
        expected.storage ?? 0,
        expected.tariff ?? 0,
        expected.subUnit ?? 0,
      ])
    }
    if (expected.quantity !== undefined) expect(vif.quantity).toBe(expected.quantity)
    if (expected.unit !== undefined) expect(vif.unit).toBe(expected.unit)
    if (expected.text !== undefined) expect(value).toEqual({ kind: 'text', text: expected.text })
    if (expected.time !== undefined)
      expect(value).toEqual({ kind: 'time', text: expected.time, summerTime: expected.summer ?? false })
    if (expected.bytes !== undefined) expect(value).toEqual({ kind: 'bytes', bytes: bytesOf(expected.bytes) })
    if (expected.none !== undefined)
      expect(value).toEqual({ kind: 'none', why: expect.stringContaining(expected.none) as string })
  })
})
