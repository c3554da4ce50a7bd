import { modelName, type ChargerAbilities } from '../charger/abilities.ts'
import type { Site, SiteCharger } from './site.ts'
import { siteError, type SiteFinding } from './site-finding.ts'

const whyNot = (
  { phases, id, ocpp }: SiteCharger,
  abilities: ChargerAbilities,
): { readonly message: string; readonly remedy: string } | null => {
  const fixed = "write 'phases: fixed', or leave phaseSwitching out"
  const model = modelName(abilities)
  if (abilities.monitoredOnly !== null)
    return { message: `'${id}' is only monitored, nothing is written to it`, remedy: fixed }
  if (abilities.phaseSwitch === null)
    return {
      message: `no document says how ${model} is told to charge on one phase or three`,
      remedy:
        ocpp === undefined || ocpp.limitKey !== undefined
          ? fixed
          : `${fixed}; or add 'phaseSwitch: {}' to its ocpp where its maker says that numberPhases in a charging schedule switches it`,
    }
  if (abilities.phaseSwitch.steered === null)
    return {
      message: `${model} is switched by ${abilities.phaseSwitch.text}: nothing it says would confirm that it was, so control may not do it`,
      remedy: fixed,
    }
  if (phases.length !== 3)
    return { message: `'${id}' is wired to ${phases.join(', ')}: there is nothing to switch`, remedy: fixed }
  return abilities.canPause
    ? null
    : { message: `${model} can't be paused, and no contactor may move under load`, remedy: fixed }
}

/** Where control may choose the number of phases, the charger must be able to take it, and to say so. */
export const checkPhaseSwitching = (site: Site, abilities: ReadonlyMap<string, ChargerAbilities>): SiteFinding[] =>
  site.chargers.flatMap((charger, index) => {
    const able = abilities.get(charger.id)
    if (charger.phaseSwitching?.phases !== 'auto' || able === undefined) return []
    const why = whyNot(charger, able)
    return why === null ? [] : [siteError(['chargers', index, 'phaseSwitching'], why.message, why.remedy)]
  })
