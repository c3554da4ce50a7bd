/**
 * What a charger can do for whoever steers it, whatever it speaks. Everything above a charger's link knows it by this alone: control, the
 * fallback check, the screen. A link states its abilities once, when it is made.
 */
import type { ChargerQuantityKey } from '../model/image.ts'

/**
 * What keeps a charger's watchdog from firing, so what must be left out for it to fall to its own fallback: every request, the
 * limit itself, or a heartbeat of its own.
 */
export type Feed = 'any-request' | 'limit' | 'heartbeat'

/** What brings a charger to its own fallback when it is cut off. */
export type WatchdogAbility =
  | {
      readonly kind: 'fed'
      readonly by: Feed
      /** How long it hears nothing before it falls, s, as its document says. */
      readonly timeoutS: number
      /** The heartbeat is the time-out itself, written again: what the charger says of its time-out is then our own word. */
      readonly isTimeoutOurs: boolean
    }
  /** Set in the charger itself: what feeds it is not known here. */
  | { readonly kind: 'outside'; readonly note: string }
  /** Nobody documents one: a charger that is cut off keeps its last limit. */
  | { readonly kind: 'none'; readonly note: string }

export interface LimitAbility {
  /** Smallest charging limit, A. */
  readonly minimumA: number
  /** Steps the charger can tell apart, A. */
  readonly stepA: number
  /** How far a read back may differ from what was written and still count as the same, A. */
  readonly toleranceA: number
  /** How long it may take to show a new limit in its read back, ms. */
  readonly settleMs: number
  /** Shortest time between two writes, ms; a reduction that a circuit needs does not wait for it. */
  readonly spacingMs: number
}

/** How it is told to charge on one phase or on three. Its terminal T1 is the one it then uses. */
export interface PhaseSwitchAbility {
  /** What its document says, for people. */
  readonly text: string
  /** null: it is documented, but control may not use it, because nothing it says would confirm a switch. */
  readonly steered: {
    /** Its contactors have moved and it says so within this, ms. */
    readonly settleMs: number
    /** Shortest time between two switches that its document allows, ms; 0: it names none. */
    readonly spacingMs: number
  } | null
}

export interface ChargerAbilities {
  readonly make: string
  /** Of one family, the first stands for all. */
  readonly models: readonly string[]
  /** Where all this is known from: the id of its profile. */
  readonly profileId: string
  readonly limit: LimitAbility
  /** 0 A can be ordered. */
  readonly canPause: boolean
  /** It says which limit is in force. */
  readonly canReadBack: boolean
  /** What it says of itself. */
  readonly says: ReadonlySet<ChargerQuantityKey>
  readonly watchdog: WatchdogAbility
  /** What of its own fallback may be written, and the shortest and longest time-out it takes, s; null: nothing. What it says of it is in `says`. */
  readonly writableFallback: {
    readonly limit: boolean
    readonly timeout: boolean
    readonly timeoutS: readonly [number, number] | null
    /** The document that allows it. */
    readonly source: string
  } | null
  /** null: it can't be told to charge on one phase or three. */
  readonly phaseSwitch: PhaseSwitchAbility | null
  /** Why it is read and never written to; null: it can be steered. */
  readonly monitoredOnly: string | null
}

/** For sentences: "Alfen Eve Single". */
export const modelName = ({ make, models }: Pick<ChargerAbilities, 'make' | 'models'>): string =>
  `${make} ${models[0] ?? ''}`

/** What must be left out for its watchdog to fire; null: nothing this program could leave out. */
export const feedOf = ({ watchdog }: Pick<ChargerAbilities, 'watchdog'>): Feed | null =>
  watchdog.kind === 'fed' ? watchdog.by : null

/**
 * How long a charger hears nothing before it falls, s: what it says of itself where that is known, else what its document says.
 * null: it has no watchdog that could fire. `saidS` is its own word; 0 there switches it off (KEBA 5018, Heidelberg 257), as far as makers say.
 */
export const watchdogTimeoutS = (
  { watchdog }: Pick<ChargerAbilities, 'watchdog'>,
  saidS: number | null,
): number | null => {
  if (watchdog.kind !== 'fed') return null
  if (watchdog.isTimeoutOurs || saidS === null) return watchdog.timeoutS
  return saidS > 0 ? saidS : null
}

/** What is written of a limit, A: down to the step the charger can tell, because rounding must never give more than was decided. */
export const inSteps = (stepA: number, amperes: number): number =>
  Number((Math.floor(amperes / stepA + 1e-9) * stepA).toFixed(6))

const terminals = ['i_t1', 'i_t2', 'i_t3'] as const

/** Whether anything it says could show that it follows a limit: that limit, or the currents of its car. */
export const canShow = ({ canReadBack, says }: Pick<ChargerAbilities, 'canReadBack' | 'says'>): boolean =>
  canReadBack || terminals.some((key) => says.has(key))

/** What it cannot do for control, each as the end of "it cannot ...". */
export const cannotOf = (abilities: ChargerAbilities): string[] => [
  ...(abilities.monitoredOnly === null
    ? [...(abilities.canReadBack ? [] : ['say which limit is in force']), ...(abilities.canPause ? [] : ['be paused'])]
    : ['be controlled']),
  ...(abilities.says.has('i_t1') ? [] : ['measure its currents']),
  ...(abilities.watchdog.kind === 'none' ? ['fall back by itself when it is cut off'] : []),
  ...(abilities.phaseSwitch === null
    ? ['switch between one phase and three']
    : abilities.phaseSwitch.steered === null && abilities.monitoredOnly === null
      ? ['confirm a switch between one phase and three']
      : []),
]
