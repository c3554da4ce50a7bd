import type { Sample } from '../../../../shared/model/sample.ts'
import { shownStep } from '../../../../shared/profile/resolution.ts'
import type { EnergyStretch } from '../../../../shared/wiring/meter-view.ts'

/** The register and the power, since the register was first read. Plain data. */
export interface EnergyState {
  readonly startMs: number
  readonly startKWh: number
  readonly nowMs: number
  readonly joules: number
  readonly gapMs: number
  /** At the newest reading of the register. */
  readonly read: { readonly atMs: number; readonly kWh: number; readonly joules: number; readonly gapMs: number }
}

/** After this a new stretch begins, so that a change of the load's kind is judged within a shift (editable assumption). */
const longestMs = 6 * 3_600_000
/** A pause longer than this between two images is a gap. */
const longestStepMs = 5000

/** A float32 of a million kilowatt-hours has steps of an eighth, whatever its digits show. */
export const registerStepKWh = (kWh: number): number => Math.max(shownStep(kWh), Math.abs(kWh) * 2 ** -23)

const begin = (kWh: number, atMs: number, nowMs: number): EnergyState => ({
  startMs: atMs,
  startKWh: kWh,
  nowMs,
  joules: 0,
  gapMs: 0,
  read: { atMs, kWh, joules: 0, gapMs: 0 },
})

/** `register`: import less export, kWh; `powerW` is what it should follow, null where it is not known now. */
export const energyStep = (
  state: EnergyState | null,
  register: Sample | null,
  powerW: number | null,
  nowMs: number,
): EnergyState | null => {
  if (state === null || nowMs < state.nowMs || nowMs - state.startMs > longestMs)
    return register?.value == null || register.atMs === null ? null : begin(register.value, register.atMs, nowMs)
  const elapsedMs = nowMs - state.nowMs
  const isGap = powerW === null || elapsedMs > longestStepMs
  const next = {
    ...state,
    nowMs,
    joules: state.joules + (isGap ? 0 : (powerW * elapsedMs) / 1000),
    gapMs: state.gapMs + (isGap ? elapsedMs : 0),
  }
  if (register?.value == null || register.atMs === null || register.value === state.read.kWh) return next
  // A counter that was reset or replaced is another counter.
  if (register.value < state.startKWh - 1 && next.joules > 0) return begin(register.value, register.atMs, nowMs)
  return { ...next, read: { atMs: nowMs, kWh: register.value, joules: next.joules, gapMs: next.gapMs } }
}

export const stretchOf = (state: EnergyState | null): EnergyStretch | null => {
  if (state === null) return null
  const ms = state.read.atMs - state.startMs
  if (ms <= 0) return null
  return {
    hours: ms / 3_600_000,
    gapShare: Math.min(1, state.read.gapMs / ms),
    registerKWh: state.read.kWh - state.startKWh,
    integratedKWh: state.read.joules / 3.6e6,
    stepKWh: registerStepKWh(state.read.kWh),
  }
}
