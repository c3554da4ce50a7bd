import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Site } from '../../shared/site/site.ts'
import { createWorld, type World } from './physics/world.ts'
import { freePort } from './ocpp/free-port.ts'
import { openOcppCharger, type SimulatedOcppCharger } from './ocpp/ocpp-charger.ts'
import { createRandom } from './random.ts'
import type { MeterProfile } from '../../shared/profile/meter-profile.ts'
import type { Meter } from './physics/meter.ts'
import type { LoadedScenario } from './scenario/load-scenario.ts'
import { chargerDefaults, meterDefaults } from './scenario/scenario.ts'
import { productPorts, siteFileText, siteOfScenario, type LineAddress } from './scenario/site-of-scenario.ts'
import { openBus, type Bus } from './slave/bus.ts'
import { createChargerDevice } from './slave/charger-device.ts'
import type { Device } from './slave/device.ts'
import { mbapFraming, rtuFraming } from './slave/framing.ts'
import { openMbusBus, type MbusBus } from './slave/mbus-bus.ts'
import { createMbusMeterDevice } from './slave/mbus-meter-device.ts'
import { createMeterDevice } from './slave/meter-device.ts'
import { createOwnRecords } from './slave/own-records.ts'
import { protectiveValues } from './slave/protective-values.ts'
import { openWaveFrontEnd, type WaveFrontEnd, type WavePlace } from './wave/wave-front-end.ts'
import { openSerialPort, whyNoSerialPorts, type SimulatedSerialPort } from './slave/serial-port.ts'
import { modbusOf, ocppOf } from '../../shared/site/charger-connection.ts'
import { devicesOnLines } from '../../shared/site/devices-on-lines.ts'

/** A world with its lines open: what faults and commands act on. */
export interface SimulatedSite {
  readonly site: Site
  readonly siteFile: string
  readonly world: World
  readonly seed: number
  readonly devices: ReadonlyMap<string, Device>
  readonly buses: ReadonlyMap<string, Bus>
  readonly mbusBuses: ReadonlyMap<string, MbusBus>
  readonly serialPorts: ReadonlyMap<string, SimulatedSerialPort>
  readonly waves: ReadonlyMap<string, WaveFrontEnd>
  readonly ocpp: ReadonlyMap<string, SimulatedOcppCharger>
  /** What was asked for but could not be had on this machine, for a person. */
  readonly notes: readonly string[]
  close(): Promise<void>
}

/** The moment of the world as this computer's calendar had it; told once, so that a record stays as it was written. */
const utcOnce = (world: World): ((worldS: number) => number) => {
  const told = new Map<number, number>()
  return (worldS) => {
    const utcMs = told.get(worldS) ?? Date.now() - (world.timeS() - worldS) * 1000
    told.set(worldS, utcMs)
    return utcMs
  }
}

/** Events noted in the world's time stand in the meter's log by this computer's calendar. */
const ownRecordsOf = (profile: MeterProfile, model: Meter, world: World, nominalV: number, clockAheadMs: number) =>
  profile.clock === undefined && profile.logs === undefined && profile.captures === undefined
    ? null
    : createOwnRecords(profile, model, {
        clockAheadMs,
        nominalV,
        utcOf: utcOnce(world),
      })

const devicesOf = ({ scenario, meterProfiles, chargerProfiles }: LoadedScenario, world: World): Map<string, Device> => {
  const { site, simulation } = scenario
  const devices = new Map<string, Device>()
  for (const meter of site.meters) {
    const [profile, model] = [meterProfiles.get(meter.profile), world.meters.get(meter.id)]
    const own = simulation.meters[meter.id] ?? meterDefaults
    // A meter that no circuit names measures nothing, so it is not built.
    if (profile && model)
      devices.set(
        meter.id,
        createMeterDevice(
          meter,
          profile,
          model,
          own.turnaroundMs,
          own.stuck,
          protectiveValues(profile, world, model.settings.circuit, own.values),
          ownRecordsOf(profile, model, world, site.grid.nominalVoltage, own.clockAheadMs),
        ),
      )
  }
  for (const meter of simulation.unlisted.meters) {
    const [profile, model] = [meterProfiles.get(meter.profile), world.meters.get(meter.id)]
    if (profile && model)
      devices.set(meter.id, createMeterDevice(meter, profile, model, meter.turnaroundMs, meter.stuck))
  }
  for (const charger of site.chargers) {
    const modbus = modbusOf(charger)
    const [profile, model] = [chargerProfiles.get(modbus?.profile ?? ''), world.chargers.get(charger.id)]
    const { turnaroundMs } = simulation.chargers[charger.id] ?? chargerDefaults
    if (modbus && profile && model)
      devices.set(charger.id, createChargerDevice(charger.id, modbus.unit, profile, model, turnaroundMs))
  }
  return devices
}

/** Where the wave sources of the site are wired in. */
const wavePlaces = ({ site }: LoadedScenario['scenario']): readonly WavePlace[] =>
  site.waves.flatMap(({ id, circuit: named, meter }) => {
    const circuit = site.circuits.find((each) => (named === undefined ? each.meter === meter : each.id === named))
    return circuit === undefined
      ? []
      : [{ id, circuit: circuit.id, ratingA: circuit.breaker?.rating ?? site.grid.limit }]
  })

