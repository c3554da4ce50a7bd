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
  it('end where a first time is none: no cycle of a second would ever get on from there', () => {
    expect(() => read([{ at: -1e300, meter, values: {} }])).toThrow('none of the lines that are known')
  })
  it('say how often a charger is read, by which its values age: the longest of the last gaps, from a second to a minute', () => {
    const beats = (atS: readonly number[]) =>
      read(atS.map((second) => ({ at: t0 + 1000 * second, charger: 'a', values: { limit: 16 } })))
        .flatMap(({ input }) => (input.kind === 'observation' ? [input.observation] : []))
        .map((observation) => ('periodMs' in observation ? observation.periodMs : undefined))
    expect(beats([0, 10, 20])).toEqual([null, 10_000, 10_000])
    // One exchange in two lines, one that was lost, and a long rest.
    expect(beats([0, 0, 10, 10, 30, 40, 50, 60])).toEqual([null, 1000, 10_000, 10_000, 20_000, 20_000, 20_000, 10_000])
    expect(beats([0, 0.2, 600])).toEqual([null, 1000, 60_000])
  })
  it.each([
    ['{"at":', 'line 2 of the readings: it is not JSON'],
    [{ at: t0 - 1, meter, values: {} }, 'earlier than the line before it'],
    [{ at: t0 + 7_200_000, meter, values: {} }, 'more than an hour'],
    [{ at: t0 + 1, meter: 'nobody', values: {} }, 'the site has no meter nobody'],
    [{ at: t0 + 1, charger: '__proto__', values: {} }, 'the site has no charger __proto__'],
    [{ at: t0 + 1, meter, values: { i_l1: 'twelve' } }, 'it is none of the lines that are known'],
    [{ at: t0 + 1, meter, values: { I_L1: 12 } }, 'there is no value I_L1; names are such as u_l1n or i_l1'],
    [{ at: t0 + 1, charger: 'a', values: { i_l1: 12 } }, 'there is no value i_l1; names are such as limit or i_t1'],
    [
      { at: t0 + 1, sampled: 'scope', circuit: 'nowhere', highest: [1, 1, 1], rms: [1, 1, 1] },
      'the site has no circuit nowhere',
    ],
    [{ at: 1e300, meter, values: {} }, 'it is none of the lines that are known'],
    [{ at: 'yesterday', meter, values: {} }, 'it is none of the lines that are known'],
  ])('%j is refused with its line', (line, why) => {
    expect(() => read([{ at: t0, meter, values: {} }, line])).toThrow(why)
  })
})
