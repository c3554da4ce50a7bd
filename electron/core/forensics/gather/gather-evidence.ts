import type {
  CircuitFacts,
  IncidentEvidence,
  IncidentKind,
  OverloadEvidence,
  PoleEvidence,
} from '../../../../shared/forensics/evidence.ts'
import { effectiveRatingA } from '../../../../shared/electrical/breaker/derating.ts'
import { phases } from '../../../../shared/model/phase.ts'
import { circuitLimitA } from '../../../../shared/site/circuit-limit.ts'
import type { Site, SiteCharger, SiteCircuit } from '../../../../shared/site/site.ts'
import { chargersUnder } from '../../detectors/circuit-tree.ts'
import { chargerLook, circuitLook, meterLook, type History } from '../history.ts'
import { gatherCharger, startsOf } from './gather-chargers.ts'
import { gatherDevice, gatherSettings } from './gather-device.ts'
import { gatherDip } from './gather-dip.ts'
import { gatherPoles, lastedAbove } from './gather-poles.ts'
import { gatherPhaseMap, gatherStiffness } from './gather-steps.ts'
import { gatherSurge } from './gather-surge.ts'
import { gatherSupply, supplyMeters } from './gather-supply.ts'
import { locateFall, type Fall } from './locate-fall.ts'

/** What is to be explained: a moment, where, and as what it was noticed. */
export interface Happening {
  readonly kind: IncidentKind
  readonly atMs: number
  readonly circuitId: string | null
  /** Only these chargers were concerned; null: all below the circuit. */
  readonly chargerIds: readonly string[] | null
  readonly earlier: IncidentEvidence['earlier']
}

/** How far around the moment the fall of the load is looked for, ms. */
const searchBeforeMs = 35_000
const searchAfterMs = 6000

const factsOf = (
  site: Site,
  circuit: SiteCircuit,
  chargers: readonly SiteCharger[],
  { inForce, irA, settingDiffers, isSetLower }: ReturnType<typeof gatherSettings>,
): CircuitFacts => {
  const { breaker } = circuit
  return {
    id: circuit.id,
    name: circuit.name ?? circuit.id,
    ratingA: breaker === undefined ? null : (irA ?? breaker.tripUnit?.ir ?? breaker.rating),
    effectiveA: inForce === undefined ? null : (irA ?? effectiveRatingA(inForce)),
    breaker: breaker === undefined ? null : `${breaker.standard} ${breaker.curve}${String(breaker.rating)}`,
    declaredLimitA: circuit.limit ?? null,
    limitA: circuitLimitA(site, circuit),
    largestChargerA: chargers.length === 0 ? null : Math.max(...chargers.map(({ maximum }) => maximum)),
    chargersOnIt: chargers.length,
    settingDiffers,
    isSetLower,
    hasRcd: breaker?.rcd === undefined ? null : true,
  }
}

