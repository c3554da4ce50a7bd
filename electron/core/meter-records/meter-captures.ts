import type { CaptureProcedure } from '../../../shared/meter-records/capture-layout.ts'
import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { CaptureRoom } from '../waves/capture-shelf.ts'
import type { CaptureSummary } from '../../../shared/wave/wave-observation.ts'

/** A meter that keeps waveform captures of its own. */
export interface CapturingMeter {
  readonly meterId: string
  readonly name: string
  readonly procedure: CaptureProcedure['kind']
  readonly accuracyClass: string | null
  readonly missing: readonly string[]
  readonly device: string
  readonly isReading: boolean
}

/** A meter as one that keeps captures; none where its profile knows of none. */
export const capturingMeter = (
  { id, name }: { readonly id: string; readonly name: string },
  { captures, make, models }: Pick<MeterProfile, 'captures' | 'make' | 'models'>,
  isReading: boolean,
): readonly CapturingMeter[] =>
  captures === undefined
    ? []
    : [
        {
          meterId: id,
          name,
          procedure: captures.kind,
          accuracyClass: captures.class,
          missing: captures.missing,
          device: `${make} ${models[0] ?? ''}`,
          isReading,
        },
      ]

/** Captures of meters, for whoever shows captures. */
export interface MeterCaptures {
  readonly sources: () => readonly CapturingMeter[]
  readonly list: (meterId: string) => readonly CaptureSummary[]
  readonly bytesOf: (meterId: string, captureId: string) => Promise<Uint8Array | null>
  readonly room: (meterId: string) => CaptureRoom
  /** Reads what the meter keeps now. Refuses with a reason. */
  readonly take: (meterId: string) => Promise<{ readonly ids: readonly string[]; readonly notes: readonly string[] }>
}
