import type { Live } from '../../api/live-contract.ts'
import { goodSample, missingSample } from '../../model/sample.ts'
import { siteSchema } from '../../site/site.ts'

export const atMs = Date.UTC(2026, 10, 23, 10)

/** A feeder with a meter that lost L2, a charger, and names that hold what texts must escape. */
export const feedSite = siteSchema.parse({
  version: 1,
  id: 'depot',
  name: 'Depot "North"\\',
  grid: { limit: 100 },
  lines: [{ transport: 'tcp', id: 'lan', host: '10.0.0.1', port: 502 }],
  meters: [{ id: 'm1', profile: 'p', line: 'lan' }],
  circuits: [
    { id: 'main', meter: 'm1' },
    { id: 'one-phase', parent: 'main', phases: ['L2'] },
  ],
  chargers: [{ id: 'cp1', line: 'lan', unit: 2, profile: 'c', circuit: 'main', maximum: 32 }],
})

const phase = (currentA: number) => ({
  currentA: goodSample(currentA, atMs - 500),
  limitA: 100,
  headroomA: 100 - currentA,
  thermalUsedPercent: null,
})
const lost = { currentA: missingSample('timeout', atMs - 4000), limitA: 100, headroomA: null, thermalUsedPercent: null }

export const feedLive = (seq = 7): Live => ({
  image: {
    seq,
    atMs,
    meters: {
      m1: {
        samples: {
          u_l1n: goodSample(231.5, atMs - 500),
          i_l1: goodSample(40.25, atMs - 500),
          i_l2: missingSample('timeout', atMs - 4000),
          e_import: goodSample(1234.5, atMs - 9000),
        },
      },
    },
    chargers: {
      cp1: {
        status: { value: 'charging', code: '3', quality: 'good', atMs },
        samples: { limit: goodSample(13, atMs - 1000), p_total: goodSample(8970, atMs - 800) },
        siteCurrentA: {
          L1: goodSample(13, atMs - 800),
          L2: goodSample(0, atMs - 800),
          L3: missingSample('absent', null),
        },
      },
    },
    circuits: {
      main: { source: 'meter', meterId: 'm1', phases: { L1: phase(40.25), L2: lost, L3: phase(0) }, ageMs: 500 },
    },
  },
  control: { mode: 'armed', readOnly: null, armed: null, decision: null, overrides: [], writes: {} },
  findings: [],
  notAssessed: [],
})
