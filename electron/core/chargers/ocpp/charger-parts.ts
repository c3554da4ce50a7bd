import type { ChargerSamplesObservation } from '../../../../shared/model/observation.ts'
import type { Oddity } from '../../../../shared/ocpp/oddity.ts'
import type { OcppConnection } from '../../../../shared/site/ocpp-connection.ts'
import type { SiteCharger } from '../../../../shared/site/site.ts'
import type { Clock } from '../../ports.ts'
import type { Capabilities } from './capabilities.ts'
import type { Station } from './station.ts'

export interface OcppChargerParts {
  readonly charger: SiteCharger
  readonly connection: OcppConnection
  readonly station: Station
  readonly isAlone: boolean
  readonly nominalV: number
  readonly clock: Clock
  readonly utcMs: () => number
  readonly ready: () => Promise<Capabilities>
  readonly capabilities: () => Capabilities
  readonly mayAsk: () => boolean
  readonly onObservation: (observation: ChargerSamplesObservation) => void
  readonly onOddity: (oddity: Oddity) => void
  /** It reports nothing on request. */
  readonly onNoTrigger: () => void
}
