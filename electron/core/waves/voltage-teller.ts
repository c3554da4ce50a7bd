import type { SampledVoltageObservation } from '../../../shared/model/observation.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import type { WaveNotice } from './wave-ports.ts'

/**
 * Hands dips, swells and interruptions on to the site's fold, for its alarms. What goes on while the analysis stops would never end there:
 * it is told as cut.
 */
export const createVoltageTeller = (tell: (observation: SampledVoltageObservation) => void) => {
  const open = new Map<string, SampledVoltageObservation>()
  return {
    observe: (observation: WaveObservation): void => {
      if (observation.kind !== 'voltage-event') return
      const { source, event } = observation
      const told: SampledVoltageObservation = {
        kind: 'sampled-voltage',
        source,
        event: { ...event, channels: [...event.channels] },
      }
      const key = `${event.kind} ${source}`
      if (event.toMs === null && !event.isCut) open.set(key, told)
      else open.delete(key)
      tell(told)
    },
    notice: (notice: WaveNotice): void => {
      if (notice.kind !== 'analysis-down') return
      const cut = [...open.values()]
      open.clear()
      for (const observation of cut) tell({ ...observation, event: { ...observation.event, isCut: true } })
    },
  }
}
