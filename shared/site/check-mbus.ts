/** What wired M-Bus asks of a site: its own meters on its own lines, addresses that differ, periods it can keep, nothing that controls. */
import { devicesOnLines } from './devices-on-lines.ts'
import { aboveChargers } from './path-up.ts'
import { isMbusLine, type Site, type SiteLine, type SiteMeter } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'

/** Longest period of a meter read over Modbus, ms. */
const longestModbusPeriodMs = 60_000
/** Shortest period of an M-Bus meter, ms: its answers take up to 1.5 s at 2400 baud, and it renews its values every few seconds. */
export const shortestMbusPeriodMs = 10_000

/** A long answer (EN 13757-2: 261 bytes of 11 bits) with its request and the pause before it. */
export const mbusReadMs = (baud: number): number => (((261 + 5) * 11 + 330) * 1000) / baud + 50

const slow = 'M-Bus is for energy and diagnostics: one read takes 0.3 to 1.5 s at 2400 baud'

const lineOf = (site: Site, id: string): SiteLine | undefined => site.lines.find((line) => line.id === id)

/** A device belongs on a line of its own kind. */
const checkKinds = (site: Site): SiteFinding[] => [
  ...site.meters.flatMap((meter, index): SiteFinding[] => {
    const line = lineOf(site, meter.line)
    if (line === undefined) return []
    if (isMbusLine(line)) {
      if (meter.mbus === undefined) {
        return [
          siteError(
            ['meters', index, 'line'],
            `'${meter.id}' has no M-Bus address, but '${line.id}' is an M-Bus line`,
            "add 'mbus: { primary: <1 to 250> }' or 'mbus: { secondary: '<8 digits>' }' instead of unit, or correct the line",
          ),
        ]
      }
      return meter.unit === 1
        ? []
        : [
            siteError(
              ['meters', index, 'unit'],
              `'${meter.id}' is an M-Bus meter: it has no Modbus unit`,
              'remove unit; its address is under mbus',
            ),
          ]
    }
    return meter.mbus === undefined
      ? []
      : [
          siteError(
            ['meters', index, 'mbus'],
            `'${meter.id}' has an M-Bus address, but '${line.id}' is a Modbus line`,
            "put the meter on a line of transport mbus-serial or mbus-tcp, or give its Modbus unit instead of 'mbus'",
          ),
        ]
  }),
  ...devicesOnLines(site).flatMap(({ list, id, line: lineId, pathOf }): SiteFinding[] => {
    const line = lineOf(site, lineId)
    return list === 'meters' || line === undefined || !isMbusLine(line)
      ? []
      : [
          siteError(
            pathOf('line'),
            `'${id}' can't hang on the M-Bus line '${lineId}': M-Bus is too slow for control`,
            'put the charger on a Modbus line',
          ),
        ]
  }),
]

const checkAddress = ({ id, mbus }: SiteMeter, index: number): SiteFinding[] => {
  if (mbus === undefined) return []
  const { primary, secondary, manufacturer, version, medium } = mbus
  const narrowed = manufacturer ?? version ?? medium
  return [
    ...(primary !== undefined && secondary !== undefined
      ? [
          siteError(
            ['meters', index, 'mbus', 'secondary'],
            `'${id}' has both a primary and a secondary address`,
            'keep the one it is to be asked by',
          ),
        ]
      : []),
    ...(primary === undefined && secondary === undefined
      ? [
          siteError(
            ['meters', index, 'mbus'],
            `'${id}' has no M-Bus address`,
            "write 'primary: <1 to 250>', or 'secondary: '<8 digits>'' with the number printed on the meter",
          ),
        ]
      : []),
    ...(secondary === undefined && primary !== undefined && narrowed !== undefined
      ? [
          siteError(
            ['meters', index, 'mbus'],
            `'${id}' has a primary address: manufacturer, version and medium belong to a secondary one`,
            'remove them, or write secondary instead of primary',
          ),
        ]
      : []),
    ...(primary === 0
      ? [
          siteWarning(
            ['meters', index, 'mbus', 'primary'],
            '0 is the address of a meter that was never set up: the next one added comes with it too',
            'give the meter an address of its own, 1 to 250',
          ),
        ]
      : []),
  ]
}

