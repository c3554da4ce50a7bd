import type { acceptanceContract } from '../../../shared/api/acceptance-contract.ts'
import type { Part } from '../part.ts'
import type { AcceptancePorts } from './acceptance-ports.ts'
import { createDesk } from './desk.ts'
import { laterHandlers } from './later-handlers.ts'
import { runHandlers } from './run-handlers.ts'
import { stepHandlers } from './step-handlers.ts'

/** From the checked site to the one that is signed off: a plan, its steps, a protocol, and what changed since. */
export const createAcceptancePart = (ports: AcceptancePorts): Part<typeof acceptanceContract> => {
  const { log } = ports
  const desk = createDesk(ports)
  const { book, conductor } = desk
  return {
    name: 'the acceptance test',
    health: () => book.problem(),
    start: () => {
      book
        .load()
        .catch((error: unknown) => log.error('the kept acceptance tests could not be read', { error: String(error) }))
    },
    stop: async (why) => {
      await conductor.close(why)
      await book.settled()
    },
    handlers: { ...runHandlers(ports, desk), ...stepHandlers(ports, desk), ...laterHandlers(ports, desk) },
  }
}
