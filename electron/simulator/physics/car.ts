import type { Random } from '../random.ts'

export interface CarKind {
  readonly phases: 1 | 3
  /** Largest current of its on-board charger, A. */
  readonly maximum: number
}

export interface CarSettings extends CarKind {
  /** What it wants before it is full, kWh; Infinity for one that never is. */
  readonly wantsKWh: number
}

/** IEC 61851-1: below 6 A a car may not draw. */
export const pilotMinimumA = 6
/** From this share of its charge on a car takes less and less, down to `taperEnd` of its current (editable assumptions). */
const taperFrom = 0.85
const taperEnd = 0.25
/** Amperes a second. IEC 61851-1 table A.6 leaves a car 5 s to obey a lower limit; most need two. */
const rampUp = 4
const rampDown = 16

/** One car at a socket: it hears a limit late, follows it on a ramp, tapers and is full one day. */
export const createCar = (settings: CarSettings, random: Random) => {
  const hearsAfterS = random.between(0.6, 2)
  const startsAfterS = random.between(3, 7)
  /** Cars stay a little below what they may draw. */
  const belowA = random.between(0.1, 0.6)
  let givenKWh = 0
  let currentA = 0
  let heardA = 0
  let hearAtS: number | null = null
  let restartAtS = 0

  const share = () => givenKWh / settings.wantsKWh
  const isFull = () => share() >= 1
  const ownMaximumA = () => {
    const taper = Math.max(0, (share() - taperFrom) / (1 - taperFrom))
    return isFull() ? 0 : settings.maximum * (1 - taper * (1 - taperEnd))
  }
  return {
    settings,
    isFull,
    givenKWh: () => givenKWh,
    currentA: () => currentA,
    addEnergy: (kWh: number) => {
      givenKWh += kWh
    },
    /** Voltage went away: the current ends at once and the car starts anew after a while of its own. */
    dropOut: (timeS: number) => {
      currentA = 0
      heardA = 0
      hearAtS = null
      restartAtS = timeS + random.between(8, 20)
    },
    /** Current per phase under this limit (A). */
    step: (timeS: number, stepS: number, limitA: number): number => {
      if (heardA !== limitA && hearAtS === null)
        hearAtS = Math.max(restartAtS, timeS + (heardA === 0 ? startsAfterS : hearsAfterS))
      if (hearAtS !== null && timeS >= hearAtS) {
        heardA = limitA
        hearAtS = null
      }
      const targetA = heardA < pilotMinimumA ? 0 : Math.max(0, Math.min(heardA, ownMaximumA()) - belowA)
      if (targetA === 0 && heardA === 0) currentA = 0
      else currentA = Math.max(currentA - rampDown * stepS, Math.min(currentA + rampUp * stepS, targetA))
      return currentA
    },
  }
}
export type Car = ReturnType<typeof createCar>