/** May both answer to one selection: equal numbers, and nothing given in both that tells them apart. */
const isSameMeter = (one: NonNullable<SiteMeter['mbus']>, other: NonNullable<SiteMeter['mbus']>): boolean => {
  if (one.primary !== undefined || other.primary !== undefined)
    return one.primary !== undefined && one.primary === other.primary
  const differs = (key: 'manufacturer' | 'version' | 'medium') =>
    one[key] !== undefined && other[key] !== undefined && one[key] !== other[key]
  return (
    one.secondary !== undefined &&
    one.secondary.toUpperCase() === other.secondary?.toUpperCase() &&
    !differs('manufacturer') &&
    !differs('version') &&
    !differs('medium')
  )
}

const checkDuplicates = (site: Site): SiteFinding[] =>
  site.meters.flatMap((meter, index) => {
    const { mbus } = meter
    if (mbus === undefined) return []
    const before = site.meters
      .slice(0, index)
      .find((other) => other.line === meter.line && other.mbus !== undefined && isSameMeter(other.mbus, mbus))
    return before === undefined
      ? []
      : [
          siteError(
            ['meters', index, 'mbus'],
            `'${meter.id}' and '${before.id}' both have the address ${mbus.primary ?? mbus.secondary ?? ''} on the line '${meter.line}'`,
            'both would answer at once: give each meter on a line its own address, in the meter and here',
          ),
        ]
  })

const checkPeriods = (site: Site): SiteFinding[] =>
  site.meters.flatMap(({ id, line: lineId, periodMs, mbus }, index) => {
    const line = lineOf(site, lineId)
    if (line === undefined) return []
    const path = ['meters', index, 'periodMs'] as const
    if (!isMbusLine(line))
      return periodMs <= longestModbusPeriodMs
        ? []
        : [
            siteError(
              path,
              `expected whole milliseconds >= 100 and <= ${longestModbusPeriodMs}, got ${periodMs}`,
              'correct the number',
            ),
          ]
    return mbus === undefined || periodMs >= shortestMbusPeriodMs
      ? []
      : [
          siteError(
            path,
            `'${id}' is to be read every ${periodMs} ms, but it is an M-Bus meter: ${slow}`,
            `write ${shortestMbusPeriodMs} or more, or leave it out: 60000 is the default`,
          ),
        ]
  })

/** Whether a line can read all of its meters in their periods at all. */
const checkRoom = (site: Site): SiteFinding[] =>
  site.lines.flatMap((line, index) => {
    if (!isMbusLine(line)) return []
    const meters = site.meters.filter((meter) => meter.line === line.id && meter.mbus !== undefined)
    const share = meters.reduce((sum, { periodMs }) => sum + mbusReadMs(line.baud) / periodMs, 0)
    return share <= 1
      ? []
      : [
          siteWarning(
            ['lines', index, 'baud'],
            `${meters.length} meters of '${line.id}' may need ${Math.round(share * 100)} % of its time: one long answer takes ${(mbusReadMs(line.baud) / 1000).toFixed(1)} s at ${line.baud} baud`,
            'lengthen periodMs of its meters, or spread them over several lines',
          ),
        ]
  })

/** A charger is never steered by something read once a minute. */
const checkAboveChargers = (site: Site): SiteFinding[] => {
  const above = aboveChargers(site)
  return site.circuits.flatMap(({ id, meter: meterId }, index) => {
    const meter = site.meters.find((each) => each.id === meterId)
    return meter?.mbus === undefined || !above.has(id)
      ? []
      : [
          siteError(
            ['circuits', index, 'meter'],
            `'${meter.id}' can't measure '${id}', which feeds chargers: ${slow}, so nothing can be steered by it`,
            'measure this circuit with a Modbus meter, or leave the meter to a circuit without chargers',
          ),
        ]
  })
}

export const checkMbus = (site: Site): SiteFinding[] => [
  ...checkKinds(site),
  ...site.meters.flatMap(checkAddress),
  ...checkDuplicates(site),
  ...checkPeriods(site),
  ...checkRoom(site),
  ...checkAboveChargers(site),
]
