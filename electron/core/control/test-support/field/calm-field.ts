import type { Dice } from './random.ts'
import type { Field } from './random-field.ts'

/** Until then the building keeps still, s: chargers rise together one step after another meanwhile, and the meter's ratio can be told. */
const calmUntilS = 60
const pluggedInS = 5

/** The same site with a meter of a wrong ratio, chargers that measure all they draw, the default pace of raises, and at first a still building. */
export const calmField = (field: Field, dice: Dice): Field => {
  const lie = { kind: 'scaled', factor: dice.pick([0.15, 0.25, 0.33, 0.5]) } as const
  const isLiar = (kind: { lie: unknown }): boolean => kind.lie === field.lie
  const liar = [...field.meters].find(([, { kind }]) => isLiar(kind))?.[0]
  return {
    ...field,
    lie,
    meters: new Map(
      [...field.meters].map(([id, meter]) => [
        id,
        id === liar ? { ...meter, kind: { ...meter.kind, lie, lieFromS: dice.pick([-1, -1, 20]) } } : meter,
      ]),
    ),
    ownMeters: new Map([...field.ownMeters].map(([id]) => [id, 'all'])),
    wires: {
      outlets: field.wires.outlets.map(({ car, ...outlet }) => ({
        ...outlet,
        car: car === null ? null : { ...car, fromS: pluggedInS },
      })),
      boards: field.wires.boards.map((board) => ({
        ...board,
        load: { ...board.load, steps: board.load.steps.filter(({ fromS }) => fromS < 0 || fromS > calmUntilS) },
      })),
    },
    site: {
      ...field.site,
      control: { ...field.site.control, increaseDelay: 10, increaseStep: dice.pick([4, 8]) },
    },
  }
}
