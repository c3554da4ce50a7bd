import type { Live } from '../../../shared/api/live-contract.ts'
import { phases } from '../../../shared/model/phase.ts'
import { holderAt } from '../../../shared/model/override.ts'
import { own } from '../../../shared/own.ts'
import type { Site, SiteCircuit } from '../../../shared/site/site.ts'
import { keysOf } from '../../../shared/wiring/meter-view.ts'
import type { TestSetup } from './test-step.ts'

const lowestA = 6
const highestA = 16
const leastStepA = 4
/** Ten readings of a level take this ten times, and a car is held for no longer, ms. */
const slowestPeriodMs = 4000

const pathOf = (site: Site, circuitId: string): readonly SiteCircuit[] => {
  const path: SiteCircuit[] = []
  let id: string | undefined = circuitId
  // A tree that loops is refused when the site is read; the count keeps a broken one from hanging.
  for (let steps = 0; id !== undefined && steps <= site.circuits.length; steps += 1) {
    const circuit = site.circuits.find((each) => each.id === id)
    if (circuit === undefined) break
    path.push(circuit)
    id = circuit.parent
  }
  return path
}

/** What a test of this charger rests on, or why there can be none, with what to do. */
export const testSetupOf = (
  site: Site,
  live: Live | null,
  chargerId: string,
  repeats: number,
): { readonly setup: TestSetup } | { readonly why: string } => {
  const charger = site.chargers.find(({ id }) => id === chargerId)
  if (charger === undefined) return { why: `there is no charger ${chargerId} at this site` }
  if (live === null) return { why: 'nothing has been read yet; try again in some seconds' }
  const name = charger.name ?? charger.id
  const { control, image } = live
  if (control.readOnly !== null) return { why: control.readOnly.why }
  if (control.mode !== 'armed')
    return { why: 'control is not armed: the test writes limits, and only the load control does that. Arm it first' }
  const reading = own(image.chargers, chargerId)
  if (reading?.status.value === 'available')
    return {
      why: `no car at ${name}. Without one its phases, its rotation, gains and impedances can't be known; plug in a car, a single-phase one tells the rotation too`,
    }
  const running = holderAt(control.overrides, chargerId)
  if (running !== undefined)
    return { why: `${name} has an override of ${running.who} until it ends; cancel that first` }
  const lowA = Math.max(lowestA, charger.minimum)
  const highA = Math.min(highestA, charger.maximum)
  if (highA - lowA < leastStepA)
    return { why: `${name} can only be set from ${lowA} to ${highA} A: the step is too small to be told from the rest` }
  const hasCurrent = (id: string): boolean =>
    phases.some((phase) => own(own(image.meters, id)?.samples ?? {}, keysOf(phase).i)?.value != null)
  const path = pathOf(site, charger.circuit)
  const measured = new Set(site.circuits.flatMap(({ meter }) => meter ?? []))
  const withCurrent = site.meters.filter(({ id }) => measured.has(id) && hasCurrent(id))
  const usable = withCurrent.filter(({ periodMs }) => periodMs <= slowestPeriodMs)
  const above = path.flatMap(({ meter }) =>
    usable.some(({ id }) => id === meter) && meter !== undefined ? [meter] : [],
  )
  const periodsMs = usable.filter(({ id }) => above.includes(id)).map(({ periodMs }) => periodMs)
  return {
    setup: {
      chargerId,
      chargerName: name,
      declared: charger.phases,
      lowA,
      highA,
      repeats,
      raiseDelayS: site.control.increaseDelay,
      meterIds: usable.map(({ id }) => id),
      tooSlow: withCurrent
        .filter(({ periodMs }) => periodMs > slowestPeriodMs)
        .map(({ id, name: meterName, periodMs }) => ({ name: meterName ?? id, periodS: periodMs / 1000 })),
      above,
      paceS: Math.max(200, ...periodsMs) / 1000,
      measuresItself: phases.some((phase) => reading?.siteCurrentA[phase].value != null),
    },
  }
}