const overloadOf = (
  history: History,
  circuit: SiteCircuit,
  limitA: number,
  chargers: readonly SiteCharger[],
  untilMs: number,
): OverloadEvidence => {
  const runs = phases.map((phase, index) => {
    const readings = history
      .circuitCurrent(circuit.id, index, untilMs - 900_000, untilMs + 20)
      .filter(({ value, atMs }) => !Number.isNaN(value) && atMs <= untilMs + 20)
    const { lastedS, sinceMs } = lastedAbove(readings, 1.03 * limitA)
    const isRecent = readings.length > 0
    const worst = readings.filter(({ atMs }) => atMs >= sinceMs).map(({ value }) => value)
    return { phase, lastedS, sinceMs, isRecent, worstA: lastedS > 0 && worst.length > 0 ? Math.max(...worst) : null }
  })
  const isKnown = runs.some(({ isRecent }) => isRecent)
  const longest = runs.reduce(
    (best, run) => (run.lastedS > best.lastedS ? run : best),
    runs[0] ?? { phase: 'L1' as const, lastedS: 0, sinceMs: 0, isRecent: false, worstA: null },
  )
  const { layout } = history.columnsOf
  const limitsIn = (fromMs: number, toMs: number) =>
    history.frames(fromMs, toMs).map((frame) => ({
      atMs: frame.atMs,
      limits: chargers.map(({ id }) => chargerLook(layout, frame, id).limitA),
      currents: chargers.map(({ id }) => chargerLook(layout, frame, id).highest),
    }))
  const around = limitsIn(longest.sinceMs - 20_000, untilMs + 5000)
  let loweredMs: number | null = null
  let rose = false
  let hasLimits = false
  for (const [index, row] of around.entries()) {
    const last = around[index - 1]
    if (last === undefined) continue
    for (const [at, limit] of row.limits.entries()) {
      const before = last.limits[at] ?? null
      const currentBefore = last.currents[at] ?? null
      const current = row.currents[at] ?? null
      if (limit !== null) hasLimits = true
      if (limit !== null && before !== null && row.atMs >= longest.sinceMs && limit < before - 0.9)
        loweredMs ??= row.atMs
      if (row.atMs <= longest.sinceMs + 4000) {
        if (limit !== null && before !== null && limit > before + 0.9) rose = true
        if (current !== null && currentBefore !== null && current >= 2.5 && currentBefore < 1) rose = true
      }
    }
  }
  // What chargers do not draw they have not begun: half of the load must be theirs, where they tell it.
  const drawn = around
    .filter(({ atMs }) => atMs <= untilMs + 500)
    .findLast(({ currents }) => currents.some((one) => one !== null))
  const drawnA = drawn?.currents.reduce<number>((sum, one) => sum + (one ?? 0), 0) ?? null
  const isTheirs = drawnA === null || longest.worstA === null || drawnA >= 0.5 * longest.worstA
  return {
    isKnown,
    phase: longest.lastedS > 0 ? longest.phase : null,
    lastedS: longest.lastedS,
    worstA: longest.worstA,
    cameWithStart: longest.lastedS > 0 && rose && isTheirs,
    wasLowered: hasLimits ? loweredMs !== null : null,
    lowestLoweredS: loweredMs === null ? null : Math.max(0, (loweredMs - longest.sinceMs) / 1000),
  }
}

const neutralOf = (history: History, circuit: SiteCircuit | null, poles: readonly PoleEvidence[], untilMs: number) => {
  const { layout } = history.columnsOf
  const meter = circuit?.meter
  const looks =
    meter === undefined
      ? []
      : history.frames(untilMs - 120_000, untilMs + 200).map((frame) => meterLook(layout, frame, meter))
  const most = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value): value is number => value !== null)
    return known.length === 0 ? null : Math.max(...known)
  }
  const currents = poles.flatMap(({ beforeA }) => (beforeA === null ? [] : [beforeA]))
  const [a = 0, b = 0, c = 0] = currents
  return {
    measuredA: most(looks.map(({ neutralA }) => neutralA)),
    // Unity power factor (electrical.md 2): the fundamental part only.
    fundamentalA: currents.length < 3 ? null : Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a)),
    largestPhaseA: currents.length === 0 ? null : Math.max(...currents),
    thdPercent: most(looks.map(({ thdPercent }) => thdPercent)),
    residualA: most(looks.slice(-10).map(({ residualA }) => residualA)),
  }
}

const hourIn = (timezone: string, atMs: number): number => {
  const hour = (zone: string): number =>
    Number(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(atMs))
  try {
    return hour(timezone)
  } catch {
    return hour('UTC')
  }
}

