import type { SupplyEvidence } from '../../../../shared/forensics/evidence.ts'
import type { Site, SiteCircuit } from '../../../../shared/site/site.ts'
import { meteredAbove } from '../../detectors/circuit-tree.ts'
import { chargerLook, meterLook, type History } from '../history.ts'

/** A supply below half of its nominal voltage is no supply; above 85 % it is back. Editable assumptions. */
const goneBelow = 0.5
const backAbove = 0.85
/** The window of EN 50160 and of PEN devices at 230 V: 207 and 253 V. */
const windowLow = 0.9
const windowHigh = 1.1

/** The meters whose voltage is that of the supply above a circuit: the metered one above, else the uppermost, else its own. */
export const supplyMeters = (site: Site, circuit: SiteCircuit | null): readonly string[] => {
  const above = circuit === null ? null : meteredAbove(site, circuit)
  if (above?.meter !== undefined) return [above.meter]
  if (circuit?.meter !== undefined) return [circuit.meter]
  const root = site.circuits.find(({ parent }) => parent === undefined)
  return root?.meter === undefined ? site.meters.slice(0, 1).map(({ id }) => id) : [root.meter]
}

export const gatherSupply = (
  history: History,
  circuit: SiteCircuit | null,
  atMs: number,
  untilMs: number,
): SupplyEvidence => {
  const { site } = history
  const { layout } = history.columnsOf
  const nominalV = site.grid.nominalVoltage
  const meters = supplyMeters(site, circuit)
  const all = history.frames(-Infinity, untilMs).map((frame) => {
    const looks = meters.map((id) => meterLook(layout, frame, id))
    const lows = looks.flatMap(({ lowestV }) => (lowestV === null ? [] : [lowestV]))
    const highs = looks.flatMap(({ highestV }) => (highestV === null ? [] : [highestV]))
    const isDark =
      site.meters.every(({ id }) => meterLook(layout, frame, id).trust === 'silent') &&
      site.chargers.every(({ id }) => !chargerLook(layout, frame, id).answers)
    return {
      atMs: frame.atMs,
      low: lows.length === 0 ? null : Math.min(...lows),
      high: highs.length === 0 ? null : Math.max(...highs),
      isDark,
    }
  })
  const before = all.filter((one) => one.atMs < atMs - 500)
  const after = all.filter((one) => one.atMs >= atMs - 500)
  const beforeV = before.findLast(({ low }) => low !== null)?.low ?? null
  const near = after.filter((one) => one.atMs <= atMs + 8000 && one.low !== null)
  const afterV = near.length === 0 ? null : Math.min(...near.map(({ low }) => low ?? Infinity))
  const wasUp = before.some(({ low }) => (low ?? 0) >= backAbove * nominalV)

  // Lost and back again before the moment.
  let lostMs: number | null = null
  let returnedMs: number | null = null
  for (const { atMs: at, low, isDark } of before.slice(before.findIndex(({ low: v }) => v !== null))) {
    if ((low !== null && low < goneBelow * nominalV) || (low === null && isDark)) lostMs ??= at
    else if (low !== null && low >= backAbove * nominalV && lostMs !== null) {
      if (at - lostMs >= 1500) returnedMs = at
      lostMs = null
    }
  }

  // Outside the window up to the moment, or ending just before it.
  let outMs: number | null = null
  let best = { lastedS: 0, worstV: null as number | null }
  let worst: number | null = null
  for (const { atMs: at, low, high } of all.filter((one) => one.atMs <= atMs + 1000)) {
    if (low === null || high === null) continue
    const isOut = (low < windowLow * nominalV && low >= goneBelow * nominalV) || high > windowHigh * nominalV
    if (!isOut) {
      outMs = null
      worst = null
      continue
    }
    outMs ??= at
    const here = high > windowHigh * nominalV ? high : low
    worst = worst === null || Math.abs(here - nominalV) > Math.abs(worst - nominalV) ? here : worst
    if (atMs - at <= 15_000) best = { lastedS: Math.max(0.5, (at - outMs) / 1000), worstV: worst }
  }
  const inside = after.find(
    ({ low, high, atMs: at }) =>
      at > atMs && low !== null && high !== null && low >= windowLow * nominalV && high <= windowHigh * nominalV,
  )

  const ownMeter = circuit?.meter
  const below =
    ownMeter === undefined || meters.includes(ownMeter)
      ? null
      : (history
          .frames(atMs, Math.min(untilMs, atMs + 10_000))
          .map((frame) => meterLook(layout, frame, ownMeter).lowestV)
          .findLast((volts) => volts !== null) ?? null)
  return {
    isKnown: afterV !== null,
    beforeV,
    afterV,
    isGone: afterV !== null && wasUp && afterV < goneBelow * nominalV,
    belowV: below,
    returnedBeforeS: returnedMs === null ? null : (atMs - returnedMs) / 1000,
    outsideS: beforeV === null ? null : best.lastedS,
    outsideV: best.worstV,
    insideAgainS: best.lastedS === 0 || inside === undefined ? null : (inside.atMs - atMs) / 1000,
    nominalV,
  }
}
