import type { Handlers } from '../../../shared/api/define.ts'
import type { Live, liveContract, Trace } from '../../../shared/api/live-contract.ts'
import type { Overview, siteContract } from '../../../shared/api/site-contract.ts'
import type { Health } from '../../../shared/model/health.ts'
import type { Part } from '../part.ts'
import type { Stop } from '../ports.ts'
import { knownMeter } from './known-meter.ts'

export interface LivePartPorts {
  readonly overview: Overview
  /** The overview as it is now: a meter that is looked up is described by what was found. */
  readonly describe: () => Overview
  readonly live: { current(): Live | null; listen(listener: (live: Live) => void): Stop }
  readonly health: { current(): Health; listen(listener: (health: Health) => void): Stop }
  readonly trace: {
    subscribe(meterId: string, quantities: readonly string[], backlogS: number, push: (trace: Trace) => void): Stop
  }
}

/** What the site is, and what is measured now. */
export const createLivePart = (ports: LivePartPorts): Part<typeof siteContract & typeof liveContract> => {
  const handlers: Handlers<typeof siteContract & typeof liveContract> = {
    'site.describe': () => ports.describe(),
    live: (_input, push) => {
      const first = ports.live.current()
      if (first !== null) push(first)
      return ports.live.listen(push)
    },
    trace: (input, push) =>
      ports.trace.subscribe(knownMeter(ports.overview, input.meterId), input.quantities, input.backlogS, push),
    health: (_input, push) => {
      push(ports.health.current())
      return ports.health.listen(push)
    },
  }
  return { name: 'the live view', handlers }
}
