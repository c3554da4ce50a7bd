import { phases } from '../../shared/model/phase.ts'
import type { Sample } from '../../shared/model/sample.ts'
import type { Site } from '../../shared/site/site.ts'

const currentKeys = { L1: 'i_l1', L2: 'i_l2', L3: 'i_l3' } as const

/**
 * Answers at once, for one reply of one meter, whether it shows a current above a limit of the circuits it measures: such a
 * reading is acted on without waiting for the next cycle. Magnitudes count whatever the sign: a conductor heats both ways.
 */
export const createOverloadWatch = (site: Site, limitOf: (circuitId: string) => number) => {
  // Not kept: it follows from the site file.
  const limitByMeter = new Map<string, number>()
  for (const circuit of site.circuits) {
    if (circuit.meter === undefined) continue
    limitByMeter.set(circuit.meter, Math.min(limitByMeter.get(circuit.meter) ?? Infinity, limitOf(circuit.id)))
  }
  return (meterId: string, samples: Readonly<Partial<Record<string, Sample>>>): boolean => {
    const limitA = limitByMeter.get(meterId)
    if (limitA === undefined) return false
    return phases.some((phase) => {
      const value = samples[currentKeys[phase]]?.value
      return value != null && Math.abs(value) > limitA
    })
  }
}
