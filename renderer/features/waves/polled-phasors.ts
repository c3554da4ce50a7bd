import type { MeterReading } from '../../../shared/model/image.ts'
import { own } from '../../../shared/own.ts'
import type { DrawnPhasor } from '../../charts/phasor-diagram.tsx'

const phases = ['1', '2', '3'] as const

/**
 * Phasors of polled values: lengths as the meter reports them, voltage angles assumed 120° apart, which no poll can know, current
 * angles from active and reactive power (lagging is inductive). A current whose powers are not known has no angle and is left out.
 */
export const polledPhasors = (reading: MeterReading | undefined): readonly DrawnPhasor[] => {
  const value = (key: string): number | null => own(reading?.samples, key)?.value ?? null
  return phases.flatMap((phase, at): readonly DrawnPhasor[] => {
    const assumed = at === 0 ? 0 : -120 * at
    const [u, i, p, q] = [value(`u_l${phase}n`), value(`i_l${phase}`), value(`p_l${phase}`), value(`q_l${phase}`)]
    const colour = `--ts-phase-${phase}`
    return [
      ...(u === null
        ? []
        : [
            {
              key: `u${phase}`,
              label: `U${phase}`,
              colour,
              kind: 'voltage' as const,
              rms: u,
              unit: 'V',
              angleDeg: assumed,
            },
          ]),
      ...(i === null || p === null || q === null || (p === 0 && q === 0)
        ? []
        : [
            {
              key: `i${phase}`,
              label: `I${phase}`,
              colour,
              kind: 'current' as const,
              rms: i,
              unit: 'A',
              angleDeg: assumed - (Math.atan2(q, p) * 180) / Math.PI,
            },
          ]),
    ]
  })
}
