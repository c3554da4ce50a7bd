import type { ChargerEvidence, StartEvidence } from '../../../../shared/forensics/evidence.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import { chargerColumns, type Frame } from '../frame.ts'
import { chargerLook, type ChargerLook, type History } from '../history.ts'

interface Seen {
  readonly atMs: number
  readonly look: ChargerLook
}

const drawsA = 2.5
/** An open charger stack counts a car as disobedient above its limit by 10 % and 0.5 A (electrical.md 4.6, "EV ignores limit"). */
const allowed = (limitA: number): number => 1.1 * limitA + 0.5
/** A car has this long to follow a lower limit before it counts against it, ms (5 s by IEC 61851-1, and the way there). */
const followMs = 6000
const mayCharge = (status: ChargerLook['status']): boolean => status === 'charging'
const isPlugged = (status: ChargerLook['status']): boolean =>
  status === 'connected' || status === 'ready' || status === 'charging'

/** The longest stretch above a standing limit that ends within a minute of the moment. */
const disobedience = (seen: readonly Seen[], untilMs: number) => {
  let limitA: number | null = null
  let limitSinceMs = -Infinity
  let sinceMs: number | null = null
  let worstA = 0
  let isJudged = false
  let best = { lastedS: 0, worstA: 0, limitA: null as number | null }
  for (const { atMs, look } of seen) {
    if (look.limitA === null || look.highest === null) continue
    if (look.highest > drawsA) isJudged = true
    if (limitA === null || Math.abs(look.limitA - limitA) > 0.3) {
      limitA = look.limitA
      limitSinceMs = atMs
      sinceMs = null
    }
    const overA = look.highest - look.limitA
    const isOver = look.highest > allowed(look.limitA) && atMs - limitSinceMs >= followMs
    if (!isOver) {
      sinceMs = null
      worstA = 0
      continue
    }
    sinceMs ??= atMs
    worstA = Math.max(worstA, overA)
    const lastedS = (atMs - sinceMs) / 1000
    if (lastedS > best.lastedS && untilMs - atMs <= 60_000) best = { lastedS, worstA, limitA: look.limitA }
  }
  return isJudged ? best : null
}

/** The last look that answered, with what it did not say taken from the one before. */
const carried = (before: ChargerLook | null, look: ChargerLook): ChargerLook | null =>
  look.answers
    ? { ...look, highest: look.highest ?? before?.highest ?? null, limitA: look.limitA ?? before?.limitA ?? null }
    : before

/** Whether a session began between two looks: by its current, or else by its status, its plug or its permission. */
const began = (before: ChargerLook, look: ChargerLook): boolean =>
  (look.highest !== null && before.highest !== null && look.highest >= drawsA && before.highest < 1) ||
  (mayCharge(look.status) && before.status !== null && !mayCharge(before.status)) ||
  (isPlugged(look.status) && (before.status === 'available' || before.status === 'suspended')) ||
  ((look.limitA ?? 0) >= 6 && before.limitA !== null && before.limitA < 6 && isPlugged(look.status))

/** When its current, or else its readiness to charge, began last before the moment; null: not within what is kept. */
const startedAt = (seen: readonly Seen[]): number | null =>
  seen.reduce<{ readonly before: ChargerLook | null; readonly begunMs: number | null }>(
    ({ before, begunMs }, { atMs, look }) => ({
      before: carried(before, look),
      begunMs: before !== null && began(before, look) ? atMs : begunMs,
    }),
    { before: null, begunMs: null },
  ).begunMs

/** What is not declared or not read of it is no current. */
const phaseCurrents = (look: ChargerLook | null): readonly [number, number, number] | null => {
  if (look === null) return null
  const of = (phase: number): number => (Number.isNaN(look.currents[phase] ?? NaN) ? 0 : (look.currents[phase] ?? 0))
  return [of(0), of(1), of(2)]
}

/** Longer ago than this it was last read for another reason than its poll, ms: it is off, and no car of it begins. */
const latelyMs = 120_000

/** Silent for so long before, it may have stopped and begun again whatever it did then, as after an outage, ms. */
const staleMs = 15_000

/** For how long before the moment a start of it would not have been seen, s; null: it would have been seen, drew already, or no car waited. */
const unseenBefore = (history: History, id: string, seen: readonly Seen[], atMs: number): number | null => {
  const last = seen.findLast(({ look }) => look.answers)
  if (last === undefined || atMs - last.atMs > latelyMs) return null
  const { highest, status } = last.look
  const isStale = atMs - last.atMs > staleMs
  if ((!isStale && (highest ?? 0) >= drawsA) || (highest === null && mayCharge(status))) return null
  if (!isStale && status !== null && !isPlugged(status)) return null
  const { layout } = history.columnsOf
  const [frame] = history.frames(last.atMs, last.atMs)
  const ageS = frame?.values[(layout.chargers.get(id) ?? -1) + chargerColumns.age] ?? 0
  return Math.max(0, (atMs - last.atMs) / 1000 + (Number.isNaN(ageS) ? 0 : ageS))
}

