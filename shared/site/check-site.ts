/** What the schema can't see: one entry of the site file against the others. Checks are listed at the end, each on its own. */
import { checkHost } from './host-text.ts'
import { modbusOf } from './charger-connection.ts'
import { siteAbilities } from '../charger/abilities-of.ts'
import type { ChargerProfile } from '../profile/charger-profile.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { didYouMean } from '../yaml/near.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkBreakers } from './check-breakers.ts'
import { checkControl } from './check-control.ts'
import { checkElectrical } from './check-electrical.ts'
import { checkFallbacks } from './check-fallbacks.ts'
import { checkFeeds } from './check-feeds.ts'
import { checkDataBits, checkFraming } from './check-framing.ts'
import { checkMbus } from './check-mbus.ts'
import { checkPhaseSwitching } from './check-phase-switching.ts'
import { checkOcpp } from './check-ocpp.ts'
import { checkMeasured } from './check-measured.ts'
import { checkSunSpec } from './check-sunspec.ts'
import { checkTree } from './check-tree.ts'
import { checkWaves } from './check-waves.ts'
import type { MbusProfile } from '../mbus/profile.ts'
import { devicesOnLines } from './devices-on-lines.ts'
import { isMbusLine, type Site } from './site.ts'
import { siteError, siteWarning, type SiteFinding } from './site-finding.ts'

interface Profiles {
  readonly meters: ReadonlyMap<string, MeterProfile>
  readonly chargers: ReadonlyMap<string, ChargerProfile>
  readonly mbus?: ReadonlyMap<string, MbusProfile>
}

const lists = ['lines', 'meters', 'circuits', 'chargers', 'waves', 'accounts'] as const

const checkIds = (site: Site): SiteFinding[] => {
  const first = new Map<string, string>()
  return lists.flatMap((list) =>
    (site[list] ?? []).flatMap(({ id }, index) => {
      const before = first.get(id)
      if (before !== undefined)
        return [
          siteError(
            [list, index, 'id'],
            `the id '${id}' is already used by ${before}`,
            'give each entry of the file its own id',
          ),
        ]
      first.set(id, `${list}[${index}]`)
      return []
    }),
  )
}

const checkReferences = (site: Site): SiteFinding[] => {
  const known = (path: SiteFinding['path'], kind: string, id: string, ids: readonly string[]): SiteFinding[] => {
    if (ids.includes(id)) return []
    return [
      siteError(
        path,
        `there is no ${kind} '${id}'`,
        didYouMean(id, ids) ?? (ids.length === 0 ? `declare one under ${kind}s` : `there are: ${ids.join(', ')}`),
      ),
    ]
  }
  const lineIds = site.lines.map((line) => line.id)
  const meterIds = site.meters.map((meter) => meter.id)
  const circuitIds = site.circuits.map((circuit) => circuit.id)
  return [
    ...devicesOnLines(site).flatMap(({ line, pathOf }) => known(pathOf('line'), 'line', line, lineIds)),
    ...site.chargers.flatMap((charger, index) =>
      known(['chargers', index, 'circuit'], 'circuit', charger.circuit, circuitIds),
    ),
    ...site.circuits.flatMap((circuit, index) => [
      ...(circuit.meter === undefined ? [] : known(['circuits', index, 'meter'], 'meter', circuit.meter, meterIds)),
      ...(circuit.parent === undefined
        ? []
        : known(['circuits', index, 'parent'], 'circuit', circuit.parent, circuitIds)),
    ]),
    ...site.circuits.flatMap((circuit, index) => {
      const before = site.circuits.findIndex((other) => circuit.meter !== undefined && other.meter === circuit.meter)
      return before === index || before < 0
        ? []
        : [
            siteError(
              ['circuits', index, 'meter'],
              `the meter '${circuit.meter ?? ''}' already measures the circuit '${site.circuits[before]?.id ?? ''}'`,
              'a meter measures one circuit; name it at the one it is wired into',
            ),
          ]
    }),
  ]
}