/** The chargers that come to the product instead of being reached over a line. */
const openOcppChargers = (site: Site, world: World): ReadonlyMap<string, SimulatedOcppCharger> =>
  new Map(
    site.chargers.flatMap((entry) => {
      const connection = ocppOf(entry)
      const charger = world.chargers.get(entry.id)
      if (connection === null || charger === undefined || site.ocpp === undefined) return []
      const { identity, version = '1.6' } = connection
      const { host, port, path } = site.ocpp
      const url = `ws://${host}:${port}${path}/${encodeURIComponent(identity)}`
      return [
        [
          entry.id,
          openOcppCharger({ id: entry.id, identity, version, url, nominalV: site.grid.nominalVoltage }, charger),
        ] as const,
      ]
    }),
  )

/** Opens every line of the scenario on free ports and writes the site file into `folder`. */
export const openSimulatedSite = async (
  loaded: LoadedScenario,
  options: { readonly folder: string; readonly seed: number; readonly speed: number },
): Promise<SimulatedSite> => {
  const { scenario } = loaded
  const world = createWorld(loaded, options.seed, options.speed)
  const devices = devicesOf(loaded, world)
  const mbusMeters = scenario.site.meters.flatMap((meter) => {
    const model = world.meters.get(meter.id)
    return meter.mbus === undefined || model === undefined
      ? []
      : [
          {
            line: meter.line,
            meter: createMbusMeterDevice(
              meter,
              model,
              (scenario.simulation.meters[meter.id] ?? meterDefaults).turnaroundMs,
            ),
          },
        ]
  })
  for (const meter of scenario.simulation.unlisted.meters) {
    const model = world.meters.get(meter.id)
    if (meter.mbus !== undefined && model !== undefined)
      mbusMeters.push({ line: meter.line, meter: createMbusMeterDevice(meter, model, meter.turnaroundMs) })
  }
  for (const { meter } of mbusMeters) devices.set(meter.device.id, meter.device)
  const lineOf = new Map(
    [...devicesOnLines(scenario.site), ...scenario.simulation.unlisted.meters].map(({ id, line }) => [id, line]),
  )
  const lines = [...scenario.site.lines, ...scenario.simulation.unlisted.lines]
  const noSerial = lines.some(({ transport }) => transport === 'serial') ? whyNoSerialPorts() : null
  const notes = noSerial === null ? [] : [`${noSerial}: serial lines are served as RTU over TCP`]
  const buses = new Map<string, Bus>()
  const mbusBuses = new Map<string, MbusBus>()
  const serialPorts = new Map<string, SimulatedSerialPort>()
  const addresses = new Map<string, LineAddress>()
  const waves = new Map<string, WaveFrontEnd>()
  const ocpp = new Map<string, SimulatedOcppCharger>()
  const close = async () => {
    await Promise.all([...serialPorts.values()].map((port) => port.close()))
    await Promise.all(
      [...buses.values(), ...mbusBuses.values(), ...waves.values(), ...ocpp.values()].map((each) => each.close()),
    )
  }
  try {
    for (const line of lines) {
      if (line.transport === 'mbus-tcp') {
        const bus = await openMbusBus(
          line.id,
          line.baud,
          mbusMeters.filter((entry) => entry.line === line.id).map(({ meter }) => meter),
        )
        mbusBuses.set(line.id, bus)
        addresses.set(line.id, { transport: 'mbus-tcp', port: bus.port })
        continue
      }
      const bus = await openBus({
        id: line.id,
        framing: line.transport === 'tcp' ? mbapFraming : rtuFraming,
        devices: [...devices.values()].filter(({ id }) => lineOf.get(id) === line.id),
        baud: line.transport === 'tcp' ? null : line.baud,
        random: createRandom(options.seed, `line ${line.id}`),
      })
      buses.set(line.id, bus)
      if (line.transport === 'serial' && noSerial === null) {
        const port = await openSerialPort(join(options.folder, `tty-${line.id}`), bus.port)
        serialPorts.set(line.id, port)
        addresses.set(line.id, { transport: 'serial', path: port.path })
      } else addresses.set(line.id, { transport: line.transport === 'tcp' ? 'tcp' : 'rtu-over-tcp', port: bus.port })
    }
    for (const place of wavePlaces(scenario)) waves.set(place.id, await openWaveFrontEnd(place, world, options))
    const ports = new Map([...waves].map(([id, { port }]) => [id, port]))
    const free = await Promise.all(Array.from({ length: productPorts(scenario) }, freePort))
    const site = siteOfScenario(scenario, addresses, ports, free)
    for (const [id, charger] of openOcppChargers(site, world)) ocpp.set(id, charger)
    const siteFile = join(options.folder, 'site.yaml')
    writeFileSync(siteFile, siteFileText(site, scenario.name))
    return {
      site,
      siteFile,
      world,
      seed: options.seed,
      devices,
      buses,
      mbusBuses,
      serialPorts,
      waves,
      ocpp,
      notes,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
