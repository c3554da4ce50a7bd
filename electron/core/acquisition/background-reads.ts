import { longestMeterSilenceMs } from '../../../shared/site/check-electrical.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { BackgroundRead } from '../field/field-source.ts'
import type { Clock } from '../ports.ts'
import type { LineLoop } from './line-loop.ts'
import type { LineParts } from './line-parts.ts'
import { cellularDeadlineMs, gatewayHoldMs } from './link-habits.ts'

/**
 * Whoever else is on the line waits for a read that gets no answer, set-points too. A meter may be read at half the time after which it
 * counts as silent (check-electrical.ts); half of what is left stays for its own read.
 */
const longestBackgroundMs = (site: Site): number =>
  site.chargers.length === 0
    ? cellularDeadlineMs
    : Math.min(site.control.meterTimeout * 1000, longestMeterSilenceMs) / 4

/** Reads beside the polling, in its gaps. */
export const createBackgroundReads =
  (
    site: Site,
    clock: Clock,
    parts: ReadonlyMap<string, LineParts>,
    loops: ReadonlyMap<string, LineLoop>,
  ): BackgroundRead =>
  (lineId, request, wish) => {
    const part = parts.get(lineId)
    const loop = loops.get(lineId)
    if (part === undefined || loop === undefined) return null
    const deadlineMs = Math.min(wish.deadlineMs, longestBackgroundMs(site))
    return loop.background(request, { ...wish, deadlineMs }).then((outcome) => {
      // A gateway goes on waiting for whoever did not answer: the devices asked next must not be taken for slow or silent.
      if (!outcome.ok && outcome.fault.kind === 'timeout' && part.site.transport === 'tcp') {
        part.heldUp.untilMs = Math.max(part.heldUp.untilMs, clock.monotonicMs() + gatewayHoldMs - deadlineMs)
      }
      return outcome
    })
  }