/** Devices on one line need different units; a serial line takes 1 to 247 only (Modbus over Serial Line 1.02, 2.2). */
const checkUnits = (site: Site): SiteFinding[] => {
  const mbusLines = new Set(site.lines.filter(isMbusLine).map(({ id }) => id))
  const devices = devicesOnLines(site)
    .map((device) => ({
      ...device,
      path: device.pathOf('unit'),
      sunspec: device.list === 'meters' ? JSON.stringify(site.meters[device.index]?.sunspec) : undefined,
    }))
    .filter(({ line }) => !mbusLines.has(line))
  return devices.flatMap(({ id, line, unit, path, sunspec }, index) => {
    // A SunSpec device may hold several meters under one unit; each entry then says which it means.
    const isAnother = (other: { readonly sunspec: string | undefined }): boolean =>
      sunspec !== undefined && other.sunspec !== undefined && sunspec !== other.sunspec
    const before = devices
      .slice(0, index)
      .find((other) => other.line === line && other.unit === unit && !isAnother(other))
    const transport = site.lines.find((entry) => entry.id === line)?.transport
    return [
      ...(before === undefined
        ? []
        : [
            siteError(
              path,
              `'${id}' and '${before.id}' both have unit ${unit} on the line '${line}'`,
              'give each device on a line its own unit, in the device and here',
            ),
          ]),
      ...((transport !== 'serial' && transport !== 'rtu-over-tcp') || (unit >= 1 && unit <= 247)
        ? []
        : [
            siteError(
              path,
              `unit ${unit} can't be addressed on a serial bus`,
              'write the unit set in the device, 1 to 247',
            ),
          ]),
    ]
  })
}

const checkLines = (site: Site): SiteFinding[] =>
  site.lines.flatMap((line, index) => {
    const earlier = site.lines.slice(0, index)
    if ('path' in line) {
      const same = earlier.find((other) => 'path' in other && other.path === line.path)
      return same === undefined
        ? []
        : [
            siteError(
              ['lines', index, 'path'],
              `${line.path} is already the line '${same.id}'`,
              'one serial port is one line: put all its devices on that line',
            ),
          ]
    }
    const same = earlier.find((other) => 'host' in other && other.host === line.host && other.port === line.port)
    return [
      ...(same === undefined
        ? []
        : [
            siteWarning(
              ['lines', index, 'host'],
              `${line.host}:${line.port} is already the line '${same.id}'`,
              'put all its devices on that line: two connections ask it at once',
            ),
          ]),
      ...checkHost(['lines', index, 'host'], line.host),
    ]
  })

const checkTimezone = (site: Site): SiteFinding[] => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: site.timezone })
    return []
  } catch {
    // RangeError is how Intl says that it doesn't know the zone.
    return [
      siteError(
        ['timezone'],
        `'${site.timezone}' is no time zone`,
        "write an IANA name such as 'Europe/Berlin' or 'UTC'",
      ),
    ]
  }
}

const checkProfiles = (site: Site, profiles: Profiles): SiteFinding[] => {
  const mbus: ReadonlyMap<string, MbusProfile> = profiles.mbus ?? new Map()
  const check = (list: 'meters' | 'chargers', known: ReadonlyMap<string, MeterProfile | ChargerProfile>) =>
    devicesOnLines(site).flatMap((device): SiteFinding[] => {
      if (device.list !== list) return []
      const { profile: id, line: lineId } = device
      const path = device.pathOf('profile')
      const line = site.lines.find((each) => each.id === lineId)
      const isMbus = list === 'meters' && line !== undefined && isMbusLine(line)
      const other: ReadonlyMap<string, unknown> = isMbus ? profiles.meters : mbus
      const ids = [...(isMbus ? mbus : known).keys()].sort()
      if (list === 'meters' && other.has(id) && !ids.includes(id)) {
        return [
          siteError(
            path,
            isMbus
              ? `'${id}' is the profile of a Modbus meter, but '${device.id}' is on M-Bus`
              : `'${id}' is the profile of an M-Bus meter, but '${lineId}' is a Modbus line`,
            isMbus
              ? `choose the M-Bus profile of this model; known: ${ids.join(', ') || 'none'}`
              : "give it a line of transport mbus-serial or mbus-tcp and 'mbus: { primary: ... }', or choose a Modbus profile",
          ),
        ]
      }
      if (isMbus && mbus.has(id)) return []
      const profile = isMbus ? undefined : known.get(id)
      const isOfOthers = list === 'meters' ? profiles.chargers.has(id) : profiles.meters.has(id)
      if (profile === undefined && isOfOthers) {
        const other = list === 'meters' ? 'charger' : 'meter'
        return [
          siteError(
            path,
            `'${id}' is the profile of a ${other}, and '${device.id}' stands among the ${list}`,
            `move it to '${other}s', or name the profile of the ${list.slice(0, -1)}`,
          ),
        ]
      }
      if (profile === undefined) {
        return [
          siteError(
            path,
            `there is no ${list.slice(0, -1)} profile '${id}'`,
            `${didYouMean(id, ids) ?? 'add its profile or correct the id;'} known: ${ids.join(', ') || 'none'}`,
          ),
        ]
      }
      const transport = line?.transport
      // A converter or gateway can put any device on any kind of line, so this can't be an error.
      return transport === undefined || (profile.transports as readonly string[]).includes(transport)
        ? []
        : [
            siteWarning(
              path,
              `${profile.make} ${profile.models[0] ?? id} speaks ${profile.transports.join(', ')}, but its line '${lineId}' is ${transport}`,
              'check the line, or that a gateway stands between',
            ),
          ]
    })
  return [
    ...check('meters', profiles.meters),
    ...check('chargers', profiles.chargers),
    ...checkSunSpec(site, profiles.meters),
    ...checkMeterPeriods(site, profiles),
    ...checkChargerPeriods(site, profiles),
    ...checkMeasured(site, profiles.meters),
    ...checkFraming(site, profiles),
  ]
}

