import type { Finding } from '../../../shared/model/finding.ts'
import type { IncidentKind } from '../../../shared/forensics/evidence.ts'
import type { SiteCharger, SiteCircuit } from '../../../shared/site/site.ts'
import { chargersUnder, circuitsUnder, meteredAbove } from '../detectors/circuit-tree.ts'
import type { Frame } from './frame.ts'
import { darkCircuits, type Dark } from './dark-circuit.ts'
import { supplyMeters } from './gather/gather-supply.ts'
import { chargerLook, circuitLook, meterLook, type History } from './history.ts'
import { drew, drewA, recentMs, rootOf, since, type Noticed, type Row } from './noticed.ts'
import { windowOf } from './voltage-window.ts'

/** Editable assumptions, ms unless said. */
const faultHoldsMs = 1500
const silentHoldsMs = 4000
const sightHoldsMs = 30_000
const darkHoldsMs = 4000
const groupHoldsMs = 12_000
const suddenHoldsMs = 2500
/** More than one car draws, A; and shares of the rating. */
const carA = 34
const heavyShare = 0.9
const emptyShare = 0.02
/** One in five may have a supply of its own. */
const answersShare = 0.2

const rowsOf = (history: History, frames: readonly Frame[], charger: SiteCharger): readonly Row[] =>
  frames.map((frame) => ({ atMs: frame.atMs, look: chargerLook(history.columnsOf.layout, frame, charger.id) }))

/** A charger that drew, answers, and says that it has a fault: its own reason, or its own protective device. */
const faultOf = (charger: SiteCharger, rows: readonly Row[], nowMs: number): Noticed | null => {
  const from = since(rows, ({ look }) => look.answers && look.status === 'fault')
  if (from === null || nowMs - from < faultHoldsMs || nowMs - from > faultHoldsMs + recentMs) return null
  const wasCharging = rows.some(
    ({ atMs, look }) => atMs < from && from - atMs <= recentMs && look.status === 'charging',
  )
  if (!drew(rows, from) && !wasCharging) return null
  return { kind: 'charger-stop', atMs: from, circuitId: charger.circuit, chargerIds: [charger.id] }
}

/** A charger that drew and fell silent while the meter above lost just its current: the device of this point opened. */
const droppedOf = (
  history: History,
  charger: SiteCharger,
  rows: readonly Row[],
  frames: readonly Frame[],
  nowMs: number,
): Noticed | null => {
  const from = since(rows, ({ look }) => !look.answers)
  if (from === null || nowMs - from < silentHoldsMs || nowMs - from > silentHoldsMs + recentMs) return null
  if (!drew(rows, from)) return null
  const circuit = history.site.circuits.find(({ id }) => id === charger.circuit)
  if (circuit?.meter === undefined) return null
  const { layout } = history.columnsOf
  const before = rows.findLast(({ look }) => look.answers)
  // The current must go when the charger does: a car that left before its charger lost the network is none.
  const earlier = frames.findLast(({ atMs }) => atMs < from - 4000)
  const newest = frames.find(({ atMs }) => atMs >= from + 3000)
  const others = history.site.chargers.filter(({ id, circuit: its }) => id !== charger.id && its === charger.circuit)
  if (before === undefined || earlier === undefined || newest === undefined) return null
  // Several at once are a group that lost its network, or a breaker.
  if (others.some(({ id }) => !chargerLook(layout, newest, id).answers)) return null
  const lost = before.look.currents.some((amperes, phase) => {
    if (!(amperes >= drewA)) return false
    const was = circuitLook(layout, earlier, circuit.id).currents[phase] ?? NaN
    const is = circuitLook(layout, newest, circuit.id).currents[phase] ?? NaN
    return was - is >= 0.6 * amperes
  })
  const trust = meterLook(layout, newest, circuit.meter).trust
  // Nothing left at all: that is the circuit's breaker, which a detector of its own judges.
  const goesOn = (circuitLook(layout, newest, circuit.id).highest ?? 0) >= 1
  return goesOn && lost && trust === 'believed'
    ? { kind: 'charger-stop', atMs: from, circuitId: charger.circuit, chargerIds: [charger.id] }
    : null
}

