import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import { createFanOut } from '../fan-out.ts'
import type { Log } from '../ports.ts'
import type { WaveNotice } from './wave-ports.ts'

/** What is said of samples, for other parts than the one that owns the wave sources. */
export const createWaveTold = (log: Log) => {
  const observations = createFanOut<WaveObservation>('what is said of samples', log)
  const devices = new Map<string, string>()
  return {
    observe: observations.tell,
    notice: (notice: WaveNotice): void => {
      if (notice.kind === 'described') devices.set(notice.source, notice.description.device)
    },
    listen: observations.listen,
    /** What a front end calls itself; null: it has not said. */
    deviceOf: (source: string): string | null => devices.get(source) ?? null,
  }
}
export type WaveTold = ReturnType<typeof createWaveTold>
