import { createFlickerMeter, lampFor } from '../../shared/power-quality/flicker-meter.ts'
import {
  addPinst,
  noFlickerClasses,
  pstOf,
  type FlickerClasses,
} from '../../shared/power-quality/flicker-statistics.ts'
import type { FlickerNow } from '../../shared/power-quality/quality-row.ts'
import { tickMs } from '../../shared/power-quality/window-clock.ts'

export interface FlickerSettings {
  readonly channels: readonly string[]
  readonly rateHz: number
  readonly nominalHz: number
  readonly udinV: number
}

/** Before this the filters tell of the beginning, not of the voltage, s (editable assumption; the slowest pole has 3.2 s). */
const settleS = 60
/** A Pst of less than this share of its ten minutes is none (editable assumption). */
const leastShare = 0.9
/** Ticks whose Pst are kept until their interval is closed. */
const mostTicks = 3

/** Flicker of the phase voltages: Pinst now, and Pst of each ten minutes of UTC. */
export const createFlicker = ({ channels, rateHz, nominalHz, udinV }: FlickerSettings) => {
  const lamp = lampFor(udinV)
  const phases = channels.map((channel) => ({
    channel,
    meter: createFlickerMeter({ rateHz, nominalHz, lamp }),
    classes: noFlickerClasses(),
    tick: null as number | null,
    given: 0,
    pinst: 0,
    highest: 0,
  }))
  const psts = new Map<number, Map<string, number>>()
  const inner = phases[0]?.meter.rateHz ?? 1
  const wanted = (tickMs / 1000) * inner

  const close = (tick: number, channel: string, classes: FlickerClasses): void => {
    const pst = classes.total < wanted * leastShare ? null : pstOf(classes)
    if (pst === null) return
    const of = psts.get(tick) ?? new Map<string, number>()
    psts.set(tick, of.set(channel, pst))
    for (const old of [...psts.keys()].slice(0, -mostTicks)) psts.delete(old)
  }
  return {
    /** A piece of each channel; `msOf` gives the time of a position. */
    push: (pieces: readonly Float32Array[], msOf: (at: number) => number): void => {
      phases.forEach((phase, index) => {
        phase.meter.push(pieces[index] ?? new Float32Array(0), (pinst) => {
          phase.given += 1
          phase.pinst = pinst
          phase.highest = Math.max(phase.highest, pinst)
          if (phase.given < settleS * inner) return
          const tick = Math.floor(msOf((phase.given * rateHz) / inner) / tickMs)
          if (phase.tick !== null && tick !== phase.tick) {
            close(phase.tick, phase.channel, phase.classes)
            phase.classes = noFlickerClasses()
          }
          phase.tick = tick
          addPinst(phase.classes, pinst)
        })
      })
    },
    pstOf: (tick: number): ReadonlyMap<string, number> => psts.get(tick) ?? new Map(),
    /** The highest Pinst since it was asked last, by channel. */
    takeHighest: (): readonly number[] =>
      phases.map((phase) => {
        const { highest } = phase
        phase.highest = phase.pinst
        return phase.given < settleS * inner ? NaN : highest
      }),
    now: (): readonly FlickerNow[] =>
      phases.map(({ channel, pinst, classes }) => ({
        channel,
        pinst,
        // A minute of values is the least that a share of a thousandth can be read from.
        pstSoFar: classes.total < 60 * inner ? null : pstOf(classes),
        soFarS: classes.total / inner,
      })),
    reset: (): void => {
      for (const phase of phases) {
        if (phase.tick !== null) close(phase.tick, phase.channel, phase.classes)
        phase.meter.reset()
        phase.classes = noFlickerClasses()
        phase.tick = null
        phase.given = 0
        phase.highest = 0
      }
    },
  }
}
