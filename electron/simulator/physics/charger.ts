import type { Phase } from '../../../shared/model/phase.ts'
import type { Car } from './car.ts'
import { pilotMinimumA } from './car.ts'
import { createPhaseContactor } from './phase-contactor.ts'
import { createChargerLimit, type LimitSettings } from './charger-limit.ts'
import type { PhaseDraw } from './network.ts'

export interface ChargerSettings extends LimitSettings {
  readonly id: string
  readonly circuit: string
  /** Site phase at the terminals T1, T2, T3. */
  readonly terminals: readonly Phase[]
  /** What its limit register counts; watts are of the whole charger and are shared out over the phases its car uses. Default amperes. */
  readonly limitIn?: 'amperes' | 'watts'
  /** Until it answers and offers current after its supply returned. */
  readonly bootS: number
}

/** IEC 61851-1 states: A no car, B car present, C car asks for energy; 1 without, 2 with a pilot signal that allows current. */
export type PilotState = 'A' | 'B1' | 'B2' | 'C1' | 'C2'

/** Under this voltage electronics stop; under the second an on-board charger gives up (editable assumptions). */
const electronicsVoltage = 90
const carVoltage = 165
export const chargerPowerFactor = 0.99

/**
 * One socket. `timeS` is the time of the simulated world; `lineTimeS` is the wall's, by which watchdogs count, because a
 * controller lives by it however fast the world runs.
 */
export const createCharger = (
  settings: ChargerSettings,
  startEnergyKWh: number,
  /** Where its terminals are really wired to; the declared phases where nothing is wrong. */
  wiredTo: () => readonly Phase[] = () => settings.terminals,
) => {
  const terminals = () => settings.terminals.map((declared, index) => wiredTo()[index] ?? declared)
  let car: Car | null = null
  let bootUntilS: number | null = 0
  let totalKWh = startEnergyKWh
  let sessionStartKWh = startEnergyKWh
  let currents: number[] = settings.terminals.map(() => 0)
  let voltages: number[] = settings.terminals.map(() => 0)
  let timeNowS = 0
  let lineNowS = 0

  /** Volts on which one ampere a phase becomes the unit of its register: 1 for amperes. */
  const perAmpere = () => {
    if (settings.limitIn !== 'watts') return 1
    const used = car === null ? voltages : voltages.slice(0, car.settings.phases)
    return Math.max(
      1,
      used.reduce((sum, voltage) => sum + voltage, 0),
    )
  }
  const limit = createChargerLimit(settings, perAmpere, () => lineNowS)
  const contactor = createPhaseContactor(settings.terminals.length)
  const { inForceA } = limit
  const isPowered = () => bootUntilS !== null && timeNowS >= bootUntilS
  const offeredA = () => (isPowered() && inForceA() >= pilotMinimumA ? inForceA() : 0)

  const followSupply = () => {
    if ((voltages[0] ?? 0) < electronicsVoltage) {
      bootUntilS = null
      limit.forget()
    } else bootUntilS ??= timeNowS + settings.bootS
  }
  const carTerminals = () =>
    car === null
      ? []
      : settings.terminals.slice(0, Math.min(car.settings.phases, contactor.closed())).map((_, index) => index)

  return {
    settings,
    /** The site phases its terminals are really on. */
    terminals,
    isPowered,
    offeredA,
    inForceA,
    inForce: limit.inForce,
    remainingS: limit.remainingS,
    watchdogS: limit.watchdogS,
    setpointA: limit.setpointA,
    storedLimit: limit.storedLimit,
    inAmperes: limit.inAmperes,
    isReleased: limit.isReleased,
    isAtFallback: limit.isAtFallback,
    writeSetpoint: limit.writeSetpoint,
    writeRelease: limit.writeRelease,
    writeWatchdog: limit.writeWatchdog,
    feed: limit.feed,
    requestSeen: limit.requestSeen,
    /** On how many phases it charges, and how often that was changed under load. */
    phasesSet: contactor.set,
    phaseMoves: contactor.moves,
    movesUnderLoad: contactor.movesUnderLoad,
    writePhases: (count: number) => contactor.order(count, timeNowS, Math.max(0, ...currents)),
    lineTimeS: () => lineNowS,
    car: () => car,
    currents: (): readonly number[] => currents,
    voltages: (): readonly number[] => voltages,
    totalKWh: () => totalKWh,
    sessionKWh: () => totalKWh - sessionStartKWh,
    powerW: () =>
      currents.reduce((sum, current, index) => sum + current * (voltages[index] ?? 0) * chargerPowerFactor, 0),
    pilot: (): PilotState => {
      if (car === null) return 'A'
      if (car.isFull()) return offeredA() > 0 ? 'B2' : 'B1'
      if (offeredA() === 0) return 'C1'
      return car.currentA() > 0 ? 'C2' : 'B2'
    },
    plug: (arriving: Car) => {
      car = arriving
      sessionStartKWh = totalKWh
    },
    unplug: () => {
      car = null
    },
    /** `voltageOf` gives the RMS voltage at the socket's supply, V. */
    step: (timeS: number, lineTimeS: number, stepS: number, voltageOf: (phase: Phase) => number): PhaseDraw[] => {
      timeNowS = timeS
      lineNowS = lineTimeS
      voltages = terminals().map(voltageOf)
      followSupply()
      limit.checkWatchdog()
      contactor.step(timeS)
      const used = carTerminals()
      const fed = used.filter((index) => (voltages[index] ?? 0) >= carVoltage)
      const lost = used.some((index) => (currents[index] ?? 0) > 0 && !fed.includes(index))
      if (car !== null && (lost || (fed.length === 0 && car.currentA() > 0))) car.dropOut(timeS)
      const currentA = car === null || !fed.includes(0) ? 0 : car.step(timeS, stepS, offeredA())
      currents = settings.terminals.map((_, index) => (fed.includes(index) ? currentA : 0))
      const kWh =
        (currents.reduce((sum, current, index) => sum + current * (voltages[index] ?? 0) * chargerPowerFactor, 0) *
          stepS) /
        3.6e6
      totalKWh += kWh
      car?.addEnergy(kWh)
      return terminals().map((phase, index) => ({
        circuit: settings.circuit,
        phase,
        currentA: currents[index] ?? 0,
        powerFactor: chargerPowerFactor,
      }))
    },
  }
}
export type Charger = ReturnType<typeof createCharger>