const boardOf = (history: History, circuit: SiteCircuit | null, atMs: number, untilMs: number) => {
  const { site } = history
  const { layout } = history.columnsOf
  const siblings =
    circuit === null
      ? []
      : site.circuits.filter(({ id, parent }) => parent === circuit.parent && id !== circuit.id && parent !== undefined)
  const frames = history.frames(untilMs - 300_000, untilMs)
  const loaded = siblings.filter((sibling) => {
    const values = frames
      .map((frame) => circuitLook(layout, frame, sibling.id).highest)
      .filter((value): value is number => value !== null)
    return (
      values.length > 0 &&
      values.reduce((sum, value) => sum + value, 0) / values.length > 0.5 * circuitLimitA(site, sibling)
    )
  })
  return {
    ambientC: circuit?.breaker?.ambient ?? null,
    groupedWith: circuit?.breaker?.groupedWith ?? null,
    loadedNeighbours: loaded.length,
    neighbours: siblings.length,
    localHour: hourIn(site.timezone, atMs),
  }
}

const highestOf = (values: readonly number[]): number | null => {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.length === 0 ? null : Math.max(...known)
}

const inrushOf = (history: History, circuit: SiteCircuit | null, fall: Fall | null, atMs: number) => {
  const meter = circuit?.meter ?? (circuit === null ? undefined : supplyMeters(history.site, circuit)[0])
  const { has, jumps } = meter === undefined ? { has: false, jumps: [] } : history.extremesOf(meter)
  const near = jumps.filter(({ fromMs, toMs }) => toMs >= (fall?.beforeMs ?? atMs) - 2000 && fromMs <= atMs + 2000)
  const sampled = circuit === null ? [] : history.sampledOf(circuit.id, (fall?.beforeMs ?? atMs) - 2000, atMs + 2000)
  const readings = circuit === null ? [] : history.circuitCurrent(circuit.id, 0, atMs - 120_000, atMs)
  const gaps = readings
    .slice(1)
    .map((reading, index) => reading.atMs - (readings[index]?.atMs ?? reading.atMs))
    .sort((a, b) => a - b)
  const typical = gaps[Math.floor(gaps.length / 2)]
  return {
    pollS: typical === undefined ? null : typical / 1000,
    hasExtremes: has,
    jumpA: near.length === 0 ? null : Math.max(...near.map(({ value }) => value)),
    sampledA: highestOf(sampled.flatMap(({ highestA }) => highestA)),
    surge: circuit === null || fall === null ? null : gatherSurge(history, circuit, fall),
  }
}

/** Load at the first sight after a time unseen, as a share of the last before it. */
const backShareOf = (history: History, circuit: SiteCircuit | null, atMs: number): number | null => {
  if (circuit === null) return null
  const { layout } = history.columnsOf
  const of = (fromMs: number, toMs: number): readonly (number | null)[] =>
    history.frames(fromMs, toMs).map((frame) => circuitLook(layout, frame, circuit.id).highest)
  const before = of(atMs - 20_000, atMs - 500).findLast((value) => value !== null) ?? null
  const after = of(atMs + 1000, atMs + 600_000)
  const unseen = after.findIndex((value) => value === null)
  const back = unseen < 0 ? null : (after.slice(unseen).find((value) => value !== null) ?? null)
  return before === null || before < 1 || back === null ? null : back / before
}

