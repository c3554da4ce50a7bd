import type { Image } from '../../../shared/model/image.ts'
import { windowGoneS, type OverrideCondition } from '../../../shared/model/override.ts'
import { phases } from '../../../shared/model/phase.ts'
import type { Sample } from '../../../shared/model/sample.ts'
import { own } from '../../../shared/own.ts'
import type { ConditionSight } from '../../../shared/said/override-words.ts'
import type { Site } from '../../../shared/site/site.ts'
import { currentKey } from '../derive/phase-keys.ts'
import { chargerSilenceMs } from './timing.ts'

export interface ConditionInputs {
  readonly site: Site
  readonly image: Image | null
  /** How long the window it was given from has said nothing, s. */
  readonly windowSilentS: number
}

const unseen = (why: string): ConditionSight => ({ kind: 'unseen', why })
const isFresh = (sample: Sample | undefined, image: Image, withinMs: number): sample is Sample & { value: number } =>
  sample?.value != null && sample.atMs !== null && image.atMs - sample.atMs <= withinMs

const meterBelieved = (meterId: string, site: Site, image: Image): ConditionSight | null => {
  const reading = own(image.meters, meterId)
  if (reading === undefined) return unseen('nothing was read from it yet')
  const [doubt] = reading.doubts ?? []
  if (doubt !== undefined) return unseen('what it says is not believed')
  const currents = phases.flatMap((phase) => {
    const sample = own(reading.samples, currentKey[phase])
    return sample === undefined || sample.quality === 'absent' ? [] : [sample]
  })
  const whole = currents.length > 0 ? currents : Object.values(reading.samples)
  const bad = whole.find((sample) => !isFresh(sample, image, site.control.meterTimeout * 1000))
  if (whole.length > 0 && bad === undefined) return null
  return unseen(
    bad === undefined || bad.quality === 'good' ? 'its readings are late' : `its readings are ${bad.quality}`,
  )
}

const chargerDraws = (chargerId: string, image: Image): number | null => {
  const reading = own(image.chargers, chargerId)
  if (reading === undefined) return null
  const currents = phases.flatMap((phase) => {
    const sample = reading.siteCurrentA[phase]
    return isFresh(sample, image, chargerSilenceMs) ? [sample.value] : []
  })
  return currents.length === 0 ? null : Math.max(...currents)
}

/** The highest of a circuit's phases; null where one of them is not known. */
const worstPhase = (circuitId: string, image: Image, of: 'currentA' | 'thermal'): number | null => {
  const reading = own(image.circuits, circuitId)
  if (reading === undefined) return null
  const values = Object.values(reading.phases).map(({ currentA, thermal }) =>
    of === 'currentA' ? currentA.value : (thermal?.early.hot ?? null),
  )
  const known = values.filter((value) => value !== null)
  return known.length === 0 || known.length < values.length ? null : Math.max(...known.map(Math.abs))
}

const below = (value: number | null, limit: number, unit: 'A' | '%', why: string): ConditionSight | null =>
  value === null ? unseen(why) : value < limit ? null : { kind: 'value', value, unit }

const vehicleStays = (chargerId: string, image: Image): ConditionSight | null => {
  const status = own(image.chargers, chargerId)?.status
  if (status?.value == null || status.quality !== 'good') return unseen('the charger does not say')
  return ['connected', 'ready', 'charging', 'suspended'].includes(status.value) ? null : { kind: 'gone' }
}

/** null: the condition holds; else what was seen instead. What can't be seen does not hold. */
export const sightOf = (condition: OverrideCondition, inputs: ConditionInputs): ConditionSight | null => {
  const { site, image, windowSilentS } = inputs
  if (condition.kind === 'window-open') return windowSilentS <= windowGoneS ? null : { kind: 'gone' }
  if (image === null) return unseen('nothing was read yet')
  switch (condition.kind) {
    case 'meter-believed':
      return meterBelieved(condition.meterId, site, image)
    case 'charger-below':
      return below(chargerDraws(condition.chargerId, image), condition.amperes, 'A', 'its current is not known')
    case 'circuit-below':
      return below(
        worstPhase(condition.circuitId, image, 'currentA'),
        condition.amperes,
        'A',
        'its current is not known on every phase',
      )
    case 'margin-below':
      return below(
        worstPhase(condition.circuitId, image, 'thermal'),
        condition.percent,
        '%',
        'there is no thermal image of it',
      )
    case 'vehicle-stays':
      return vehicleStays(condition.chargerId, image)
  }
}

/** What it names that the site does not have; null: all is there. */
export const unknownSubject = (condition: OverrideCondition, site: Site): string | null => {
  const has = (list: readonly { readonly id: string }[], id: string): boolean => list.some((item) => item.id === id)
  switch (condition.kind) {
    case 'meter-believed':
      return has(site.meters, condition.meterId) ? null : `meter ${condition.meterId}`
    case 'charger-below':
    case 'vehicle-stays':
      return has(site.chargers, condition.chargerId) ? null : `charger ${condition.chargerId}`
    case 'circuit-below':
    case 'margin-below':
      return has(site.circuits, condition.circuitId) ? null : `circuit ${condition.circuitId}`
    case 'window-open':
      return null
  }
}