export const gatherCharger = (
  history: History,
  charger: SiteCharger,
  { beforeMs, atMs, untilMs }: { readonly beforeMs: number; readonly atMs: number; readonly untilMs: number },
): ChargerEvidence => {
  const { layout } = history.columnsOf
  const seenIn = (frames: readonly Frame[]): readonly Seen[] =>
    frames.map((frame) => ({ atMs: frame.atMs, look: chargerLook(layout, frame, charger.id) }))
  const before = seenIn(history.frames(-Infinity, beforeMs + 500))
  const after = seenIn(history.frames(atMs, untilMs))
  const answering = before.filter(({ look }) => look.answers)
  const recent = answering.filter((one) => beforeMs - one.atMs <= 6000)
  const currents = recent.flatMap(({ look }) => (look.highest === null ? [] : [look.highest]))
  const lastLimit = answering.findLast(({ look }) => look.limitA !== null)?.look.limitA ?? null
  const newest = after.at(-1)?.look ?? null
  const known = after.filter(({ look }) => look.answers).at(-1)?.look ?? null
  const above = disobedience(
    before.filter((one) => beforeMs - one.atMs <= 600_000),
    beforeMs,
  )
  // A meter that is polled slowly showed its load last many seconds before the moment: starts are looked for up to that moment itself.
  const upToMoment = seenIn(history.frames(-Infinity, atMs))
  const begunMs = startedAt(upToMoment)
  const unseenS = unseenBefore(history, charger.id, upToMoment, atMs)
  const again = after.find((one) => one.atMs > atMs + 3000 && (one.look.highest ?? 0) >= drawsA)
  const told = [...answering.slice(-6), ...after.slice(0, 3)].some(
    ({ look }) => look.limitA !== null && look.limitA < 6,
  )
  return {
    id: charger.id,
    name: charger.name ?? charger.id,
    phases: charger.phases,
    currentsA: phaseCurrents(recent.findLast(({ look }) => look.highest !== null)?.look ?? null),
    beforeA: currents.length === 0 ? null : Math.max(...currents),
    afterA: newest?.answers === true ? newest.highest : null,
    limitA: above?.limitA ?? lastLimit,
    aboveLimitS: above === null ? null : above.lastedS,
    worstAboveLimitA: above === null || above.lastedS === 0 ? null : above.worstA,
    statusBefore: answering.at(-1)?.look.status ?? null,
    statusAfter: known?.status ?? null,
    code: known?.status === 'fault' ? history.codeOf(charger.id) : null,
    answersAfter: answering.length === 0 ? null : newest === null ? null : newest.answers,
    voltageAfterV: newest?.answers === true ? newest.voltageV : null,
    wasTold: told,
    startedBeforeS: begunMs === null ? null : Math.max(0, (atMs - begunMs) / 1000),
    ...(unseenS === null ? {} : { unseenS }),
    againAfterS: again === undefined ? null : (again.atMs - atMs) / 1000,
  }
}

/** Read so short before the moment, s, it would have shown the start that matters. Editable assumption. */
const unseenFromS = 5

/** What began just before, from the chargers' own evidence. `slackS`: how late a start may be seen (their poll). */
export const startsOf = (chargers: readonly ChargerEvidence[], slackS: number): StartEvidence => {
  const within = (s: number): readonly string[] =>
    chargers.flatMap(({ name, startedBeforeS }) =>
      startedBeforeS !== null && startedBeforeS <= s + slackS ? [name] : [],
    )
  const unseen = chargers.filter((one) => (one.unseenS ?? 0) > unseenFromS)
  return {
    within3S: within(3),
    within15S: within(15),
    within60S: within(60),
    others: chargers.filter(
      ({ beforeA, startedBeforeS }) => (beforeA ?? 0) > 1 && (startedBeforeS === null || startedBeforeS > 15 + slackS),
    ).length,
    isKnown: chargers.some(({ statusBefore, beforeA }) => statusBefore !== null || beforeA !== null),
    unseen: { names: unseen.map(({ name }) => name), longestS: Math.max(0, ...unseen.map((one) => one.unseenS ?? 0)) },
  }
}
