import { z } from 'zod'
import { phaseSchema } from '../model/image.ts'

const onPhases = { phases: z.array(phaseSchema) }

/** Why a charger is counted on phases where one would not look for it, by the site file or by its own meter. */
export const countedPhasesSchema = z.discriminatedUnion('kind', [
  /** Not declared there, but its circuit has no meter, and the nearest meter above has not seen its current move on the declared phases. */
  z.object({ kind: z.literal('unmeasured-circuit'), ...onPhases, circuitId: z.string(), meteredId: z.string() }),
  /** Not declared there, but a meter above saw its current move there. */
  z.object({ kind: z.literal('seen-there'), ...onPhases }),
  /** Not declared there, but the phase stays above its limit and nothing counted on it explains that. */
  z.object({ kind: z.literal('suspected'), ...onPhases }),
  /** Declared there, its own meter shows nothing, and no meter above has shown that it is not there. */
  z.object({ kind: z.literal('not-shown-free'), ...onPhases }),
])
export type CountedPhases = Readonly<z.infer<typeof countedPhasesSchema>>

const list = (phases: CountedPhases['phases']): string =>
  phases.length < 2 ? phases.join('') : `${phases.slice(0, -1).join(', ')} and ${phases.at(-1)}`

/** One sentence for each; `nameOf` a circuit. */
export const countedPhasesText = (counted: CountedPhases, nameOf: (circuitId: string) => string): string => {
  const where = list(counted.phases)
  switch (counted.kind) {
    case 'unmeasured-circuit':
      return (
        `Counted on ${where} too, where it is not declared: ${nameOf(counted.circuitId)} has no meter, and the meter of ` +
        `${nameOf(counted.meteredId)} has not seen its current move on all the phases that are declared. ` +
        `This ends once it has, as the charger's current changes; a meter at ${nameOf(counted.circuitId)} makes it needless.`
      )
    case 'seen-there':
      return (
        `Counted on ${where} too, where it is not declared: a meter above saw its current move there. ` +
        "Check the order of its conductors, then correct 'phases' in the site file."
      )
    case 'suspected':
      return (
        `Counted on ${where} too for the time being: that is above its limit, and nothing counted there explains it. ` +
        'The next change of its current shows whether it is the cause.'
      )
    case 'not-shown-free':
      return (
        `Counted on ${where} although its own meter shows no current there: that may be a sensor that is missing. ` +
        'The room goes to others once a meter above stood still there while its current changed several times.'
      )
  }
}
