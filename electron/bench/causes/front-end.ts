import type { SampledObservation } from '../../../shared/model/observation.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Dice } from './dice.ts'
import type { Plant, Three } from './plant.ts'
import type { Shape } from './shapes.ts'

const sourceId = 'scope'

/** The same site with a sampling front end at its uppermost circuit, as where somebody wanted to know. */
export const withFrontEnd = (shape: Shape): Shape => {
  const [main] = shape.site.circuits
  return main === undefined
    ? shape
    : { ...shape, site: { ...shape.site, waves: [{ id: sourceId, host: '192.0.2.9', port: 7110, circuit: main.id }] } }
}

const isBelow = (site: Site, id: string, above: string): boolean => {
  for (let at: string | undefined = id; at !== undefined; at = site.circuits.find((one) => one.id === at)?.parent)
    if (at === above) return true
  return false
}

/**
 * What its analysis says: ten times a second the currents of the circuit it samples, with what lasted for milliseconds, and dips,
 * swells and interruptions. Its clock is off by up to a second.
 */
export const createFrontEnd = (site: Site, plant: Plant, dice: Dice) => {
  const circuitId = site.waves[0]?.circuit
  const aheadMs = Math.round(dice.between(-900, 900))
  let surge: Three = [0, 0, 0]
  let open: { readonly kind: 'dip' | 'swell' | 'interruption'; readonly fromMs: number; extremeV: number } | null = null

  const currents = (atMs: number): SampledObservation[] => {
    const sum = plant.sums.get(circuitId ?? '') ?? [0, 0, 0]
    const tenth = (endMs: number, extra: Three): SampledObservation => {
      const of = (p: number): number => Math.max(0, (sum[p] ?? 0) * (1 + dice.between(-0.002, 0.002)))
      const rms: Three = [of(0), of(1), of(2)]
      const added = (share: number): Three => [
        rms[0] + share * extra[0],
        rms[1] + share * extra[1],
        rms[2] + share * extra[2],
      ]
      return {
        kind: 'sampled-current',
        source: sourceId,
        circuitId: circuitId ?? '',
        atMs: endMs,
        highestA: added(1),
        rmsA: added(0.3),
      }
    }
    const extra = surge
    surge = [0, 0, 0]
    return [tenth(atMs - 100, [0, 0, 0]), tenth(atMs, extra)]
  }
  const voltage = (atMs: number): SampledObservation[] => {
    const volts = plant.voltages(circuitId ?? '')
    const nominal = site.grid.nominalVoltage
    const [low, high] = [Math.min(...volts), Math.max(...volts)]
    const kind =
      high < 0.05 * nominal ? 'interruption' : low < 0.9 * nominal ? 'dip' : high > 1.1 * nominal ? 'swell' : null
    const told: SampledObservation[] = []
    const tell = (toMs: number | null): void => {
      if (open === null) return
      const channels = phases.flatMap((phase, p) =>
        Math.abs((volts[p] ?? nominal) - nominal) > 0.1 * nominal || toMs !== null ? [`u_${phase.toLowerCase()}n`] : [],
      )
      told.push({
        kind: 'sampled-voltage',
        source: sourceId,
        event: { kind: open.kind, fromMs: open.fromMs, toMs, isCut: false, extremeV: open.extremeV, channels },
      })
    }
    if (open !== null && open.kind !== kind) {
      tell(atMs)
      open = null
    }
    if (kind === null) return told
    const extremeV = kind === 'swell' ? high : low
    if (open === null) {
      open = { kind, fromMs: atMs, extremeV }
      tell(null)
    } else open.extremeV = kind === 'swell' ? Math.max(open.extremeV, extremeV) : Math.min(open.extremeV, extremeV)
    return told
  }

  return {
    /** A current of some milliseconds on a circuit: seen here where it is below. */
    surge: (id: string, amperes: number): void => {
      if (circuitId !== undefined && isBelow(site, id, circuitId))
        surge = [amperes * 0.6, amperes * 0.5, amperes * 0.4].sort(() => dice.between(-1, 1)) as Three
    },
    /** What it says by now; nothing where the site has none. */
    poll: (nowMs: number): readonly SampledObservation[] => {
      if (circuitId === undefined) return []
      const atMs = nowMs + aheadMs
      return [...currents(atMs), ...voltage(atMs)]
    },
  }
}
export type FrontEnd = ReturnType<typeof createFrontEnd>
