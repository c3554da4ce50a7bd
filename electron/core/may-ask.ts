/**
 * Whether a device may be asked at all. A charger whose watchdog any request feeds keeps its last limit for as long as somebody reads it,
 * so it is left alone while nobody stands behind that limit. The rule stands here alone: polling, searches and the look at registers all
 * go through this guard (the line doctor only listens). may-ask.test.ts looks for a second place.
 */
import { feedOf, type ChargerAbilities } from '../../shared/charger/abilities.ts'
import { isSameHost, isThisComputer } from '../../shared/scan/same-host.ts'
import { modbusOf, type ModbusConnection } from '../../shared/site/charger-connection.ts'
import { devicesOnLines } from '../../shared/site/devices-on-lines.ts'
import type { Site, SiteCharger } from '../../shared/site/site.ts'

/** A decision older than this stands behind no limit any more: three cycles (editable assumption). */
export const decisionValidMs = 3000
/** Beyond the watchdog's time: the charger's own clock, and the steps it takes to fall (editable assumption). */
const marginMs = 10_000

/** Any request keeps the limit of this charger alive. */
export const isKeptAlive = (abilities: Pick<ChargerAbilities, 'watchdog'> | undefined): boolean =>
  abilities !== undefined && feedOf(abilities) === 'any-request'

/** How long a charger must be left alone to fall to its own fallback, ms; null: it falls or stays whatever is asked of it. */
export const leftAloneMs = ({ watchdog }: Pick<ChargerAbilities, 'watchdog'>): number | null =>
  isKeptAlive({ watchdog }) && watchdog.kind === 'fed' ? watchdog.timeoutS * 1000 + marginMs : null

/** What control says of the limit a charger holds. */
export interface Backing {
  readonly isArmed: boolean
  /** Armed, but its watchdog is to fire, because it does not obey (control/feeding.ts). */
  readonly isQuiet: boolean
  /** Since the last decision, ms. */
  readonly decidedAgoMs: number
  /** Control has ended without reaching it, and its time to fall is not over (control/farewell.ts). */
  readonly isUnreached: boolean
}

/** The rule. `isOfEarlier`: it may hold a limit of an earlier session, or of another instance (last-session.ts). */
export const mayAsk = (
  abilities: Pick<ChargerAbilities, 'watchdog'> | undefined,
  { isArmed, isQuiet, decidedAgoMs, isUnreached }: Backing,
  isOfEarlier: boolean,
): boolean => {
  if (!isKeptAlive(abilities)) return true
  if (isArmed) return !isQuiet && decidedAgoMs <= decisionValidMs
  return !isOfEarlier && !isUnreached
}

/** Where a request goes: a whole line of the site, one unit of it, or another port of an address. */
export type Way =
  | { readonly kind: 'line'; readonly lineId: string }
  | { readonly kind: 'unit'; readonly lineId: string; readonly unit: number }
  | { readonly kind: 'address'; readonly host: string }

/** On Modbus TCP many devices answer every unit, so only units that are another device's are not the charger's. */
const isMeant = (site: Site, own: ModbusConnection, lineId: string, unit: number): boolean => {
  if (own.unit === unit) return true
  const line = site.lines.find(({ id }) => id === lineId)
  return (
    line?.transport === 'tcp' && !devicesOnLines(site).some((device) => device.line === lineId && device.unit === unit)
  )
}

const isOnWay = (site: Site, charger: SiteCharger, way: Way): boolean => {
  const modbus = modbusOf(charger)
  if (modbus === null) return false
  if (way.kind === 'address') {
    const line = site.lines.find(({ id }) => id === modbus.line)
    // At any address but this computer a second port may be a second way to the same device.
    return line !== undefined && 'host' in line && isSameHost(line.host, way.host) && !isThisComputer(way.host)
  }
  return modbus.line === way.lineId && (way.kind === 'line' || isMeant(site, modbus, way.lineId, way.unit))
}

export interface AskGuard {
  /** For every device of the site, by its id; also before every single request, because a charger may be left alone meanwhile. */
  readonly mayAsk: (deviceId: string) => boolean
  /** Chargers kept alive by any request that this way leads to, whoever stands behind their limit. */
  readonly keptAliveBy: (way: Way) => readonly SiteCharger[]
  /** The first of these that must be left alone now; null: the way is free. */
  readonly heldBackBy: (way: Way) => SiteCharger | null
}

export interface AskGuardParts {
  readonly site: Site
  /** By charger id. */
  readonly abilities: ReadonlyMap<string, ChargerAbilities>
  readonly backing: (chargerId: string) => Backing
  readonly isOfEarlier: (chargerId: string) => boolean
}

export const createAskGuard = ({ site, abilities, backing, isOfEarlier }: AskGuardParts): AskGuard => {
  const may = (id: string): boolean =>
    !isKeptAlive(abilities.get(id)) || mayAsk(abilities.get(id), backing(id), isOfEarlier(id))
  const keptAliveBy = (way: Way): readonly SiteCharger[] =>
    site.chargers.filter((charger) => isKeptAlive(abilities.get(charger.id)) && isOnWay(site, charger, way))
  return {
    mayAsk: may,
    keptAliveBy,
    heldBackBy: (way) => keptAliveBy(way).find(({ id }) => !may(id)) ?? null,
  }
}
