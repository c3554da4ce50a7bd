import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import { ocppOf, type ModbusConnection } from '../../../shared/site/charger-connection.ts'
import type { Site, SiteCharger } from '../../../shared/site/site.ts'
import type { Observation } from '../../../shared/model/observation.ts'
import type { DeviceReader } from '../acquisition/polled-device.ts'
import type { ChargerLink } from './charger-link.ts'
import type { Clock } from '../ports.ts'
import type { ExchangeOutcome, ModbusRequest } from '../lines/modbus-line.ts'

/** What the makers of links have of the world around them. */
export interface ChargerWorld {
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly clock: Clock
  /** Where everything goes that a charger says, once, as it comes. */
  readonly onObservation: (observation: Observation) => void
  /** Reads a charger over its Modbus line, in turn with all that hang on it; the answer sends to it ahead of all reads. */
  readonly pollModbus: (
    charger: SiteCharger,
    connection: ModbusConnection,
    profile: ChargerProfile,
    reader: DeviceReader,
  ) => (request: ModbusRequest) => Promise<ExchangeOutcome>
}

/** One kind of connection. */
export interface ChargerKind {
  /** The key its connection stands under in the site file. */
  readonly key: string
  /** Makes the link of a charger, which states what the charger can do; what it says then goes to `world.onObservation`. */
  readonly connect: (charger: SiteCharger, world: ChargerWorld) => ConnectedCharger
}

export interface ConnectedCharger {
  readonly link: ChargerLink
  /** Of a kind that is not read over a line of the site. */
  readonly start?: () => void
  /** Resolves when nothing is on its way any more. */
  readonly stop?: () => Promise<void>
}

/** Chargers that come to us instead of being reached over a line are a source of their own (core/chargers/ocpp). */
const isOfAnotherSource = (charger: SiteCharger): boolean => ocppOf(charger) !== null

/** By charger id, in the order of the site. A charger that none of the kinds can connect is a bug: the site check refuses it. */
export const connectChargers = (
  site: Site,
  kinds: readonly ChargerKind[],
  world: ChargerWorld,
): ReadonlyMap<string, ConnectedCharger> =>
  new Map(
    site.chargers
      .filter((charger) => !isOfAnotherSource(charger))
      .map((charger) => {
        const kind = kinds.find(({ key }) => key in charger)
        if (kind === undefined)
          throw new Error(
            `charger ${charger.id} is connected in a way that nothing here speaks although the site was accepted`,
          )
        return [charger.id, kind.connect(charger, world)]
      }),
  )
