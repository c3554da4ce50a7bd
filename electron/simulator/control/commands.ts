import { z } from 'zod'
import type { FaultBoard } from '../faults/fault-board.ts'
import { FaultRefused } from '../faults/define-fault.ts'
import { faultKinds } from '../faults/fault-kinds.ts'
import type { SimulatedSite } from '../simulated-site.ts'
import { physicalState } from './physical-state.ts'

/** What the control channel understands, one JSON object a line beside `token` and `id`. */
export const commandSchema = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('fault'),
    name: z.string(),
    target: z.string().default(''),
    on: z.boolean(),
    options: z.record(z.string(), z.unknown()).default({}),
  }),
  z.strictObject({ command: z.literal('faults') }),
  z.strictObject({ command: z.literal('state') }),
  z.strictObject({ command: z.literal('targets') }),
  z.strictObject({
    command: z.literal('plug'),
    charger: z.string(),
    phases: z.coerce
      .number()
      .pipe(z.union([z.literal(1), z.literal(3)]))
      .default(3),
    maximum: z.coerce.number().min(6).max(80).default(16),
    /** Left out: it is never full. */
    wantsKWh: z.coerce.number().positive().optional(),
  }),
  /** A breaker that opened by itself is closed again. */
  z.strictObject({ command: z.literal('close-breaker'), circuit: z.string() }),
  z.strictObject({ command: z.literal('unplug'), charger: z.string() }),
  /** Cars come and go at this charger by themselves again. */
  z.strictObject({ command: z.literal('resume-traffic'), charger: z.string() }),
])
export type Command = z.input<typeof commandSchema>

/** Carries a command out; throws FaultRefused with a message for a person where it can't. */
export const runCommand = async (
  site: SimulatedSite,
  board: FaultBoard,
  command: z.output<typeof commandSchema>,
): Promise<unknown> => {
  const trafficOf = (charger: string) => {
    const traffic = site.world.traffic.get(charger)
    if (!traffic)
      throw new FaultRefused(`no charger "${charger}"; there are ${[...site.world.traffic.keys()].join(', ')}`)
    return traffic
  }
  switch (command.command) {
    case 'fault': {
      if (command.on) return await board.on(command.name, command.target, command.options)
      return { wasOn: await board.off(command.name, command.target) }
    }
    case 'faults':
      return board.list()
    case 'state':
      return physicalState(site, board.list())
    case 'targets':
      return {
        faults: Object.fromEntries(
          Object.entries(faultKinds).map(([name, { target, summary }]) => [name, { target, summary }]),
        ),
        circuits: site.site.circuits.map(({ id }) => id),
        meters: [...site.world.meters.keys()],
        chargers: [...site.world.chargers.keys()],
        lines: [...site.buses.keys(), ...site.mbusBuses.keys()],
        serialLines: [...site.serialPorts.keys()],
      }
    case 'plug': {
      trafficOf(command.charger).plugByHand(
        { phases: command.phases, maximum: command.maximum },
        command.wantsKWh ?? Infinity,
      )
      return {}
    }
    case 'close-breaker':
      if (!site.site.circuits.some(({ id }) => id === command.circuit))
        throw new FaultRefused(
          `no circuit "${command.circuit}"; there are ${site.site.circuits.map(({ id }) => id).join(', ')}`,
        )
      return { wasOpen: site.world.breakers.close(command.circuit) }
    case 'unplug': {
      trafficOf(command.charger).unplugByHand()
      return {}
    }
    case 'resume-traffic':
      return { resumed: trafficOf(command.charger).resume(site.world.timeS()) }
  }
}
