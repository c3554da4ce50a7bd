import type { CaptureSummary } from '../../../shared/wave/wave-observation.ts'
import type { Stop } from '../ports.ts'
import type { CaptureShelf } from './capture-shelf.ts'
import type { WaveField } from './wave-ports.ts'

/** What a front end's stamps are worth: compared with this computer's clock as they come, delay included, and not moved by it. */
const withClock = (summary: CaptureSummary, field: WaveField): CaptureSummary => ({
  ...summary,
  clock: {
    aheadMs: field.health(summary.source)?.stampAgainstClockMs ?? null,
    uncertaintyMs: null,
    isCorrected: false,
  },
})

/** Puts every capture of a front end where it outlasts the thread that took it, and the program. */
export const keepCaptures = (field: WaveField, shelf: CaptureShelf): Stop =>
  field.onObservation((observation) => {
    if (observation.kind !== 'captured') return
    const { kind: _kind, ...summary } = observation
    const dated = withClock(summary, field)
    void field.captureBytes(summary.source, summary.captureId).then((answer) => {
      if (answer.ok && answer.value !== null) void shelf.keep(dated, answer.value)
    })
  })
