import { createBelief } from '../belief/belief.ts'
import { createModelWords } from '../belief/model-words.ts'
import { circuitLimitA } from '../../../shared/site/circuit-limit.ts'
import { createController } from '../control/controller.ts'
import { createCircuits } from '../derive/circuits.ts'
import { createWiring } from '../derive/wiring/wiring.ts'
import { createDetectors } from '../detectors/detectors.ts'
import { createOverloadWatch } from '../overload-watch.ts'
import { createPartWatch, type PartWatch } from '../part-watch.ts'
import { createErrands, errandLink, type Errands } from './errands.ts'
import { createKnown } from './known.ts'
import { createMemory } from './memory.ts'
import { countedIds } from './new-ids.ts'
import { createShown } from './shown.ts'
import { createSiteClock, type SiteClock } from './site-clock.ts'
import type { SiteOutputs, SiteSetup } from './site-setup.ts'

const overloadWatch = ({ site }: SiteSetup) => {
  const limits = new Map(site.circuits.map((circuit) => [circuit.id, circuitLimitA(site, circuit)]))
  return createOverloadWatch(site, (circuitId) => limits.get(circuitId) ?? Infinity)
}

/** Judges that throw are told as a part that fails; the meter itself is not believed. */
const rethrown =
  (watch: PartWatch) =>
  (error: unknown): void => {
    watch.run('the judging of meters', () => {
      throw error
    })
  }

const recordOf = (out: SiteOutputs, errands: Errands) => ({
  decision: out.decision,
  write: out.write,
  event: out.event,
  audit: async (row: Extract<Parameters<Errands['ask']>[0], { kind: 'audit' }>['row']): Promise<void> => {
    const stored = await errands.ask({ kind: 'audit', row })
    if (!stored.ok) throw new Error(stored.why)
  },
})

const imageTimeOf = ({ site, aheadMs }: SiteClock) => ({ clock: site, utcOf: (atMs: number) => atMs + aheadMs() })

/** The small machines a site is made of; each keeps its state in the one memory, by name. */
export const createMachines = (setup: SiteSetup, out: SiteOutputs) => {
  const { site, log, links, meterProfiles, readOnly } = setup
  const clock = createSiteClock(setup.world)
  const memory = createMemory(setup.saved)
  const newId = countedIds(setup.session, memory)
  const watch = createPartWatch(clock.site, log, memory)
  const errands = createErrands(out.errand, memory)
  const abilities = new Map([...links].map(([id, link]) => [id, link.abilities]))
  const known = createKnown({ ...setup, abilities }, memory)
  const circuits = createCircuits(site, memory, meterProfiles)
  const detectors = createDetectors({ ...setup, abilities, newId, memory })
  const wiring = createWiring(site, meterProfiles, memory)
  const model = createModelWords(clock.site, (meterId) => errands.ask({ kind: 'ask-model', meterId }), memory)
  const belief = createBelief({ ...setup, clock: clock.site, model, onFailure: rethrown(watch) }, memory)
  const shown = createShown(memory)
  const controller = createController({
    site,
    clock: clock.wall,
    imageTime: imageTimeOf(clock),
    log,
    newId,
    links: new Map([...links].map(([id, link]) => [id, errandLink(link, errands)])),
    readOnly,
    memory,
    record: recordOf(out, errands),
  })
  const showsOverload = overloadWatch(setup)
  return { clock, memory, watch, errands, known, circuits, detectors, wiring, belief, shown, controller, showsOverload }
}
export type Machines = ReturnType<typeof createMachines>
