import { openParts } from './core-parts.ts'
import type { Core, CorePorts } from './core-ports.ts'
import { foldParts } from './fold-parts.ts'
import { createGround } from './live-site/ground.ts'
import { createLiveSite } from './live-site/live-site.ts'

/** A site that runs, and the parts of the program that answer screens. */
export const createCore = (ports: CorePorts): Core => {
  const ground = createGround(ports)
  const live = createLiveSite(ground, () => parts.failing())
  const answering: () => Core['handlers'] = () => parts.handlers
  const parts = foldParts(openParts(ground, live, answering), ports.log)
  const { told, life } = live
  return {
    handlers: parts.handlers,
    start: () => {
      life.begin()
      parts.start()
    },
    stop: async (why) => {
      await life.endControl(why)
      await parts.stop(why)
      await life.close(why)
    },
    controlState: live.fold.controlState,
    power: live.power,
    onFrame: told.images.listen,
    onFinding: told.findings.listen,
    onDecision: told.decisions.listen,
    onWrite: told.writes.listen,
    onHealth: told.healths.listen,
    onTapeLine: live.tape.listen,
  }
}