const dataOf = (
  history: History,
  circuit: SiteCircuit | null,
  chargers: readonly SiteCharger[],
  happening: Happening,
  fall: Fall | null,
  untilMs: number,
): IncidentEvidence['data'] => {
  const { atMs } = happening
  const { layout } = history.columnsOf
  const meter = circuit?.meter
  const oldestMs = history.oldestMs()
  const readings =
    circuit === null
      ? []
      : [0, 1, 2].map((phase) => history.circuitCurrent(circuit.id, phase, atMs - 300_000, fall?.beforeMs ?? atMs))
  const spans = Math.max(0, ...readings.map((series) => series.filter(({ value }) => !Number.isNaN(value)).length))
  const all = Math.max(1, ...readings.map((series) => series.length))
  const seenS = oldestMs === null ? 0 : Math.min(300, (atMs - oldestMs) / 1000)
  const after = history.frames(atMs, untilMs)
  const newest = after.at(-1)
  const trusts = meter === undefined ? [] : after.map((frame) => meterLook(layout, frame, meter).trust)
  const keptBeforeS = oldestMs === null ? 0 : Math.max(0, (atMs - oldestMs) / 1000)
  const drawing =
    newest === undefined ? [] : chargers.filter(({ id }) => (chargerLook(layout, newest, id).highest ?? 0) > 1)
  const silent = newest === undefined ? [] : chargers.filter(({ id }) => !chargerLook(layout, newest, id).answers)
  return {
    coverage: (spans / all) * (seenS / 300 > 0.2 ? 1 : seenS / 60),
    keptBeforeS,
    meterSilent: trusts.length > 0 && trusts.at(-1) === 'silent',
    meterFrozen: trusts.includes('doubted'),
    silentChargers: silent.length,
    drawingChargers: drawing.length,
    backShare: backShareOf(history, circuit, atMs),
    gaps:
      keptBeforeS < 890
        ? [
            `only ${Math.round(keptBeforeS / 60)} of the 15 minutes before are there: the program had not run for longer`,
          ]
        : [],
  }
}

/** All the evidence there is by now of what happened. Pure: the same history gives the same evidence. */
export const gatherEvidence = (history: History, happening: Happening): IncidentEvidence => {
  const { site } = history
  const circuit = site.circuits.find(({ id }) => id === happening.circuitId) ?? null
  const untilMs = history.newestMs() ?? happening.atMs
  const fall =
    circuit === null || happening.kind === 'charger-stop'
      ? null
      : locateFall(history, circuit.id, happening.atMs - searchBeforeMs, happening.atMs + searchAfterMs)
  const atMs = fall?.atMs ?? happening.atMs
  const beforeMs = fall?.beforeMs ?? atMs
  const below = circuit === null ? site.chargers : chargersUnder(site, circuit.id)
  const { chargerIds } = happening
  const concerned = chargerIds === null ? below : below.filter(({ id }) => chargerIds.includes(id))
  const chargers = concerned.map((charger) => gatherCharger(history, charger, { beforeMs, atMs, untilMs }))
  const settings = circuit === null ? null : gatherSettings(history, circuit, atMs)
  const poles = circuit === null ? [] : gatherPoles(history, { ...circuit, breaker: settings?.inForce }, fall, atMs)
  const { residualA, ...neutral } = neutralOf(history, circuit, poles, beforeMs)
  return {
    kind: happening.kind,
    atMs,
    withinS: Math.max(0, (atMs - beforeMs) / 1000),
    circuit: circuit === null || settings === null ? null : factsOf(site, circuit, below, settings),
    poles,
    chargers,
    supply: {
      ...gatherSupply(history, circuit, atMs, untilMs),
      sampledDip: gatherDip(history, circuit, fall, atMs),
    },
    neutral,
    overload:
      circuit === null
        ? {
            isKnown: false,
            phase: null,
            lastedS: 0,
            worstA: null,
            cameWithStart: false,
            wasLowered: null,
            lowestLoweredS: null,
          }
        : overloadOf(history, circuit, circuitLimitA(site, circuit), below, beforeMs),
    starts: startsOf(chargers, 0.5),
    phaseMap:
      circuit === null
        ? { contradicting: 0, agreeing: 0, said: null, hasFinding: false, standing: null }
        : gatherPhaseMap(history, circuit, below, beforeMs),
    stiffness: circuit === null ? [] : gatherStiffness(history, circuit, beforeMs),
    board: boardOf(history, circuit, atMs, beforeMs),
    inrush: inrushOf(history, circuit, fall, atMs),
    leakage: { milliampere: residualA === null ? null : 1000 * residualA, isMeasured: residualA !== null },
    device: gatherDevice(history, circuit, atMs, untilMs),
    data: dataOf(history, circuit, below, happening, fall, untilMs),
    earlier: happening.earlier,
  }
}
