import type { ChargerReading, Image, MeterReading } from '../../shared/model/image.ts'
import { perPhase, phases } from '../../shared/model/phase.ts'
import { goodSample, type Sample } from '../../shared/model/sample.ts'
import { siteSchema } from '../../shared/site/site.ts'
import { createWiring } from '../core/derive/wiring/wiring.ts'
import type { BenchOptions, BenchResult } from './result.ts'

/** One incomer over feeders, each with a meter and a charger: what the passive checks follow once a second. */
const meters = 200
const site = siteSchema.parse({
  version: 1,
  id: 'bench',
  name: 'Bench',
  grid: { limit: 6000 },
  lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
  meters: Array.from({ length: meters }, (_, at) => ({ id: `m${at}`, profile: 'none', line: 'lan', unit: 1 })),
  circuits: Array.from({ length: meters }, (_, at) => ({
    id: `c${at}`,
    ...(at === 0 ? {} : { parent: 'c0' }),
    meter: `m${at}`,
    limit: at === 0 ? 6000 : 63,
    otherLoad: 0,
  })),
  chargers: Array.from({ length: meters - 1 }, (_, at) => ({
    id: `cp${at}`,
    profile: 'none',
    line: 'lan',
    circuit: `c${at + 1}`,
    maximum: 32,
    fallback: 6,
  })),
})

/** A second of all of them: currents that ripple, and a charger that steps now and then. */
const picture = (second: number): Image => {
  const atMs = 1_000_000 + second * 1000
  const amperes = (at: number, phase: number) =>
    10 + (Math.floor(second / 40 + at) % 2) * 6 + 0.05 * Math.sin(second * 3 + at + phase)
  const feeders = Array.from({ length: meters - 1 }, (_, at) => at + 1)
  const reading = (at: number): MeterReading => {
    const samples: Record<string, Sample> = { f: goodSample(50.01, atMs), e_import: goodSample(1000 + second, atMs) }
    let total = 0
    phases.forEach((phase, index) => {
      const mark = phase.toLowerCase()
      const current = at === 0 ? feeders.reduce((sum, feeder) => sum + amperes(feeder, index), 0) : amperes(at, index)
      const [active, reactive] = [current * 230 * 0.99, current * 230 * 0.14]
      total += active
      for (const [key, value] of [
        [`u_${mark}n`, 230],
        [`i_${mark}`, current],
        [`p_${mark}`, active],
        [`q_${mark}`, reactive],
        [`s_${mark}`, current * 230],
        [`pf_${mark}`, 0.99],
      ] as const)
        samples[key] = goodSample(value, atMs)
    })
    for (const key of ['u_l1l2', 'u_l2l3', 'u_l3l1']) samples[key] = goodSample(398.4, atMs)
    samples['p_total'] = goodSample(total, atMs)
    return { samples }
  }
  const charger = (at: number): ChargerReading => ({
    status: { value: 'charging', code: null, quality: 'good', atMs },
    samples: {},
    siteCurrentA: perPhase((phase) => goodSample(amperes(at + 1, phases.indexOf(phase)), atMs)),
  })
  return {
    seq: second,
    atMs,
    circuits: {},
    meters: Object.fromEntries(site.meters.map(({ id }, at) => [id, reading(at)])),
    chargers: Object.fromEntries(site.chargers.map(({ id }, at) => [id, charger(at)])),
  }
}

/** Processor time of this process, ms. */
const worked = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export const run = async ({ isLong }: BenchOptions): Promise<BenchResult> => {
  const seconds = isLong ? 1200 : 240
  const wiring = createWiring(site, new Map())
  let spentMs = 0
  for (let second = 0; second < seconds; second += 1) {
    const image = picture(second)
    const before = worked()
    wiring.read(image.meters)
    wiring.step(image)
    wiring.reports()
    spentMs += worked() - before
  }
  const share = (100 * spentMs) / (seconds * 1000)
  const bad = [...wiring.reports().values()].flat().filter(({ state }) => state === 'wrong' || state === 'check').length
  return Promise.resolve({
    name: `Passive wiring checks of ${meters} meters, ${seconds} s of site time`,
    results: [
      { label: 'share of a core', value: share, unit: '%', target: 'under 2 %', met: share < 2 },
      { label: 'false findings on this healthy site', value: bad, unit: '', target: '0', met: bad === 0 },
    ],
  })
}
