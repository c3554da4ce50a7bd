import type { Image } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import { own } from '../../../shared/own.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import {
  isCharging,
  isPaused,
  stillDrawing,
  voltagesOf,
  weighFall,
  type Fall,
  type Load,
  type PhaseCurrents,
  type Weighing,
} from './breaker-evidence.ts'
import { chargersUnder, meteredAbove } from './circuit-tree.ts'
import { clear, unknown, type Detector, type Outcome, type Setup, type Verdict } from './detector.ts'
import { notAfter } from './not-after.ts'
import { amperes, blindness, nameOf, seconds } from './wording.ts'

/**
 * Breaker suspected open: nobody tells us its position, so this is a hypothesis from what its load did. The phases of a circuit that was
 * charging cars fell to nothing while the supply above stayed, and something beside the current speaks against an ordinary end of
 * charging: chargers that no longer answer, have no voltage or report a fault, no voltage behind the breaker, several sessions ending at
 * once. A circuit whose own meter has lost its voltage below a supply that is there is open whatever it carried.
 */
const loadedAbove = 3
const emptyBelow = 0.5
/** What is left of a phase that fell, and what the others keep where only some fell, as shares of what was. Editable assumptions. */
const fallenShare = 0.15
const keptShare = 0.6
/**
 * How old the last loaded image may be when the load is gone, ms. The chargers fall silent at once and a slow meter shows it a poll later,
 * or two where a reply is lost. What is older than the least must also be missed by the meter above.
 */
const justLoadedMs = { least: 5000, most: 25_000, latePolls: 2, reply: 1000 } as const
/** How long after the fall evidence is still collected, ms. */
const evidenceMs = 20_000
/** Without a load: how long the voltage below must be missing while that above is there, ms. */
const deadBelowMs = 3000
/** Falls of two circuits this close are one event, ms. */
const togetherMs = 4000

interface State {
  readonly load: Load | null
  readonly fall: Fall | null
  /** Its own meter had voltage, and since when it has none. */
  readonly wasLive: boolean
  readonly deadSinceMs: number | null
}
export type BreakerState = Readonly<Record<string, State>>
const idle: State = { load: null, fall: null, wasLive: false, deadSinceMs: null }
const asOf = ({ load, fall, wasLive, deadSinceMs }: State, atMs: number): State => {
  const seen = (held: Load): Load => ({ ...held, atMs: notAfter(held.atMs, atMs) })
  return {
    load: load === null ? null : seen(load),
    fall: fall === null ? null : { ...fall, load: seen(fall.load), atMs: notAfter(fall.atMs, atMs) },
    wasLive,
    deadSinceMs: deadSinceMs === null ? null : notAfter(deadSinceMs, atMs),
  }
}

const currentsOf = (image: Image, circuit: SiteCircuit): PhaseCurrents | null => {
  const found: Partial<Record<Phase, number>> = {}
  for (const phase of circuit.phases) {
    const value = own(image.circuits, circuit.id)?.phases[phase]?.currentA.value
    if (value == null) return null
    found[phase] = Math.abs(value)
  }
  return found
}
const highest = (currents: PhaseCurrents): number => Math.max(0, ...Object.values(currents))

/** The phases that lost their load while others kept theirs; null where it is not so. */
const fallenPoles = (before: PhaseCurrents, now: PhaseCurrents): readonly Phase[] | null => {
  const loaded = (Object.keys(before) as Phase[]).filter((phase) => (before[phase] ?? 0) >= loadedAbove)
  const fallen = loaded.filter((phase) => (now[phase] ?? 0) < Math.min(emptyBelow, fallenShare * (before[phase] ?? 0)))
  const kept = loaded.filter((phase) => (now[phase] ?? 0) >= keptShare * (before[phase] ?? 0))
  return fallen.length > 0 && kept.length > 0 && fallen.length + kept.length === loaded.length ? fallen : null
}

/** Chargers that drew on a fallen phase and on another one, and now only on the other: a car that changes to one phase looks the same, two do not. */
const halvedChargers = (image: Image, load: Load, poles: readonly Phase[]): number =>
  load.charging.filter((id) => {
    const currents = own(image.chargers, id)?.siteCurrentA
    const before = own(load.drew, id) ?? []
    if (before.length < 2 || !before.some((phase) => poles.includes(phase))) return false
    const on = (phase: Phase): number => currents?.[phase].value ?? NaN
    return (
      poles.some((phase) => before.includes(phase) && on(phase) < 1) &&
      (['L1', 'L2', 'L3'] as const).some((phase) => on(phase) > loadedAbove)
    )
  }).length

