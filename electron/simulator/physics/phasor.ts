import type { Phase } from '../../../shared/model/phase.ts'

/** A sinusoid at the mains frequency as a complex RMS value. */
export interface Phasor {
  readonly re: number
  readonly im: number
}

export const zero: Phasor = { re: 0, im: 0 }
export const add = (a: Phasor, b: Phasor): Phasor => ({ re: a.re + b.re, im: a.im + b.im })
export const subtract = (a: Phasor, b: Phasor): Phasor => ({ re: a.re - b.re, im: a.im - b.im })
export const multiply = (a: Phasor, b: Phasor): Phasor => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
})
export const scale = (a: Phasor, factor: number): Phasor => ({ re: a.re * factor, im: a.im * factor })
export const magnitude = (a: Phasor): number => Math.hypot(a.re, a.im)
export const polar = (size: number, angleRad: number): Phasor => ({
  re: size * Math.cos(angleRad),
  im: size * Math.sin(angleRad),
})

/** Complex power U times conjugate I: `re` in watts, `im` in vars, inductive positive. */
export const power = (voltage: Phasor, current: Phasor): Phasor =>
  multiply(voltage, { re: current.re, im: -current.im })

/** L2 lags L1 by a third of a turn, L3 by two thirds. */
export const phaseAngle: Readonly<Record<Phase, number>> = { L1: 0, L2: (-2 * Math.PI) / 3, L3: (2 * Math.PI) / 3 }
