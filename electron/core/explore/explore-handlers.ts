import type { Caller, Handlers } from '../../../shared/api/define.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { exploreContract } from '../../../shared/api/explore-contract.ts'
import type { Part } from '../part.ts'
import type { Stop } from '../ports.ts'
import { createExploreLines } from './explore-line.ts'
import type { ExploreLineParts } from './explore-port.ts'
import { measureOn } from './explore-measure.ts'
import { profileHandlers, type ExploreProfileParts } from './explore-profiles.ts'
import { watchRange } from './explore-watch.ts'

export interface ExploreHandlerParts extends ExploreLineParts, ExploreProfileParts {}

const operatorOnly = (caller: Caller): void => {
  if (caller.role !== 'operator')
    throw refusal('operators-only', { what: 'read registers, which puts requests on the line' })
}

const withinTheMap = ({ first, count }: { readonly first: number; readonly count: number }): void => {
  if (first + count > 65536) throw refusal('registers-beyond', { first, count })
}

/** What goes on until somebody stops it, so that all of it can be stopped at the end. */
const createRunning = () => {
  const running = new Set<Stop>()
  return {
    track: (cancel: Stop): Stop => {
      const stop = (): void => {
        running.delete(stop)
        cancel()
      }
      running.add(stop)
      return stop
    },
    stop: (): void => {
      for (const stop of [...running]) stop()
    },
  }
}

export const createExplorer = (
  parts: ExploreHandlerParts,
): Part<typeof exploreContract> & { readonly stop: () => Promise<void> } => {
  const lines = createExploreLines(parts)
  const running = createRunning()
  const handlers: Handlers<typeof exploreContract> = {
    'explore.watch': (input, push, caller) => {
      operatorOnly(caller)
      withinTheMap(input)
      return running.track(watchRange(lines.open(input.target, input.unit), input, parts.clock, push))
    },
    'explore.measure': (input, push, caller) => {
      operatorOnly(caller)
      return running.track(measureOn(lines.open(input.target, input.unit), input, push))
    },
    ...profileHandlers(parts),
  }
  return {
    name: 'the view of registers',
    handlers,
    stop: async () => {
      running.stop()
      await lines.close()
    },
  }
}