/** The phases on which each of these chargers draws. */
const drawnPhases = (image: Image, ids: readonly string[]): Record<string, readonly Phase[]> =>
  Object.fromEntries(
    ids.map((id) => {
      const currents = own(image.chargers, id)?.siteCurrentA
      return [id, (['L1', 'L2', 'L3'] as const).filter((phase) => (currents?.[phase].value ?? 0) > 2)]
    }),
  )

interface Look {
  readonly circuit: SiteCircuit
  readonly name: string
  readonly above: SiteCircuit | null
  readonly now: PhaseCurrents | null
  readonly supply: readonly number[] | null
  readonly charging: readonly string[]
}

const justLoadedFor = ({ site }: Setup, { circuit, above }: Look): number => {
  const periodOf = (meter: string | undefined): number => site.meters.find(({ id }) => id === meter)?.periodMs ?? 0
  const periodMs = Math.max(periodOf(circuit.meter), periodOf(above?.meter))
  const { least, most, latePolls, reply } = justLoadedMs
  return Math.min(most, Math.max(least, latePolls * periodMs + reply))
}

const looksAt = (setup: Setup, image: Image, circuit: SiteCircuit): Look => {
  const above = meteredAbove(setup.site, circuit)
  return {
    circuit,
    name: circuit.name ?? circuit.id,
    above,
    now: currentsOf(image, circuit),
    supply:
      voltagesOf(image, above?.meter, circuit.phases) ??
      (above === null ? voltagesOf(image, circuit.meter, circuit.phases) : null),
    charging: chargersUnder(setup.site, circuit.id)
      .filter(({ id }) => isCharging(image, id))
      .map(({ id }) => id),
  }
}

/** Whether the circuit's own meter lost its voltage below a supply that is there, and for how long. */
const voltageState = (
  setup: Setup,
  image: Image,
  look: Look,
  before: State,
): Pick<State, 'wasLive' | 'deadSinceMs'> => {
  const { nominalVoltage } = setup.site.grid
  const below = look.above === null ? null : voltagesOf(image, look.circuit.meter, look.circuit.phases)
  if (below === null) return { wasLive: before.wasLive, deadSinceMs: null }
  const isLive = below.every((value) => value >= 0.5 * nominalVoltage)
  const isDead = below.every((value) => value < 0.1 * nominalVoltage)
  const isFed = look.supply?.every((value) => value >= 0.5 * nominalVoltage) ?? false
  return {
    wasLive: isLive || before.wasLive,
    deadSinceMs: isDead && isFed && (isLive || before.wasLive) ? (before.deadSinceMs ?? image.atMs) : null,
  }
}

/** Where the whole load above fell with it, or all of it lies in one circuit below: only one of them is the breaker that opened. */
const isAnothers = (setup: Setup, all: BreakerState, circuit: SiteCircuit, fall: Fall): boolean => {
  const fallOf = (id: string): Fall | null => {
    const other = own(all, id)?.fall ?? null
    return other !== null && other.poles === null && Math.abs(other.atMs - fall.atMs) <= togetherMs ? other : null
  }
  const children = setup.site.circuits.filter(({ parent }) => parent === circuit.id)
  const loadedChildren = children.filter(({ id }) => (own(all, id)?.load ?? null) !== null || fallOf(id) !== null)
  // All of it lay in one circuit below.
  const heavy = children.find(({ id }) => highest(fallOf(id)?.load.currents ?? {}) >= 0.8 * highest(fall.load.currents))
  if (heavy !== undefined && loadedChildren.length <= 1) return true
  // The whole load of the circuit above fell, of which this was a part.
  const parent = setup.site.circuits.find(({ id }) => id === circuit.parent)
  const above = parent === undefined ? null : fallOf(parent.id)
  const siblings = setup.site.circuits.filter(({ id, parent: its }) => its === circuit.parent && id !== circuit.id)
  return above !== null && siblings.some(({ id }) => fallOf(id) !== null)
}

const beforeText = (currents: PhaseCurrents): string =>
  Object.entries(currents)
    .map(([phase, value]) => `${phase} ${amperes(value)}`)
    .join(', ')

