import type { Image } from '../../../../shared/model/image.ts'
import type { PhaseCount } from '../../../../shared/model/phase-switch.ts'
import { own } from '../../../../shared/own.ts'
import type { Clock } from '../../ports.ts'
import type { Memory } from '../../site/memory.ts'
import { drawnA, type ChargerView } from '../charger-watch.ts'
import { createSight } from '../sight.ts'
import { chargerSilenceMs } from '../timing.ts'

/** Below this a terminal carries nothing: the meter of a charger idles at some tenths. Editable assumption. */
export const nothingA = 1

/** On how many phases each charger says it is, and whose vehicle uses one of them only. */
export const createSaidPhases = (clock: Clock, memory: Memory) => {
  const sight = createSight(clock, memory)
  const { on, onePhaseCars } = memory.keep('said', {
    on: new Map<string, PhaseCount>(),
    onePhaseCars: new Set<string>(),
  })
  return {
    /** By charger id; missing: it does not say, or has not for too long. */
    on: on as ReadonlyMap<string, PhaseCount>,
    onePhaseCars: onePhaseCars as ReadonlySet<string>,
    take: (image: Image, id: string): void => {
      const seen = sight.look(sight.entryOf(id), own(image.chargers, id)?.samples['phases'])
      if (seen !== null && seen.ageMs <= chargerSilenceMs && (seen.value === 1 || seen.value === 3))
        on.set(id, seen.value)
      else on.delete(id)
    },
    /** While it has three phases its vehicle shows what it can use; another vehicle starts over. */
    learnCar: (view: ChargerView): void => {
      const { charger, wants, readable, idleOn } = view
      const others = charger.phases.slice(1)
      if (readable && !wants) onePhaseCars.delete(charger.id)
      else if (on.get(charger.id) !== 3 || view.points.length === 0) return
      else if (others.every((phase) => idleOn.includes(phase))) onePhaseCars.add(charger.id)
      else if (others.some((phase) => drawnA(view, phase) >= nothingA)) onePhaseCars.delete(charger.id)
    },
  }
}
