import { refusal } from '../../../shared/said/refusal.ts'
import { sayA } from '../../../shared/allocation/bounds.ts'
import { feedOf, watchdogTimeoutS } from '../../../shared/charger/abilities.ts'
import type { TrialState } from '../../../shared/model/decision.ts'
import type { Image } from '../../../shared/model/image.ts'
import { own } from '../../../shared/own.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Clock } from '../ports.ts'
import { forgetful, type Memory } from '../site/memory.ts'
import { drawnA } from './charger-watch.ts'
import { usableLimitA, type ControlledCharger } from './controlled-charger.ts'
import type { PhaseLimit } from './outer/outer.ts'
import type { Standing } from './problem.ts'
import { surroundingsOf } from './surroundings.ts'

/**
 * What a person has control do to show that it works (core/acceptance): a charger whose watchdog is left unfed on purpose, and a circuit's
 * limit that is lowered for a while. Both only ever narrow what flows, both end by themselves, and both end with control.
 */
export type Trial =
  | { readonly kind: 'withhold'; readonly chargerId: string; readonly isOn: boolean }
  /** `forS` 0 takes it back. */
  | { readonly kind: 'lower-limit'; readonly circuitId: string; readonly limitA: number; readonly forS: number }

interface Withheld {
  readonly who: string
  readonly silentUntilMs: number
  readonly endMs: number
}
interface Lowered {
  readonly who: string
  readonly limitA: number
  readonly endMs: number
}

/** Beyond the watchdog's time: the charger's own clock and the steps it takes to fall (editable assumption, as in feeding.ts). */
const marginMs = 10_000
/** After its time it is asked what it holds before anything is written to it: two readings and some. Editable assumption. */
const lookMs = 5000
/** Longer than any acceptance test asks for. */
export const longestLoweringS = 900

export interface TrialParts {
  readonly site: Site
  readonly chargers: readonly ControlledCharger[]
  readonly clock: Clock
  /** One is over, whoever ended it: whatever it holds is to be written anew. */
  readonly over: (chargerId: string, why: string) => void
  readonly memory?: Memory
}

type Withholdings = ReadonlyMap<string, Withheld>
type Lowerings = ReadonlyMap<string, Lowered>

/** Every circuit above could carry all it may draw in place of what it draws now. */
const hasRoomFor = (site: Site, charger: ControlledCharger, image: Image, standings: readonly Standing[]): boolean => {
  const view = standings.find((each) => each.view.charger.id === charger.id)?.view
  const ownA = view === undefined ? 0 : Math.min(...charger.phases.map((phase) => drawnA(view, phase)))
  return surroundingsOf(site, { ...charger, maximumA: charger.maximumA - Math.max(0, ownA) }, image, standings).hasRoom
}

/** How long it must hear nothing, ms; refused where nothing this program leaves out brings it down, or its maximum has no room. */
const silenceMs = (site: Site, charger: ControlledCharger, image: Image, standings: readonly Standing[]): number => {
  const { name, abilities } = charger
  if (abilities.monitoredOnly !== null) throw refusal('monitored-only', { charger: name, why: abilities.monitoredOnly })
  const saidS = own(image.chargers, charger.id)?.samples['watchdog_timeout']?.value ?? null
  const timeoutS = watchdogTimeoutS(abilities, saidS)
  if (feedOf(abilities) === null || timeoutS === null) throw refusal('no-watchdog-fed', { charger: name })
  if (standings.find(({ view }) => view.charger.id === charger.id)?.fixed != null)
    throw refusal('not-under-control', { charger: name })
  const { over: full } = surroundingsOf(site, charger, image, standings)
  if (full !== null || !hasRoomFor(site, charger, image, standings))
    throw refusal('no-room-for-trial', { charger: name, maximumA: charger.maximumA, over: full })
  return timeoutS * 1000 + marginMs
}

/** What a lowering is, from this moment on; refused where it would raise the limit, or last too long. */
const loweringOf = (
  usableA: number,
  { limitA, forS }: Extract<Trial, { kind: 'lower-limit' }>,
  who: string,
  nowMs: number,
): Lowered => {
  if (!(limitA > 0 && limitA < usableA)) throw refusal('trial-not-lower', { usableA })
  if (forS > longestLoweringS) throw refusal('trial-too-long', { longestS: longestLoweringS })
  return { who, limitA, endMs: nowMs + forS * 1000 }
}

/** In place of the circuits' own limits, by circuit and phase. */
const limitsOf = (site: Site, lowered: Lowerings): ReadonlyMap<string, Readonly<Partial<Record<string, PhaseLimit>>>> =>
  new Map(
    [...lowered].map(([id, { limitA, who }]) => {
      const circuit = site.circuits.find((each) => each.id === id)
      const limit: PhaseLimit = {
        limitA,
        kind: 'circuit-limit',
        text: `limit lowered to ${sayA(limitA)} on trial by ${who}`,
      }
      return [id, Object.fromEntries((circuit?.phases ?? []).map((phase) => [phase, limit]))]
    }),
  )