const raisedVerdict = (setup: Setup, look: Look, fall: Fall, evidence: Weighing): Verdict => {
  const { circuit, name, above, now, supply } = look
  const where =
    above === null
      ? `meter ${nameOf(setup.site.meters, circuit.meter ?? '')}`
      : `meter ${nameOf(setup.site.meters, above.meter ?? '')} above it`
  const what = fall.poles === null ? 'All phases' : `Only ${fall.poles.join(', ')}`
  return {
    kind: 'active',
    facts: {
      phase: fall.poles === null ? null : fall.poles.join(', '),
      severity: 'critical',
      title:
        fall.poles === null ? `The breaker of ${name} may be open` : `A pole of the breaker of ${name} may be open`,
      message:
        `${what} fell from ${beforeText(fall.load.currents)} to ${now === null ? 'unseen' : fall.poles === null ? 'nearly nothing' : beforeText(now)} ` +
        `within ${seconds(fall.atMs - fall.load.atMs)} while ${where} reads ${(supply ?? []).map((value) => value.toFixed(0)).join('/')} V. ` +
        `For it: ${evidence.for.join('; ')}. Against it: ${evidence.against.join('; ') || 'nothing seen'}. ` +
        'This is a conclusion, not a reported position: look at the breaker before acting, and find the cause before closing it.',
      numbers: evidence.numbers,
      evidence:
        'a hypothesis from currents, voltages and charger states; no auxiliary contact was read, and an inrush or short circuit that caused it is not visible in polled values',
      blindMs: circuit.meter === undefined ? null : blindness(setup, circuit.meter, 'i_l1').blindMs,
      identity: `${evidence.for.length}|${evidence.against.length}`,
    },
  }
}

/** The circuit above lost on every loaded phase what this one had carried; `isAll`: and nothing beside it. */
const lostAbove = (carried: PhaseCurrents, before: PhaseCurrents, now: PhaseCurrents, isAll = false): boolean => {
  const all = Object.keys(carried) as Phase[]
  const loaded = all.filter((phase) => (carried[phase] ?? 0) >= loadedAbove)
  const lost = (phase: Phase): number => (before[phase] ?? 0) - (now[phase] ?? 0)
  const isMissed = loaded.length > 0 && loaded.every((phase) => lost(phase) >= 0.6 * (carried[phase] ?? 0))
  return isMissed && (!isAll || all.every((phase) => lost(phase) <= 1.3 * (carried[phase] ?? 0) + loadedAbove))
}

/** When the oldest current of a circuit was read; null: one is missing. */
const readMsOf = (image: Image, circuit: SiteCircuit): number | null => {
  const times = circuit.phases.map((phase) => own(image.circuits, circuit.id)?.phases[phase]?.currentA.atMs ?? null)
  return times.some((time) => time === null) ? null : Math.min(...times.map((time) => time ?? 0))
}

/** The fall that is under way or just began; null: there is none. */
const fallOf = (setup: Setup, image: Image, look: Look, before: State): Fall | null => {
  if (before.fall !== null) return before.fall
  const { load } = before
  const { now, above, circuit } = look
  if (load === null) return null
  const agoMs = image.atMs - load.atMs
  if (agoMs > justLoadedFor(setup, look)) return null
  const isLate = agoMs > justLoadedMs.least
  const begin = (poles: readonly Phase[] | null): Fall => ({ load, atMs: image.atMs, poles, raised: false })
  const upstream = above === null ? null : currentsOf(image, above)
  // Late, all that was lost must be this: a short interruption of the supply between two polls takes the others with it.
  const isMissedAbove =
    upstream !== null && load.upstream !== null && lostAbove(load.currents, load.upstream, upstream, isLate)
  if (now !== null && highest(now) < emptyBelow) return isLate && !isMissedAbove ? null : begin(null)
  if (now !== null) {
    const poles = isLate ? null : fallenPoles(load.currents, now)
    return poles === null ? null : begin(poles)
  }
  // Dark: the circuit's own meter is silent, and the load vanished from the meter above.
  return isMissedAbove && circuit.breaker !== undefined ? begin(null) : null
}

