import type { CaptureClock } from '../../../shared/wave/wave-observation.ts'
import type { ClockSeen } from './desk-clock.ts'
import type { DeskPorts } from './desk-ports.ts'
import { readComtradeFiles } from './comtrade-files.ts'
import { readLogWindow } from './log-window.ts'
import { createPausedLog } from './paused-log.ts'
import { readPlainBlocks } from './plain-blocks.ts'
import type { CaptureReading, RawCapture } from './raw-capture.ts'

export type CapturesTaken = { readonly ids: string[]; readonly notes: readonly string[] } | { readonly why: string }

/** How the meter's clock dates it: one that says no time is dated by this computer's, when it was read. */
const clockOf = ({ time }: RawCapture, clock: ClockSeen | null): CaptureClock => {
  if (time === null || clock === null) return { aheadMs: null, uncertaintyMs: null, isCorrected: false }
  const { errorMs, uncertaintyMs } = clock.told
  return { aheadMs: errorMs, uncertaintyMs: Math.round(uncertaintyMs + time.stamp.stepMs), isCorrected: true }
}

/** Waveforms that one meter captured by itself: read by whatever procedure its maker gives. */
export const createDeskCaptures = (ports: DeskPorts) => {
  const { meterId, profile, way, facts, book, nominalHz, now } = ports
  const layout = profile.captures
  const paused = layout?.kind === 'log-window' ? createPausedLog(layout, way, facts.debt) : null
  let isReading = false

  /** What stands in its registers stays there until it takes the next: asked for by a person, it is given again. */
  const read = async (isAsked: boolean): Promise<CaptureReading> => {
    if (layout === undefined) return { ok: false, why: 'this meter gives no captures over Modbus' }
    const isKnown = isAsked ? () => false : facts.hasCapture
    switch (layout.kind) {
      case 'plain-blocks':
        return readPlainBlocks(layout, way, profile.line.maxRegisters, nominalHz)
      case 'log-window':
        return paused === null
          ? { ok: false, why: 'its log has no window' }
          : readLogWindow(layout, way, paused, nominalHz, isKnown)
      case 'comtrade-files':
        return readComtradeFiles(layout, way, isKnown)
    }
  }
  const deviceText = (): string => {
    const stated = layout?.class ?? null
    const accuracy = stated === null ? 'class not stated' : `class as its maker states it: ${stated}`
    return `${profile.make} ${profile.models[0] ?? ''}, ${ports.name}; captured by the meter itself; ${accuracy}`
  }
  /** Kept in the book under an id made of its time; answers the id. */
  const keep = (raw: RawCapture, clock: ClockSeen | null): string => {
    const stampedMs = raw.time === null ? null : raw.time.stamp.wallMs - (clock?.told.offsetMs ?? 0)
    const fromMs = stampedMs === null ? null : stampedMs - (1000 * (raw.time?.atSample ?? 0)) / raw.rateHz
    const readAtMs = now()
    const id = `${meterId}-${Math.round(fromMs ?? readAtMs)}`
    if (!book.has(meterId, id)) {
      const summary = book.add({ raw, id, meterId, device: deviceText(), fromMs, readAtMs, clock: clockOf(raw, clock) })
      if (!facts.hasCapture(raw.key)) ports.onCapture(summary)
    }
    facts.tookCapture(raw.key)
    return id
  }
  /** `isAsked`: by a person, who gets what was read before too. */
  const take = async (
    isAsked: boolean,
    clock: { readonly look: () => Promise<void>; readonly seen: () => ClockSeen | null },
  ): Promise<CapturesTaken> => {
    if (isReading) return { why: 'its captures are being read just now' }
    isReading = true
    try {
      await clock.look()
      const found = await read(isAsked)
      if (!found.ok) return { why: found.why }
      return { ids: found.captures.map((raw) => keep(raw, clock.seen())), notes: found.notes }
    } finally {
      isReading = false
    }
  }
  return {
    take,
    isReading: () => isReading,
    /** Reading them costs little, so that they are taken as they come. */
    isCheap: layout !== undefined && layout.kind !== 'plain-blocks',
    /** Gives back a log that is still owed from before. */
    settle: async (): Promise<void> => {
      if (paused !== null && facts.debt.isOwed()) await paused.settle()
    },
  }
}
