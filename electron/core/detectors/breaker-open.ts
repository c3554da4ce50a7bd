import type { Image } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import type { SiteCircuit } from '../../../shared/site/site.ts'
import { voltageKey } from '../derive/phase-keys.ts'
import { chargersUnder, meteredAbove } from './circuit-tree.ts'
import { clear, unknown, type Detector, type Outcome, type Setup, type UsedNumber, type Verdict } from './detector.ts'
import { notAfter } from './not-after.ts'
import { own } from '../../../shared/own.ts'
import { amperes, blindness, nameOf, seconds, used } from './wording.ts'

/**
 * Breaker suspected open: nobody tells us its position, so this is a hypothesis from what its load did. All phases of a circuit
 * that was charging cars fell to nothing while the supply above stayed, and something beside the current speaks against an
 * ordinary end of charging: chargers that no longer answer or report a fault, no voltage behind the breaker, several sessions ending at once.
 */
const loadedAbove = 3
const emptyBelow = 0.5
/** How old the last loaded image may be when the load is gone, and how long afterwards evidence is still collected, ms. */
const justLoadedMs = 5000
const evidenceMs = 20_000

interface Load {
  readonly atMs: number
  readonly currents: Readonly<Partial<Record<Phase, number>>>
  readonly charging: readonly string[]
  readonly upstreamA: number | null
}
interface Fall {
  readonly load: Load
  readonly atMs: number
  readonly raised: boolean
}
interface State {
  readonly load: Load | null
  readonly fall: Fall | null
}
export type BreakerState = Readonly<Record<string, State>>
const idle: State = { load: null, fall: null }
const asOf = ({ load, fall }: State, atMs: number): State => {
  const seen = (held: Load): Load => ({ ...held, atMs: notAfter(held.atMs, atMs) })
  return {
    load: load === null ? null : seen(load),
    fall: fall === null ? null : { ...fall, load: seen(fall.load), atMs: notAfter(fall.atMs, atMs) },
  }
}

const currentsOf = (image: Image, circuit: SiteCircuit): Partial<Record<Phase, number>> | null => {
  const found: Partial<Record<Phase, number>> = {}
  for (const phase of circuit.phases) {
    const value = own(image.circuits, circuit.id)?.phases[phase]?.currentA.value
    if (value == null) return null
    found[phase] = Math.abs(value)
  }
  return found
}
const highest = (currents: Readonly<Partial<Record<Phase, number>>>): number => Math.max(0, ...Object.values(currents))

/** Voltages of a meter on the circuit's phases; null where one is missing. */
const voltagesOf = (image: Image, meterId: string | undefined, circuit: SiteCircuit): readonly number[] | null => {
  if (meterId === undefined) return null
  const values = circuit.phases.map((phase) => own(image.meters, meterId)?.samples[voltageKey[phase]]?.value ?? null)
  return values.every((value): value is number => value !== null) ? values : null
}

const silent = (image: Image, chargerId: string): boolean =>
  (own(image.chargers, chargerId)?.status.quality ?? 'waiting') !== 'good'
const faulted = (image: Image, chargerId: string): boolean =>
  ['fault', 'unavailable'].includes(own(image.chargers, chargerId)?.status.value ?? '')
/** Told to pause: its own read back limit is below any charging current. */
const paused = (image: Image, chargerId: string): boolean => {
  const limit = own(image.chargers, chargerId)?.samples['limit']?.value
  return limit != null && limit < 6
}

interface Weighing {
  readonly for: readonly string[]
  readonly against: readonly string[]
  readonly numbers: readonly UsedNumber[]
}

const weigh = (
  setup: Setup,
  image: Image,
  circuit: SiteCircuit,
  fall: Fall,
  now: Partial<Record<Phase, number>> | null,
): Weighing => {
  const { nominalVoltage } = setup.site.grid
  const { charging } = fall.load
  const names = (ids: readonly string[]) => ids.map((id) => nameOf(setup.site.chargers, id)).join(', ')
  const supporting: string[] = []
  const opposing: string[] = []
  const gone = charging.filter((id) => silent(image, id))
  const fault = charging.filter((id) => faulted(image, id))
  const answering = charging.filter((id) => !silent(image, id) && !faulted(image, id))
  const told = charging.filter((id) => paused(image, id))
  if (gone.length > 0) supporting.push(`${names(gone)} no longer answer${gone.length === 1 ? 's' : ''}`)
  if (fault.length > 0) supporting.push(`${names(fault)} report${fault.length === 1 ? 's' : ''} a fault`)
  const voltages = voltagesOf(image, circuit.meter, circuit)
  if (voltages !== null && voltages.every((value) => value < 0.1 * nominalVoltage))
    supporting.push(`its meter sees no voltage (${voltages.map((value) => value.toFixed(0)).join('/')} V)`)
  const notTold = charging.every(
    (id) => (own(image.chargers, id)?.samples['limit']?.value ?? 0) >= 6 || silent(image, id),
  )
  if (charging.length > 1 && notTold)
    supporting.push(
      `${charging.length} sessions fell together within ${seconds(fall.atMs - fall.load.atMs)}, none told to pause`,
    )
  if (now === null) supporting.push('its own meter fell silent with it')
  if (told.length > 0) opposing.push(`${names(told)} had been told to pause`)
  const talking = answering.filter((id) => !told.includes(id))
  if (talking.length > 0) opposing.push(`${names(talking)} still answer${talking.length === 1 ? 's' : ''}`)
  return {
    for: supporting,
    against: opposing,
    numbers: [
      ...Object.entries(fall.load.currents).map(([phase, value]) => used(`before ${phase}`, value, 'A')),
      ...Object.entries(now ?? {}).map(([phase, value]) => used(`after ${phase}`, value, 'A')),
      used('fell within', (fall.atMs - fall.load.atMs) / 1000, 's'),
      used('sessions before', charging.length, '1'),
      used('chargers silent', gone.length, '1'),
    ],
  }
}