/** The supply of the whole site went, or everything that is read fell silent at once under load. */
const supplyOf = (history: History, frames: readonly Frame[], nowMs: number): Noticed | null => {
  const { site } = history
  const { layout } = history.columnsOf
  const root = rootOf(history)
  const meters = supplyMeters(site, root)
  const nominalV = site.grid.nominalVoltage
  const highOf = (frame: Frame): number | null => {
    const values = meters.flatMap((id) => meterLook(layout, frame, id).highestV ?? [])
    return values.length === 0 ? null : Math.max(...values)
  }
  const gone = since(frames, (frame) => (highOf(frame) ?? Infinity) < 0.5 * nominalV)
  if (gone !== null && nowMs - gone >= 900 && nowMs - gone <= recentMs) {
    const wasUp = frames.some((frame) => frame.atMs < gone && (highOf(frame) ?? 0) >= 0.85 * nominalV)
    if (wasUp) return { kind: 'supply', atMs: gone, circuitId: root?.id ?? null, chargerIds: null }
  }
  if (site.meters.length === 0) return null
  const isDark = (frame: Frame): boolean =>
    site.meters.every(({ id }) => meterLook(layout, frame, id).trust === 'silent') &&
    site.chargers.filter(({ id }) => chargerLook(layout, frame, id).answers).length <=
      site.chargers.length * answersShare
  const dark = since(frames, isDark)
  if (dark === null || nowMs - dark < darkHoldsMs || nowMs - dark > darkHoldsMs + recentMs) return null
  const wasLoaded = frames.some(
    (frame) => frame.atMs < dark && site.circuits.some(({ id }) => (circuitLook(layout, frame, id).highest ?? 0) >= 3),
  )
  return wasLoaded ? { kind: 'dark', atMs: dark, circuitId: root?.id ?? null, chargerIds: null } : null
}

/** A loaded circuit whose meter has not been seen, or not been believed, for half a minute. */
const sightOf = (history: History, circuit: SiteCircuit, frames: readonly Frame[], nowMs: number): Noticed | null => {
  const { meter } = circuit
  if (meter === undefined) return null
  const { layout } = history.columnsOf
  const from = since(frames, (frame) => meterLook(layout, frame, meter).trust !== 'believed')
  if (from === null || nowMs - from < sightHoldsMs || nowMs - from > sightHoldsMs + recentMs) return null
  const before = frames.findLast((frame) => frame.atMs < from)
  return before !== undefined && (circuitLook(layout, before, circuit.id).highest ?? 0) >= 3
    ? { kind: 'sight', atMs: from, circuitId: circuit.id, chargerIds: null }
    : null
}

/**
 * All chargers of a breaker that drew fell silent together, and no meter that is believed says whether their load went on: it may be their
 * network, or the breaker. Whoever stands before a dark row of chargers must find it here, with what is missing to tell.
 */
const unseenGroupOf = (
  { site, columnsOf }: History,
  circuit: SiteCircuit,
  rows: ReadonlyMap<string, readonly Row[]>,
  newest: Frame | undefined,
): Noticed | null => {
  if (circuit.breaker === undefined || circuit.meter !== undefined || newest === undefined) return null
  const above = meteredAbove(site, circuit)
  if (above?.meter !== undefined && meterLook(columnsOf.layout, newest, above.meter).trust === 'believed') return null
  const own = chargersUnder(site, circuit.id).map(({ id }) => rows.get(id) ?? [])
  const silentMs = own.map((all) => since(all, ({ look }) => !look.answers))
  const drawing = own.flatMap((all, at) => {
    const from = silentMs[at] ?? null
    return drew(all, from ?? newest.atMs) ? [from] : []
  })
  const known = drawing.filter((from) => from !== null)
  const fromMs = Math.min(...known)
  const isTogether = known.length === drawing.length && known.every((from) => from - fromMs <= recentMs)
  const heldMs = newest.atMs - fromMs
  return known.length >= 2 && isTogether && heldMs >= groupHoldsMs && heldMs <= groupHoldsMs + recentMs
    ? { kind: 'sight', atMs: fromMs, circuitId: circuit.id, chargerIds: null }
    : null
}

/**
 * The load of a circuit whose chargers nobody reads ended on all its phases at once. A switch, a car or a building may do that; more than a
 * car can draw, close to the rating or above it, is not switched off: that is a breaker.
 */
