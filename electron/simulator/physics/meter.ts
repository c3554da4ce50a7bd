import { phases, type Phase } from '../../../shared/model/phase.ts'
import { createRandom } from '../random.ts'
import { createMeterWatch } from './meter-watch.ts'
import { throughWiring, wiredRight, type MeterWiring } from './meter-wiring.ts'
import type { CircuitState } from './network.ts'
import { add, magnitude, power, scale, subtract, type Phasor } from './phasor.ts'

export interface MeterSettings {
  readonly id: string
  readonly circuit: string
  /** Site phase at the terminals 1, 2, 3. */
  readonly terminals: readonly Phase[]
  /** Mounted against the direction of import. */
  readonly reverse: boolean
  /** Where its supply and voltage taps are: before or behind the circuit's breaker. */
  readonly fed: 'above' | 'below'
  /** RMS values are formed over this window and refreshed at its end, ms. */
  readonly windowMs: number
  /** Largest gain error, percent; each channel gets one of its own. */
  readonly accuracyPercent: number
  readonly startEnergyKWh: number
  readonly bootS: number
  /** By which it judges dips and swells, V; default 230. */
  readonly nominalV?: number
}

/** What the meter found in its last window, per terminal 1..3. */
export interface MeterWindow {
  readonly voltage: readonly number[]
  readonly lineVoltage: readonly number[]
  readonly current: readonly number[]
  readonly neutralA: number
  readonly activeW: readonly number[]
  readonly reactiveVar: readonly number[]
  readonly frequencyHz: number
  /** In the order of its terminals: 1 L1-L2-L3, -1 the other way round, 0 where there are no three. */
  readonly rotation: -1 | 0 | 1
}

/** Energies per terminal since it left the factory: kWh and kvarh. */
export interface MeterEnergy {
  readonly importKWh: number[]
  readonly exportKWh: number[]
  readonly inductiveKvarh: number[]
}

/** Fifteen minutes, as grid companies bill; an exponential mean stands for the block demand. */
const demandS = 900
const supplyVoltage = 90

/** Twice the area of the triangle of the voltages: its sign is the way round. */
const rotationOf = ([one, two, three]: readonly Phasor[]): number => {
  if (one === undefined || two === undefined || three === undefined) return 0
  const [a, b] = [subtract(two, one), subtract(three, one)]
  return b.re * a.im - b.im * a.re
}
const rms = (squares: number, count: number) => Math.sqrt(squares / count)

/** A meter on one circuit: windows of RMS values as real meters form them, and energies that only grow. */
export const createMeter = (settings: MeterSettings, seed: number, wiring: () => MeterWiring = () => wiredRight) => {
  const random = createRandom(seed, `meter ${settings.id}`)
  const gain = () => 1 + (random.between(-1, 1) * settings.accuracyPercent) / 100
  const [voltageGain, currentGain] = [phases.map(gain), phases.map(gain)]
  const share = settings.startEnergyKWh / settings.terminals.length
  const energy: MeterEnergy = {
    importKWh: settings.terminals.map(() => (settings.reverse ? 0 : share)),
    exportKWh: settings.terminals.map(() => (settings.reverse ? share : 0)),
    inductiveKvarh: settings.terminals.map(() => share * 0.2),
  }
  const emptySums = () => ({
    voltage: [0, 0, 0],
    line: [0, 0, 0],
    current: [0, 0, 0],
    active: [0, 0, 0],
    reactive: [0, 0, 0],
    neutral: 0,
    frequency: 0,
    rotation: 0,
    count: 0,
  })
  let sums = emptySums()
  let window: MeterWindow | null = null
  let bootUntilS: number | null = 0
  let timeNowS = 0
  let demandW = 0
  let demandMaxW = 0
  const demandA = [0, 0, 0]
  const watch = createMeterWatch(settings.nominalV ?? 230)

  const closeWindow = () => {
    const { count } = sums
    window = {
      voltage: sums.voltage.map((value) => rms(value, count)),
      lineVoltage: sums.line.map((value) => rms(value, count)),
      current: sums.current.map((value) => rms(value, count)),
      neutralA: rms(sums.neutral, count),
      activeW: sums.active.map((value) => value / count),
      reactiveVar: sums.reactive.map((value) => value / count),
      frequencyHz: sums.frequency / count,
      rotation: Math.abs(sums.rotation) < 1e-6 ? 0 : sums.rotation > 0 ? 1 : -1,
    }
    sums = emptySums()
  }
  const measure = (state: CircuitState, frequencyHz: number, timeS: number, stepS: number) => {
    const sign = settings.reverse ? -1 : 1
    const wired = throughWiring(
      wiring(),
      settings.terminals.map((phase) => state[settings.fed][phase]),
      settings.terminals.map((phase) => state.current[phase]),
    )
    const taps = wired.voltages.map((tap, index) => scale(tap, voltageGain[index] ?? 1))
    const flows = wired.currents.map((flow, index) => scale(flow, sign * (currentGain[index] ?? 1)))
    watch.step(timeS, taps.map(magnitude))
    let totalW = 0
    taps.forEach((tap, index) => {
      const flow = flows[index] ?? { re: 0, im: 0 }
      const complex = power(tap, flow)
      sums.voltage[index]! += magnitude(tap) ** 2
      sums.line[index]! += taps.length < 2 ? 0 : magnitude(subtract(tap, taps[(index + 1) % taps.length] ?? tap)) ** 2
      sums.current[index]! += magnitude(flow) ** 2
      sums.active[index]! += complex.re
      sums.reactive[index]! += complex.im
      const kWh = (complex.re * stepS) / 3.6e6
      if (kWh >= 0) energy.importKWh[index]! += kWh
      else energy.exportKWh[index]! -= kWh
      energy.inductiveKvarh[index]! += (Math.max(0, complex.im) * stepS) / 3.6e6
      demandA[index]! += (magnitude(flow) - demandA[index]!) * Math.min(1, stepS / demandS)
      totalW += complex.re
    })
    demandW += (totalW - demandW) * Math.min(1, stepS / demandS)
    demandMaxW = Math.max(demandMaxW, demandW)
    sums.neutral += magnitude(flows.reduce(add)) ** 2
    sums.frequency += frequencyHz
    sums.rotation += rotationOf(taps)
    sums.count += 1
  }
  return {
    settings,
    /** It answers only with a supply, and a while after it returned. */
    isPowered: () => bootUntilS !== null && timeNowS >= bootUntilS,
    window: (): MeterWindow | null => window,
    energy: (): MeterEnergy => energy,
    /** What it noted of its voltages by itself, newest first. */
    events: watch.events,
    demand: () => ({ activeW: demandW, activeMaxW: demandMaxW, currentA: demandA }),
    step: (timeS: number, stepS: number, state: CircuitState, frequencyHz: number) => {
      timeNowS = timeS
      const supplied = settings.terminals.some((phase) => magnitude(state[settings.fed][phase]) >= supplyVoltage)
      if (!supplied) {
        bootUntilS = null
        sums = emptySums()
        return
      }
      bootUntilS ??= timeS + settings.bootS
      measure(state, frequencyHz, timeS, stepS)
      if (sums.count * stepS * 1000 >= settings.windowMs - 1e-6 || window === null) closeWindow()
    },
  }
}
export type Meter = ReturnType<typeof createMeter>
