import type { Site, SiteCircuit } from './site.ts'

/**
 * A circuit and all that feed it, itself first; empty where the site has none of that id. A tree that bites its tail is refused when the
 * site is read (check-tree.ts): here it only ends.
 */
export const pathUp = ({ circuits }: Pick<Site, 'circuits'>, circuitId: string | undefined): readonly SiteCircuit[] => {
  const path: SiteCircuit[] = []
  for (let id = circuitId; id !== undefined;) {
    const wanted: string = id
    const circuit = circuits.find((each) => each.id === wanted)
    if (circuit === undefined || path.includes(circuit)) break
    path.push(circuit)
    id = circuit.parent
  }
  return path
}

/** Circuits with a charger on them or below them. */
export const aboveChargers = (site: Pick<Site, 'circuits' | 'chargers'>): ReadonlySet<string> =>
  new Set(site.chargers.flatMap(({ circuit }) => pathUp(site, circuit).map(({ id }) => id)))
