import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Image, MeterReading } from '../../../../shared/model/image.ts'
import { phases } from '../../../../shared/model/phase.ts'
import { goodSample } from '../../../../shared/model/sample.ts'
import { readMeterProfile } from '../../../../shared/profile/read-profile.ts'
import { siteSchema } from '../../../../shared/site/site.ts'
import { createWiring } from './wiring.ts'

const file = 'siemens-pac2200.yaml'
const read = readMeterProfile(
  readFileSync(new URL(`../../../../assets/profiles/meters/${file}`, import.meta.url), 'utf8'),
  file,
)
if (!read.ok) throw new Error(file)
const site = siteSchema.parse({
  version: 1,
  id: 'depot',
  name: 'Depot',
  grid: { limit: 100 },
  lines: [{ transport: 'tcp', id: 'lan', host: '127.0.0.1', port: 502 }],
  meters: [{ id: 'm', profile: read.profile.id, line: 'lan' }],
  circuits: [{ id: 'main', meter: 'm', limit: 100 }],
  chargers: [],
})

/** A healthy meter with `amperes` on each phase at unity; its total was read last at `totalMs`, when it was `totalA`. */
const readingOf = (atMs: number, amperes: number, totalMs: number, totalA: number): MeterReading => ({
  samples: Object.fromEntries([
    ...phases.flatMap((phase) => [
      [`u_${phase.toLowerCase()}n`, goodSample(230 + (atMs % 700) / 7000, atMs)] as const,
      [`i_${phase.toLowerCase()}`, goodSample(amperes, atMs)] as const,
      [`p_${phase.toLowerCase()}`, goodSample(amperes * 230, atMs)] as const,
      [`s_${phase.toLowerCase()}`, goodSample(amperes * 230, atMs)] as const,
    ]),
    ['p_total', goodSample(totalA * 690, totalMs)] as const,
  ]),
})
const imageOf = (seq: number, atMs: number, reading: MeterReading): Image => ({
  seq,
  atMs,
  meters: { m: reading },
  chargers: {},
  circuits: {},
})

it.each([
  ['while the total of before a jump is the newest there is', (second: number) => Math.min(second, 60)],
  ['while the total is read each fifth second', (second: number) => second - (second % 5)],
])('a healthy meter is not called wrong %s', (_, totalAt) => {
  const wiring = createWiring(site, new Map([[read.profile.id, read.profile]]))
  const loadAt = (second: number) => (second <= 60 ? 50 : 17 + Math.floor(second / 30) * 6)
  for (let second = 0; second < 120; second += 1) {
    const [atMs, totalSecond] = [second * 1000, totalAt(second)]
    wiring.step(imageOf(second, atMs, readingOf(atMs, loadAt(second), totalSecond * 1000, loadAt(totalSecond))))
    const bad = wiring
      .reports()
      .get('m')
      ?.filter(({ state }) => state === 'wrong' || state === 'check')
    expect(bad?.map(({ title }) => title) ?? [], `second ${second}`).toEqual([])
  }
})