const stepCircuit = (
  setup: Setup,
  image: Image,
  look: Look,
  before: State,
  all: BreakerState,
): readonly [State, Verdict] => {
  const { circuit, name, now, above, supply, charging } = look
  const voltage = voltageState(setup, image, look, before)
  const keep = (load: Load | null, fall: Fall | null): State => ({ load, fall, ...voltage })
  const isFlowing = now !== null && highest(now) >= loadedAbove && charging.length > 0
  const upstream = above === null ? null : currentsOf(image, above)
  const readMs = readMsOf(image, circuit)
  const newLoad = (currents: PhaseCurrents): Load =>
    before.load !== null && readMs !== null && before.load.readMs === readMs
      ? { ...before.load, atMs: image.atMs }
      : { atMs: image.atMs, currents, charging, drew: drawnPhases(image, charging), readMs, upstream }
  const fall = fallOf(setup, image, look, before)
  const isRefilled =
    fall !== null &&
    now !== null &&
    (fall.poles === null ? highest(now) >= emptyBelow : fall.poles.some((phase) => (now[phase] ?? 0) >= emptyBelow))

  if (fall === null && isFlowing) return [keep(newLoad(now), null), clear]
  if (fall?.raised === true && isFlowing && isRefilled)
    return [
      keep(newLoad(now), null),
      { kind: 'clear', closing: { message: `Current flows again: ${beforeText(now)}.`, numbers: [] } },
    ]
  const agoMs = image.atMs - (before.load?.atMs ?? -Infinity)
  // A supply that was not seen meanwhile may have been away.
  const recent = agoMs <= (supply === null ? justLoadedMs.least : justLoadedFor(setup, look))
  if (fall === null) {
    const deadFor = voltage.deadSinceMs === null ? -1 : image.atMs - voltage.deadSinceMs
    if (deadFor >= deadBelowMs) {
      // No load to fall, but no voltage either: the same finding from the moment it was lost.
      const load = before.load ?? newLoad(now ?? {})
      return stepCircuit(
        setup,
        image,
        look,
        { ...before, ...voltage, fall: { load, atMs: voltage.deadSinceMs ?? image.atMs, poles: null, raised: false } },
        all,
      )
    }
    return [
      keep(recent ? before.load : null, null),
      now === null ? unknown(`the current of ${name} is not known`) : clear,
    ]
  }
  if (supply === null) return [keep(before.load, fall), unknown(`the voltage above ${name} is not known`)]
  const isSupplied = supply.every((value) => value >= 0.5 * setup.site.grid.nominalVoltage)
  const evidence = weighFall(setup, image, circuit, fall, now)
  const isDead = voltage.deadSinceMs !== null
  const inTime = fall.raised || isDead || image.atMs - fall.atMs <= evidenceMs
  const allTold = fall.load.charging.length > 0 && fall.load.charging.every((id) => isPaused(image, id)) && !isDead
  const chargers = chargersUnder(setup.site, circuit.id)
  const draws = stillDrawing(image, chargers, fall.poles ?? circuit.phases, fall.atMs).length > 0
  // Cars come and go on single phases all day: a pole is only called open where its voltage is lost, or two chargers lost just this phase.
  const isPolesEnough =
    fall.poles !== null && (evidence.isVoltageLost || halvedChargers(image, fall.load, fall.poles) >= 2)
  const over =
    !inTime ||
    isRefilled ||
    !isSupplied ||
    allTold ||
    (draws && fall.raised) ||
    (evidence.isOrderly && !isDead && !fall.raised)
  // Held findings end when current flows again or the supply itself is gone; an unproven fall is forgotten in time.
  if (over) return [{ ...idle, wasLive: voltage.wasLive && isSupplied }, clear]
  // A gateway repeats for some seconds what a charger said last: nothing is raised meanwhile, and nothing forgotten.
  if (draws) return [keep(before.load, fall), clear]
  const isEnough = (fall.poles === null ? evidence.isEnough : isPolesEnough) || isDead
  if (!isEnough || (!fall.raised && isAnothers(setup, all, circuit, fall)))
    return [keep(before.load, { ...fall, raised: false }), clear]
  const raised = { ...fall, raised: true }
  return [keep(before.load, raised), raisedVerdict(setup, look, raised, evidence)]
}

export const breakerOpen: Detector<BreakerState> = {
  id: 'breaker-open',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const next: Record<string, State> = {}
    const outcomes: Outcome[] = []
    const judged = setup.site.circuits.filter(
      ({ id, breaker }) => breaker !== undefined && chargersUnder(setup.site, id).length > 0,
    )
    const looks = judged.map((circuit) => ({
      look: looksAt(setup, image, circuit),
      before: asOf(own(all, circuit.id) ?? idle, image.atMs),
    }))
    // All falls first: whose breaker it was depends on which circuits fell together.
    const falls: BreakerState = Object.fromEntries(
      looks.map(({ look, before }) => [look.circuit.id, { ...before, fall: fallOf(setup, image, look, before) }]),
    )
    for (const { look, before } of looks) {
      const { circuit, name, above } = look
      const [state, verdict] =
        above === null && circuit.meter === undefined
          ? ([before, unknown(`no meter at or above ${name} can tell that the supply is still there`)] as const)
          : stepCircuit(setup, image, look, before, falls)
      next[circuit.id] = state
      outcomes.push({ subject: { kind: 'circuit', id: circuit.id }, key: '', verdict })
    }
    return { state: next, outcomes }
  },
}
