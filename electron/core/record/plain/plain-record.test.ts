import { describe, expect, it } from 'vitest'
import { sceneSite } from '../../detectors/test-support/scene.ts'
import { createTurnReader, createTurnWriter } from '../tape/turn-line.ts'
import { createPlainReader } from './plain-record.ts'

const site = { ...sceneSite(), waves: [{ id: 'scope', host: '192.0.2.9', port: 7110, circuit: 'main' }] }
const meter = site.meters[0]?.id ?? ''
const t0 = Date.UTC(2026, 0, 1)
const read = (lines: readonly unknown[]) => {
  const reader = createPlainReader(site)
  return lines.flatMap((line, at) => [...reader(typeof line === 'string' ? line : JSON.stringify(line), at + 1)])
}

describe('plain readings', () => {
  it('are turns with a tick a second between them, which a record holds as they are', () => {
    const turns = read([
      { at: t0, meter, values: { i_l1: 12, i_l2: null } },
      { at: '2026-01-01T00:00:02.500Z', meter, missing: 'timeout' },
      { at: t0 + 2600, sampled: 'scope', circuit: 'main', highest: [10, null, 12], rms: [9, null, 11] },
      { at: t0 + 2700, sampled: 'scope', event: 'dip', from: t0 + 2650, to: null, extreme: 120, channels: ['u1'] },
      { at: t0 + 3000, said: 'it was dark', who: 'Ana' },
    ])
    expect(turns.map(({ at, input }) => [at.utcMs - t0, input.kind])).toEqual([
      ...[
        [0, 'observation'],
        [1000, 'tick'],
        [2000, 'tick'],
        [2500, 'observation'],
        [2600, 'observation'],
      ],
      ...[
        [2700, 'observation'],
        [3000, 'tick'],
        [3000, 'intent'],
      ],
    ])
    expect(turns[0]?.input).toMatchObject({ observation: { samples: { i_l2: { value: null, quality: 'absent' } } } })
    expect(turns[3]?.input).toMatchObject({ observation: { samples: { i_l1: { quality: 'timeout' } } } })
    const [write, readBack] = [createTurnWriter(), createTurnReader()]
    const back = turns.flatMap((turn) => write(turn)).flatMap((line) => readBack(JSON.parse(line) as never) ?? [])
    expect(back).toEqual(turns)
  })
  it.each([
    ['{"at":', 'line 2 of the readings: it is not JSON'],
    [{ at: t0 - 1, meter, values: {} }, 'earlier than the line before it'],
    [{ at: t0 + 7_200_000, meter, values: {} }, 'more than an hour'],
    [{ at: t0 + 1, meter: 'nobody', values: {} }, 'the site has no meter nobody'],
    [{ at: t0 + 1, charger: '__proto__', values: {} }, 'the site has no charger __proto__'],
    [{ at: t0 + 1, meter, values: { i_l1: 'twelve' } }, 'it is none of the lines that are known'],
    [{ at: 'yesterday', meter, values: {} }, 'it is none of the lines that are known'],
  ])('%j is refused with its line', (line, why) => {
    expect(() => read([{ at: t0, meter, values: {} }, line])).toThrow(why)
  })
})