/** Periods of quantities that the profile does not have. */
const unknownPeriods = (
  path: readonly [string, number],
  periods: Readonly<Record<string, unknown>>,
  profile: string,
  known: readonly string[],
): SiteFinding[] =>
  known.length === 0
    ? []
    : Object.keys(periods)
        .filter((key) => !known.includes(key))
        .map((key) =>
          siteError(
            [...path, 'periods', key],
            `the profile '${profile}' has no '${key}'`,
            didYouMean(key, known) ?? 'see its page for the quantities it has',
          ),
        )

/** Periods of single quantities: of those the profile has, and of Modbus meters only. */
const checkMeterPeriods = (site: Site, profiles: Profiles): SiteFinding[] =>
  site.meters.flatMap((meter, index) => {
    if (meter.periods === undefined) return []
    const line = site.lines.find((each) => each.id === meter.line)
    if (line !== undefined && isMbusLine(line)) {
      return [
        siteError(
          ['meters', index, 'periods'],
          `'${meter.id}' is on M-Bus, where one telegram carries every value`,
          "leave 'periods' out and set periodMs",
        ),
      ]
    }
    const known = Object.keys(profiles.meters.get(meter.profile)?.quantities ?? {})
    return unknownPeriods(['meters', index], meter.periods, meter.profile, known)
  })

/** Control counts a charger as unread 5 s after its currents were read (core/control/timing.ts): one lost reading must not be enough. */
const longestCurrentPeriodMs = 2500

const checkChargerPeriods = (site: Site, profiles: Profiles): SiteFinding[] =>
  site.chargers.flatMap((charger, index) => {
    const { id, periods } = charger
    const profile = modbusOf(charger)?.profile ?? ''
    if (periods === undefined) return []
    const known = Object.keys(profiles.chargers.get(profile)?.quantities ?? {})
    const slow = (['i_t1', 'i_t2', 'i_t3'] as const).flatMap((key) => {
      const ms = periods[key] ?? 0
      if (ms <= longestCurrentPeriodMs) return []
      return [
        siteError(
          ['chargers', index, 'periods', key],
          `'${key}' of '${id}' is read every ${ms} ms: with one reading lost it counts as unread (after 5000 ms), and what it may draw is kept free for it`,
          `write ${longestCurrentPeriodMs} or less`,
        ),
      ]
    })
    return [...unknownPeriods(['chargers', index], periods, profile, known), ...slow]
  })

/** A mobile link under meters that control rests on. */
const checkLinks = (site: Site): SiteFinding[] =>
  site.lines.flatMap((line, index): SiteFinding[] => {
    if (!('link' in line) || line.link !== 'cellular') return []
    const controlled = new Set(site.circuits.flatMap(({ meter }) => meter ?? []))
    const meter = site.meters.find(({ id, line: lineId }) => lineId === line.id && controlled.has(id))
    return site.chargers.length === 0 || meter === undefined
      ? []
      : [
          siteWarning(
            ['lines', index, 'link'],
            `'${meter.id}' is read over a mobile link, which may be away for half a minute between attempts to connect: its chargers then go to their fallback`,
            'read the meters that control needs over a local line, or choose fallbacks that may last',
          ),
        ]
  })

/** Everything wrong between the entries of a site; profiles are checked where a catalogue is given. */
export const checkSite = (site: Site, profiles?: Profiles): SiteFinding[] => {
  const structure = [...checkIds(site), ...checkReferences(site), ...checkTree(site)]
  const rest = [
    ...checkUnits(site),
    ...checkLines(site),
    ...checkWaves(site),
    ...checkOcpp(site),
    ...checkFeeds(site),
    ...checkDataBits(site),
    ...checkLinks(site),
    ...checkMbus(site),
    ...checkTimezone(site),
    ...checkElectrical(site),
    ...checkBreakers(site),
    ...checkControl(site),
    ...checkAccounts(site),
    ...(profiles === undefined ? [] : checkProfiles(site, profiles)),
  ]
  // Sums over the tree mean nothing while the tree is broken.
  return structure.length > 0
    ? [...structure, ...rest]
    : [
        ...rest,
        ...checkFallbacks(site, profiles && siteAbilities(site, profiles.chargers)),
        ...(profiles === undefined ? [] : checkPhaseSwitching(site, siteAbilities(site, profiles.chargers))),
      ]
}
