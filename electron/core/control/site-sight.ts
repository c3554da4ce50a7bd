import { sayA } from '../../../shared/allocation/bounds.ts'
import type { Image } from '../../../shared/model/image.ts'
import type { Phase } from '../../../shared/model/phase.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { evidenceSetup } from '../derive/evidence-input.ts'
import { doubtOf, noEvidence, stepEvidence, type EvidenceState } from '../derive/phase-evidence.ts'
import type { Clock } from '../ports.ts'
import { createChargerWatch, drawnA, type ChargerView } from './charger-watch.ts'
import { usableLimitA, type ControlledCharger } from './controlled-charger.ts'
import { createOtherLoad, meterTimeoutMs, type OtherLoad } from './other-load.ts'
import { isSuspect, mapPhases, type Suspicions } from './phase-map.ts'
import { suspectMs } from './timing.ts'
import { forgetful, type Memory } from '../site/memory.ts'

export interface Seen {
  readonly views: readonly ChargerView[]
  readonly loads: ReadonlyMap<string, OtherLoad>
}

type GivenA = (chargerId: string) => number | null

/** A charger this near to its limit follows it, A: a meter's class and the ripple of a car's own control. */
const followedA = 0.5

/**
 * What one image shows control: every charger with the phases it is counted on, and what else flows in every circuit.
 * Where other load alone is above a limit, or a phase stays above it although all counted there came down, every charger below that
 * draws and was not shown often enough not to be on that phase is counted there for the time being: if it is the cause, that ends
 * it, and if not, the step it makes shows so.
 */
export const createSiteSight = (
  site: Site,
  chargers: readonly ControlledCharger[],
  clock: Clock,
  memory: Memory = forgetful,
  /** Takes note of what each charger says of its phases before anything is counted. */
  switched: (image: Image, views: readonly ChargerView[]) => readonly ChargerView[] = (_image, views) => views,
) => {
  const watch = createChargerWatch(chargers, clock, memory.within('chargers'))
  const otherLoad = createOtherLoad(site, clock, memory.within('other-load'))
  const setup = evidenceSetup(site)
  const state = memory.keep('site-sight', {
    evidence: noEvidence,
    suspectedAtMs: new Map<string, Map<Phase, number>>(),
  })
  const { suspectedAtMs } = state

  const suspicions = (): Suspicions => {
    const nowMs = clock.monotonicMs()
    return new Map(
      [...suspectedAtMs].map(([id, since]) => [
        id,
        new Set([...since].filter(([, atMs]) => nowMs - atMs < suspectMs).map(([phase]) => phase)),
      ]),
    )
  }

  const notBelieved = (circuitId: string): string | null => {
    const doubt = doubtOf(state.evidence, circuitId)
    if (doubt === null) return null
    const charger = site.chargers.find(({ id }) => id === doubt.chargerId)
    return (
      `shows ${sayA(doubt.shownA)} of a step of ${sayA(doubt.stepA)} that ${charger?.name ?? doubt.chargerId} below it made, ` +
      `${doubt.votes} times: not believed until it follows again or control is armed anew`
    )
  }

  /** What is told to come down there has done so, and all the same the meter shows more than may be used: something else is on it. */
  const isUnexplained = ({ views, loads }: Seen, circuit: SiteCircuit, phase: Phase, givenA: GivenA): boolean =>
    (loads.get(circuit.id)?.overForMs[phase] ?? 0) >= meterTimeoutMs(site) &&
    views
      .filter((view) => view.charger.path.includes(circuit) && view.countedOn.includes(phase))
      .every((view) => drawnA(view, phase) <= (givenA(view.charger.id) ?? Infinity) + followedA)

  /** Newly suspected in this image; those suspected already stay so while the overload lasts. */
  const suspect = (seen: Seen, givenA: GivenA): boolean => {
    const { views, loads } = seen
    let isNews = false
    for (const circuit of site.circuits) {
      if (circuit.meter === undefined) continue
      const limitA = usableLimitA(site, circuit)
      for (const phase of circuit.phases) {
        const isAlone = (loads.get(circuit.id)?.nowA[phase] ?? 0) > limitA
        if (!isAlone && !isUnexplained(seen, circuit, phase, givenA)) continue
        for (const view of views) {
          if (!isSuspect(view, circuit, phase, state.evidence)) continue
          const since = suspectedAtMs.get(view.charger.id) ?? new Map<Phase, number>()
          since.set(phase, clock.monotonicMs())
          suspectedAtMs.set(view.charger.id, since)
          isNews = true
        }
      }
    }
    return isNews
  }

  const map = (raw: readonly ChargerView[], image: Image): Seen => {
    const views = mapPhases(raw, state.evidence, suspicions())
    return { views, loads: otherLoad(image, views, notBelieved) }
  }

  return {
    /** `givenA`: the limit each charger was last given. */
    look: (image: Image, givenA: GivenA): Seen => {
      const raw = switched(image, watch.look(image))
      state.evidence = stepEvidence(state.evidence, image, setup)
      const seen = map(raw, image)
      return suspect(seen, givenA) ? map(raw, image) : seen
    },
    /** What the steps of the chargers showed so far at the meters above them. */
    steps: (): EvidenceState => state.evidence,
    interrupt: watch.interrupt,
    /** A person arms control: what was not believed is judged anew. */
    believeAgain: (): void => {
      state.evidence = { ...state.evidence, doubts: noEvidence.doubts }
    },
  }
}