/** As the screen is told, in UTC. */
const toldOf = (withheld: Withholdings, lowered: Lowerings, clock: Clock): TrialState => {
  const utcOf = (monotonicMs: number): number => Math.round(clock.nowMs() + monotonicMs - clock.monotonicMs())
  return {
    withheld: [...withheld].map(([chargerId, { who, silentUntilMs, endMs }]) => ({
      chargerId,
      who,
      silentUntilMs: utcOf(silentUntilMs),
      endsAtMs: utcOf(endMs),
    })),
    lowered: [...lowered].map(([circuitId, { who, limitA, endMs }]) => ({
      circuitId,
      who,
      limitA,
      endsAtMs: utcOf(endMs),
    })),
  }
}

export const createTrials = ({ site, chargers, clock, over, memory = forgetful }: TrialParts) => {
  const state = memory.keep('trials', {
    withheld: new Map<string, Withheld>(),
    lowered: new Map<string, Lowered>(),
  })
  const chargerOf = (id: string): ControlledCharger => {
    const charger = chargers.find((each) => each.id === id)
    if (charger === undefined) throw refusal('no-charger', { chargerId: id })
    return charger
  }
  const end = (id: string, why: string): void => {
    if (state.withheld.delete(id)) over(id, why)
  }
  const lower = (trial: Extract<Trial, { kind: 'lower-limit' }>, who: string): void => {
    const { circuitId, forS } = trial
    const circuit = site.circuits.find(({ id }) => id === circuitId)
    if (circuit === undefined) throw refusal('no-circuit', { circuitId })
    if (forS === 0) state.lowered.delete(circuitId)
    else state.lowered.set(circuitId, loweringOf(usableLimitA(site, circuit), trial, who, clock.monotonicMs()))
  }
  const withhold = (charger: ControlledCharger, who: string, image: Image | null, standings: readonly Standing[]) => {
    if (image === null) throw refusal('nothing-read-yet', {})
    if (state.withheld.size > 0) throw refusal('one-trial-at-a-time', {})
    const silentUntilMs = clock.monotonicMs() + silenceMs(site, charger, image, standings)
    const endMs = silentUntilMs + charger.abilities.limit.settleMs + lookMs
    state.withheld.set(charger.id, { who, silentUntilMs, endMs })
  }

  return {
    begin: (trial: Trial, who: string, image: Image | null, standings: readonly Standing[]): void => {
      if (trial.kind === 'lower-limit') return lower(trial, who)
      const charger = chargerOf(trial.chargerId)
      if (trial.isOn) withhold(charger, who, image, standings)
      else end(charger.id, `by ${who}`)
    },
    /** After each decision: what has run out ends, and a charger is fed again at once where a circuit above it carries more than it may. */
    step: (image: Image, standings: readonly Standing[]): void => {
      const nowMs = clock.monotonicMs()
      for (const [id, { endMs }] of [...state.withheld]) {
        const charger = chargers.find((each) => each.id === id)
        const full = charger === undefined ? null : surroundingsOf(site, charger, image, standings).over
        if (full !== null) end(id, full)
        else if (nowMs >= endMs) end(id, 'its time is over')
      }
      for (const [id, { endMs }] of [...state.lowered]) if (nowMs >= endMs) state.lowered.delete(id)
    },
    /** Control ended: so does all of this. */
    endAll: (): void => {
      for (const id of [...state.withheld.keys()]) end(id, 'control ended')
      state.lowered.clear()
    },
    isWithheld: (id: string): boolean => state.withheld.has(id),
    /** Nothing at all may be asked of it: any request would feed its watchdog. */
    isSilent: (id: string): boolean => clock.monotonicMs() < (state.withheld.get(id)?.silentUntilMs ?? -Infinity),
    /** For the allocation: all it may draw is set aside, because what it falls to is what is to be found out. */
    why: (id: string): { readonly isQuiet: boolean; readonly why: string; readonly setAsideA: number } | null => {
      const held = state.withheld.get(id)
      return held === undefined
        ? null
        : {
            isQuiet: true,
            why: `its watchdog is left unfed on purpose, asked for by ${held.who}`,
            setAsideA: chargerOf(id).maximumA,
          }
    },
    limits: () => limitsOf(site, state.lowered),
    isIdle: (): boolean => state.withheld.size === 0 && state.lowered.size === 0,
    state: (): TrialState => toldOf(state.withheld, state.lowered, clock),
  }
}
export type Trials = ReturnType<typeof createTrials>

export interface TrialIntentParts {
  readonly isClosed: () => boolean
  readonly isArmed: () => boolean
  readonly image: () => Image | null
  readonly standings: () => readonly Standing[]
  readonly audit: (who: string, action: string, subject: string, detail: Record<string, unknown>) => void
  /** Decides at once with what was begun. */
  readonly decide: () => void
}

/** A trial as a person asks for it: refused while control is not armed, and audited. */
export const trialIntent =
  (trials: Trials, { isClosed, isArmed, image, standings, audit, decide }: TrialIntentParts) =>
  async ({ trial, who, reason }: { trial: Trial; who: string; reason: string }): Promise<TrialState> => {
    // A refusal is an answer of this intent, not a failure of the turn.
    await Promise.resolve()
    if (isClosed()) throw refusal('control-closed', {})
    if (!isArmed()) throw refusal('trial-not-armed', {})
    trials.begin(trial, who, image(), standings())
    audit(who, `trial-${trial.kind}`, trial.kind === 'withhold' ? trial.chargerId : trial.circuitId, {
      reason,
      ...trial,
    })
    decide()
    return trials.state()
  }