const suddenOf = (history: History, circuit: SiteCircuit, frames: readonly Frame[], nowMs: number): Noticed | null => {
  const { site, columnsOf } = history
  const rating = circuit.breaker?.rating
  if (rating === undefined || circuit.meter === undefined || chargersUnder(site, circuit.id).length > 0) return null
  const { layout } = columnsOf
  const own = frames.map((frame) => ({ atMs: frame.atMs, load: circuitLook(layout, frame, circuit.id).highest }))
  const from = since(own, ({ load }) => load !== null && load < emptyShare * rating)
  if (from === null || nowMs - from < suddenHoldsMs || nowMs - from > suddenHoldsMs + recentMs) return null
  const full = own.findLast(({ atMs, load }) => atMs < from && (load ?? 0) >= heavyShare * rating)
  const isHeavy = full !== undefined && (full.load ?? 0) >= Math.max(carA, heavyShare * rating)
  // One reading between the two at most: what goes down in steps is switched off.
  const between = own.filter(({ atMs }) => full !== undefined && atMs > full.atMs && atMs < from)
  return isHeavy && new Set(between.map(({ load }) => load)).size <= 1
    ? { kind: 'trip', atMs: from, circuitId: circuit.id, chargerIds: null }
    : null
}

/** One charger on a circuit without a meter may as well have stopped by itself: that is what is noticed, not a breaker. */
const ofDark = ({ circuit, fromMs, chargers }: Dark, history: History): Noticed => {
  const [one] = chargers
  const isOne = chargers.length === 1 && one !== undefined && circuit.meter === undefined
  const isAll = history.site.chargers.filter((charger) => charger.circuit === circuit.id).length === 1
  return isOne && isAll
    ? { kind: 'charger-stop', atMs: fromMs, circuitId: circuit.id, chargerIds: [one.id] }
    : { kind: 'trip', atMs: fromMs, circuitId: circuit.id, chargerIds: null }
}

/** A trip unit or an auxiliary contact says that a loaded breaker is open. */
const openedOf = (history: History, circuit: SiteCircuit, frames: readonly Frame[], nowMs: number): Noticed | null => {
  const { layout } = history.columnsOf
  const said = history.protectionOf(circuit.id)
  const last = said.findLast(({ reading }) => reading.state !== null)
  const at = last === undefined ? -1 : said.indexOf(last)
  const before = said.slice(0, Math.max(0, at)).findLast(({ reading }) => reading.state !== null)
  if (last === undefined || nowMs - last.atMs > recentMs || before?.reading.state !== 'closed') return null
  if (last.reading.state === 'closed') return null
  const wasLoaded = frames.some(
    (frame) => last.atMs - frame.atMs <= recentMs && (circuitLook(layout, frame, circuit.id).highest ?? 0) >= 1,
  )
  // A trip is one whatever flowed; a switch that is opened without a load is daily work.
  return wasLoaded || last.reading.state === 'tripped'
    ? { kind: 'trip', atMs: last.atMs, circuitId: circuit.id, chargerIds: null }
    : null
}

/** What the detectors of the site found, as something to explain. */
export const noticedOf = (finding: Finding): Noticed | null =>
  finding.detector === 'breaker-open' && finding.state === 'active'
    ? {
        kind: finding.phase === null ? 'trip' : 'pole',
        atMs: finding.raisedAtMs,
        circuitId: finding.subject.id,
        chargerIds: null,
      }
    : null

/** All that the newest frames show; the same thing is noticed again for some seconds, see `isSame`. */
export const notice = (history: History): readonly Noticed[] => {
  const nowMs = history.newestMs()
  if (nowMs === null) return []
  const { site } = history
  const frames = history.frames(nowMs - 50_000, nowMs)
  const short = frames.filter(({ atMs }) => nowMs - atMs <= 32_000)
  const supply = supplyOf(history, frames, nowMs)
  if (supply !== null) return [supply]
  const rows = new Map(site.chargers.map((charger) => [charger.id, rowsOf(history, short, charger)]))
  const window = windowOf(history, frames, rows, nowMs)
  if (window !== null) return [window]
  return [
    ...site.circuits.flatMap((circuit) => openedOf(history, circuit, frames, nowMs) ?? []),
    ...site.circuits.flatMap((circuit) => suddenOf(history, circuit, frames, nowMs) ?? []),
    ...darkCircuits(history, frames).map((dark) => ofDark(dark, history)),
    ...site.chargers.flatMap((charger) => {
      const own = rows.get(charger.id) ?? []
      return faultOf(charger, own, nowMs) ?? droppedOf(history, charger, own, frames, nowMs) ?? []
    }),
    ...site.circuits.flatMap((circuit) => sightOf(history, circuit, frames, nowMs) ?? []),
    ...site.circuits.flatMap((circuit) => unseenGroupOf(history, circuit, rows, frames.at(-1)) ?? []),
  ]
}