export const breakerOpen: Detector<BreakerState> = {
  id: 'breaker-open',
  start: () => ({}),
  step: (all, { image }, setup) => {
    const next: Record<string, State> = {}
    const outcomes: Outcome[] = []
    for (const circuit of setup.site.circuits) {
      const chargers = chargersUnder(setup.site, circuit.id)
      if (circuit.breaker === undefined || chargers.length === 0) continue
      const name = circuit.name ?? circuit.id
      const above = meteredAbove(setup.site, circuit)
      const answer = (state: State, verdict: Verdict) => {
        next[circuit.id] = state
        outcomes.push({ subject: { kind: 'circuit', id: circuit.id }, key: '', verdict })
      }
      const before = asOf(own(all, circuit.id) ?? idle, image.atMs)
      if (above === null && circuit.meter === undefined) {
        answer(before, unknown(`no meter at or above ${name} can tell that the supply is still there`))
        continue
      }
      const now = currentsOf(image, circuit)
      const upstreamA = above === null ? null : currentsOf(image, above)
      const charging = chargers
        .filter(({ id }) => own(image.chargers, id)?.status.value === 'charging')
        .map(({ id }) => id)

      if (now !== null && highest(now) >= loadedAbove && charging.length > 0) {
        const load: Load = {
          atMs: image.atMs,
          currents: now,
          charging,
          upstreamA: upstreamA === null ? null : highest(upstreamA),
        }
        answer(
          { load, fall: null },
          before.fall?.raised === true
            ? {
                kind: 'clear',
                closing: {
                  message: `Current flows again: ${Object.entries(now)
                    .map(([phase, value]) => `${phase} ${amperes(value)}`)
                    .join(', ')}.`,
                  numbers: [],
                },
              }
            : clear,
        )
        continue
      }

      // Empty: every phase read and near zero. Or dark: the circuit's own meter is silent, and the load vanished from the meter above.
      const empty = now !== null && highest(now) < emptyBelow
      const dark =
        now === null &&
        before.load !== null &&
        before.load.upstreamA !== null &&
        upstreamA !== null &&
        highest(upstreamA) <= before.load.upstreamA - 0.7 * highest(before.load.currents)
      const recent = before.load !== null && image.atMs - before.load.atMs <= justLoadedMs
      const fall: Fall | null =
        before.fall ??
        (before.load !== null && recent && (empty || dark)
          ? { load: before.load, atMs: image.atMs, raised: false }
          : null)
      if (fall === null) {
        answer(
          { load: recent ? before.load : null, fall: null },
          now === null ? unknown(`the current of ${name} is not known`) : clear,
        )
        continue
      }
      const supply =
        voltagesOf(image, above?.meter, circuit) ?? (above === null ? voltagesOf(image, circuit.meter, circuit) : null)
      if (supply === null) {
        answer({ load: before.load, fall }, unknown(`the voltage above ${name} is not known`))
        continue
      }
      const supplied = supply.every((value) => value >= 0.5 * setup.site.grid.nominalVoltage)
      const evidence = weigh(setup, image, circuit, fall, now)
      const inTime = fall.raised || image.atMs - fall.atMs <= evidenceMs
      const refilled = now !== null && highest(now) >= emptyBelow
      const allTold = fall.load.charging.every((id) => paused(image, id))
      const raised = inTime && supplied && !refilled && evidence.for.length > 0 && !allTold
      if (!raised) {
        // Held findings end when current flows again or the supply itself is gone; an unproven fall is forgotten in time.
        const over = !inTime || refilled || !supplied || allTold
        answer(over ? idle : { load: before.load, fall: { ...fall, raised: false } }, clear)
        continue
      }
      const where =
        above === null
          ? `meter ${nameOf(setup.site.meters, circuit.meter ?? '')}`
          : `meter ${nameOf(setup.site.meters, above.meter ?? '')} above it`
      answer(
        { load: before.load, fall: { ...fall, raised: true } },
        {
          kind: 'active',
          facts: {
            phase: null,
            severity: 'critical',
            title: `The breaker of ${name} may be open`,
            message:
              `All phases fell from ${Object.entries(fall.load.currents)
                .map(([phase, value]) => `${phase} ${amperes(value)}`)
                .join(', ')} to ` +
              `${now === null ? 'unseen' : 'nearly nothing'} within ${seconds(fall.atMs - fall.load.atMs)} while ${where} reads ${supply.map((value) => value.toFixed(0)).join('/')} V. ` +
              `For it: ${evidence.for.join('; ')}. Against it: ${evidence.against.join('; ') || 'nothing seen'}. ` +
              'This is a conclusion, not a reported position: look at the breaker before acting, and find the cause before closing it.',
            numbers: evidence.numbers,
            evidence:
              'a hypothesis from currents, voltages and charger states; no auxiliary contact was read, and an inrush or short circuit that caused it is not visible in polled values',
            blindMs: circuit.meter === undefined ? null : blindness(setup, circuit.meter, 'i_l1').blindMs,
            identity: `${evidence.for.length}|${evidence.against.length}`,
          },
        },
      )
    }
    return { state: next, outcomes }
  },
}
