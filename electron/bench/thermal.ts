import { createThermalTracker } from '../core/derive/thermal-tracker.ts'
import { goodSample } from '../../shared/model/sample.ts'
import type { SiteBreaker } from '../../shared/site/site.ts'
import type { BenchResult } from './result.ts'

const nodes = 500
const poles = 3
const perSecond = 5
/** Simulated time, s: long enough that the compiler has seen everything. */
const seconds = 120
const target = 3

/** Every kind of model in turn: a site of one kind would be the kindest case. */
const breakers: readonly SiteBreaker[] = [
  { standard: 'IEC 60898-1', curve: 'C', rating: 32, ambient: 40, groupedWith: 5 },
  { standard: 'IEC 60947-2', curve: 'thermal-magnetic', rating: 160 },
  { standard: 'IEC 60269 gG', curve: 'gG', rating: 63 },
  {
    standard: 'IEC 60947-2',
    curve: 'electronic',
    rating: 400,
    tripUnit: { ir: 250, tr: 16, trAt: 6, isd: 6, tsd: 0.1, isdI2t: true, ii: 10, igI2t: false, memory: true },
  },
  { standard: 'IEC 60898-1', curve: 'B', rating: 16, points: '1.45,60,900\n2.55,8,50\n4,2,12' },
]

/** 500 nodes x 3 poles x early and late bound, each from a cold and a hot past, at 5 readings a second; the band worked out at each. */
export const run = (): Promise<BenchResult> => {
  const trackers = Array.from({ length: nodes * poles }, (_, index) =>
    createThermalTracker(breakers[Math.floor(index / poles) % breakers.length]),
  )
  let worst = 0
  const pass = (fromS: number): number => {
    const startedMs = performance.now()
    for (let step = 0; step < seconds * perSecond; step += 1) {
      const nowMs = (fromS + step / perSecond) * 1000
      for (const [index, tracker] of trackers.entries()) {
        const currentA = 10 + ((step + index) % 30)
        tracker.noteSample(currentA)
        worst = Math.max(worst, tracker.step(goodSample(currentA, nowMs), nowMs).band?.highPercent ?? 0)
      }
    }
    return (100 * (performance.now() - startedMs)) / (seconds * 1000)
  }
  pass(1000)
  const share = pass(1000 + seconds)
  return Promise.resolve({
    name: `Thermal images of ${nodes} nodes x ${poles} poles x 2 bounds at ${perSecond} Hz (hottest ${worst.toFixed(0)} %)`,
    results: [{ label: 'share of one core', value: share, unit: '%', target: `below ${target}`, met: share < target }],
  })
}
