import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeTelegram } from '../../../../shared/mbus/encode-telegram.ts'
import type { MbusLine, MbusOutcome } from '../../lines/mbus-line.ts'
import { searchMbus } from './search-mbus.ts'

/** A bus of meters with these numbers; the questions counted in `lost` get no answer. */
const busOf = (ids: readonly string[], lost: ReadonlySet<number>) => {
  let selected: readonly string[] = []
  let asked = 0
  const fault = (kind: 'timeout' | 'crc'): MbusOutcome => ({
    ok: false,
    atMs: 0,
    fault: { kind, code: null, message: kind },
  })
  const exchange: MbusLine['exchange'] = async (frame) => {
    asked += 1
    if (lost.has(asked) || frame.kind === 'ack') return fault('timeout')
    if (frame.kind === 'long') {
      const wanted = [3, 2, 1, 0]
        .map((at) => (frame.data[at] ?? 0).toString(16).padStart(2, '0'))
        .join('')
        .toUpperCase()
      selected = ids.filter((id) => [...wanted].every((digit, index) => digit === 'F' || digit === id[index]))
      return selected.length === 0 ? fault('timeout') : { ok: true, atMs: 0, turnaroundMs: 50, frame: { kind: 'ack' } }
    }
    if (frame.control === 0x40) {
      selected = []
      return { ok: true, atMs: 0, turnaroundMs: 50, frame: { kind: 'ack' } }
    }
    const [only, another] = selected
    if (only === undefined) return fault('timeout')
    if (another !== undefined) return fault('crc')
    const data = encodeTelegram({ id: only, manufacturer: 'TST', version: 1, medium: 2, accessNumber: 1 }, [])
    return { ok: true, atMs: 0, turnaroundMs: 50, frame: { kind: 'long', control: 8, address: 1, ci: 0x72, data } }
  }
  return { line: { converse: (task) => task(exchange) } satisfies Pick<MbusLine, 'converse'>, asked: () => asked }
}

const find = async (line: Pick<MbusLine, 'converse'>) => {
  const found: (string | null)[] = []
  for await (const event of searchMbus(line, { by: 'secondary', isCancelled: () => false }))
    if (event.kind === 'found') found.push(event.meter.id)
  return found.sort()
}

describe('a search by number', () => {
  it('finds every meter of any bus', async () => {
    const ids = fc.uniqueArray(
      fc.integer({ min: 0, max: 99_999_999 }).map((id) => String(id).padStart(8, '0')),
      { minLength: 1, maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(ids, async (meters) => {
        expect(await find(busOf(meters, new Set()).line)).toEqual(meters.toSorted())
      }),
      { numRuns: 200, seed: 7 },
    )
  })

  it('loses no meter of two to one lost answer below their common digits, wherever it falls', async () => {
    const meters = ['40000712', '40000717']
    const clean = busOf(meters, new Set())
    await find(clean.line)
    // The first question is to everybody: several answer, or the search ends there and says so.
    for (let at = 3; at <= clean.asked(); at += 1)
      expect(await find(busOf(meters, new Set([at])).line), `answer ${String(at)} lost`).toEqual(meters)
  })
})
