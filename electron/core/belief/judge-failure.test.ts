import { expect, it } from 'vitest'
import { goodSample } from '../../../shared/model/sample.ts'
import { siteSchema } from '../../../shared/site/site.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import { createBelief } from './belief.ts'

const prepare = () => {
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 63 },
    lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
    meters: ['m', 'n'].map((id) => ({ id, profile: 'p', line: 'lan' })),
    circuits: [
      { id: 'main', meter: 'm' },
      { id: 'sub', parent: 'main', limit: 32, meter: 'n' },
    ],
    chargers: [],
  })
  const clock = createFakeClock()
  const failures: unknown[] = []
  let broken: string | null = null
  const belief = createBelief({
    site,
    meterProfiles: new Map(),
    clock,
    model: {
      said: (meterId) => {
        if (meterId === broken) throw new Error('a judge is broken')
        return null
      },
      wonder: () => undefined,
    },
    onFailure: (error) => failures.push(error),
  })
  const reading = () => ({ i_l1: goodSample(10, clock.nowMs()), u_l1n: goodSample(230, clock.nowMs()) })
  return {
    failures,
    breakOn: (meterId: string | null) => {
      broken = meterId
    },
    observe: (meterId: string) => belief.observe(meterId, reading()),
    step: () => belief.step({ m: { samples: reading() }, n: { samples: reading() } }, {}),
  }
}

it('a meter whose judge throws is not believed, the others are, and whoever tells of failing parts is told', () => {
  const bench = prepare()
  expect(bench.observe('m')['i_l1']).toMatchObject({ quality: 'good', value: 10 })
  bench.breakOn('m')
  expect(bench.observe('m')).toMatchObject({
    i_l1: { quality: 'implausible', value: null },
    u_l1n: { quality: 'implausible', value: null },
  })
  expect(bench.observe('n')['i_l1']).toMatchObject({ quality: 'good', value: 10 })
  const meters = bench.step()
  expect(meters['m']?.samples['i_l1']).toMatchObject({ quality: 'implausible', value: null })
  expect(meters['m']?.doubts).toMatchObject([{ kind: 'not-judged', keys: ['*'] }])
  expect(meters['n']?.samples['i_l1']).toMatchObject({ quality: 'good', value: 10 })
  expect(bench.failures.map(String)).toEqual(['Error: a judge is broken', 'Error: a judge is broken'])
})

it('what failed over a reply takes the meter away from the images too, until a reply was judged again', () => {
  const bench = prepare()
  bench.breakOn('m')
  bench.observe('m')
  bench.breakOn(null)
  expect(bench.step()['m']?.doubts).toMatchObject([{ kind: 'not-judged' }])
  expect(bench.observe('m')['i_l1']).toMatchObject({ quality: 'good', value: 10 })
  expect(bench.step()['m']?.doubts).toBeUndefined()
})