const isWithin = (history: History, circuitId: string | null, aboveId: string | null): boolean =>
  aboveId === null || (circuitId !== null && circuitsUnder(history.site, aboveId).some(({ id }) => id === circuitId))

/** Closer than these two are one, ms: of one thing seen twice, and of a supply that takes all with it. */
const sameMs = 60_000
const sameFaultMs = 600_000
const shadowMs = 8000

/** The chargers that stopped first were the beginning of a whole circuit: what was noticed now says more of the same moment, ms. */
const upgradeMs = 25_000
const wider: readonly IncidentKind[] = ['trip', 'pole', 'window', 'supply']
export const isMore = (history: History, known: Noticed, noticed: Noticed): boolean => {
  if (Math.abs(noticed.atMs - known.atMs) > upgradeMs || !isWithin(history, known.circuitId, noticed.circuitId))
    return false
  if (known.kind === 'charger-stop') return wider.includes(noticed.kind)
  if (noticed.kind !== 'trip') return false
  // The first breaker below that was seen to be dark, and then all that stands beside it.
  return known.kind === 'sight' || (known.kind === 'trip' && known.circuitId !== noticed.circuitId)
}

/** Whether something noticed is part of an incident that is known already. */
export const isSame = (history: History, known: Noticed, noticed: Noticed): boolean => {
  const apartMs = Math.abs(noticed.atMs - known.atMs)
  const isSamePlace = known.circuitId === noticed.circuitId
  const sharesCharger =
    noticed.chargerIds !== null && (known.chargerIds?.some((id) => noticed.chargerIds?.includes(id)) ?? false)
  if (known.kind === noticed.kind && isSamePlace && (known.chargerIds === null || sharesCharger))
    return apartMs <= (noticed.kind === 'charger-stop' || noticed.kind === 'sight' ? sameFaultMs : sameMs)
  if (known.kind === 'supply' || known.kind === 'dark') {
    // After the supply came back a breaker may trip on the inrush: that is another incident.
    const isTrip = noticed.kind === 'trip' || noticed.kind === 'pole'
    return apartMs <= (isTrip ? shadowMs : 120_000)
  }
  if (known.kind === 'window') return apartMs <= 120_000
  if (known.kind === 'sight' && noticed.kind === 'sight') return apartMs <= 120_000
  if (known.kind === 'trip' || known.kind === 'pole')
    return (
      apartMs <= sameMs &&
      (isWithin(history, noticed.circuitId, known.circuitId) || isWithin(history, known.circuitId, noticed.circuitId))
    )
  if (known.kind === 'sight')
    return isWithin(history, noticed.circuitId, known.circuitId) && apartMs <= 120_000 && noticed.kind !== 'trip'
  return false
}

/**
 * Whether an open incident turned out to be part of another one: below it and from the same moment, or the same thing placed there twice.
 * Of two that are the same the one noticed first stays.
 */
export const isPartOf = (
  history: History,
  part: { readonly id: string; readonly openedAtMs: number; readonly noticed: Noticed },
  whole: { readonly id: string; readonly openedAtMs: number; readonly noticed: Noticed },
): boolean => {
  if (isMore(history, part.noticed, whole.noticed)) return true
  const isTrip = ({ kind }: Noticed): boolean => kind === 'trip' || kind === 'pole'
  return (
    isTrip(part.noticed) &&
    isTrip(whole.noticed) &&
    part.noticed.circuitId === whole.noticed.circuitId &&
    Math.abs(part.noticed.atMs - whole.noticed.atMs) <= upgradeMs &&
    (part.openedAtMs > whole.openedAtMs || (part.openedAtMs === whole.openedAtMs && part.id > whole.id))
  )
}
