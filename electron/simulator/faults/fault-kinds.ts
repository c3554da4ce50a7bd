import { z } from 'zod'
import { phaseSchema } from '../../../shared/model/image.ts'
import { perPhase, phases, type Phase } from '../../../shared/model/phase.ts'
import type { SimulatedSite } from '../simulated-site.ts'
import type { WrongReply } from '../slave/device.ts'
import { exceptions } from '../slave/device.ts'
import type { Bus } from '../slave/bus.ts'
import { withCrc } from '../slave/framing.ts'
import { chargerOf, circuitOf, define, deviceOf, FaultRefused, known, none, type FaultKind } from './define-fault.ts'
import { breakerFaults } from './breaker-faults.ts'
import { phaseList } from './phase-list.ts'
import { ocppFaults } from './ocpp-faults.ts'
import { wiringFaults } from './wiring-faults.ts'

const rtuBusOf = (site: SimulatedSite, target: string): Bus => {
  const bus = site.buses.get(target)
  const rtu = [...site.buses.values()].filter(({ framing }) => framing === 'rtu').map(({ id }) => id)
  if (bus?.framing !== 'rtu') throw new FaultRefused(`no RTU line "${target}"; there are ${known(rtu)}`)
  return bus
}

const wrongReply = (kind: string, ms: number, code: number): WrongReply => {
  switch (kind) {
    case 'exception':
      return { kind, code }
    case 'late':
      return { kind, ms }
    case 'wrong-unit':
    case 'wrong-length':
    case 'wrong-crc':
    case 'garbage':
    case 'half-frame':
    case 'nan':
    case 'infinity':
      return { kind }
    default:
      throw new FaultRefused(`no kind of wrong reply "${kind}"`)
  }
}
const wrongKinds = [
  'wrong-unit',
  'wrong-length',
  'wrong-crc',
  'exception',
  'garbage',
  'half-frame',
  'late',
  'nan',
  'infinity',
] as const

/** To add a fault: one entry here. `apply` changes the site and gives back how to undo exactly that. */
export const faultKinds = {
  'dead-meter': define('meter or charger', 'it stops answering', none, (site, target) => {
    const { manners } = deviceOf(site, target)
    manners.silent = true
    return () => {
      manners.silent = false
    }
  }),
  'slow-meter': define(
    'meter or charger',
    'it answers late: --ms 800',
    z.strictObject({ ms: z.coerce.number().min(1).max(60_000).default(800) }),
    (site, target, { ms }) => {
      const { manners } = deviceOf(site, target)
      manners.delayMs = ms
      return () => {
        manners.delayMs = 0
      }
    },
  ),
  'wrong-replies': define(
    'meter or charger',
    `it answers wrongly: --kind ${wrongKinds.join('|')} [--code 4] [--ms 3000]`,
    z.strictObject({
      kind: z.enum(wrongKinds),
      code: z.coerce.number().int().min(1).max(11).default(exceptions.deviceFailure),
      ms: z.coerce.number().min(1).max(60_000).default(3000),
    }),
    (site, target, { kind, code, ms }) => {
      const device = deviceOf(site, target)
      const bus = [...site.buses.values()].find(({ devices }) => devices.includes(device))
      if (kind === 'wrong-crc' && bus?.framing === 'mbap')
        throw new FaultRefused(`${device.id} is on Modbus TCP, which has no checksum: use --kind garbage`)
      if ((kind === 'nan' || kind === 'infinity') && !device.hasFloats)
        throw new FaultRefused(`${device.id} has no float registers, so it can't say ${kind}`)
      device.manners.wrong = wrongReply(kind, ms, code)
      return () => {
        device.manners.wrong = null
      }
    },
  ),
  dip: define(
    'none',
    'the grid voltage dips once: --depth 40 (percent) --ms 300 [--phases L1,L2]',
    z.strictObject({
      depth: z.coerce.number().min(1).max(100).default(40),
      ms: z.coerce.number().min(10).max(600_000).default(300),
      phases: phaseList.default([...phases]),
    }),
    (site, _, { depth, ms, phases: on }) => {
      const { faults, timeS } = site.world
      const dip = { depthPercent: depth, phases: on, fromS: timeS(), toS: timeS() + ms / 1000 }
      faults.dips.add(dip)
      return () => {
        faults.dips.delete(dip)
      }
    },
  ),
  'phase-loss': define(
    'none',
    'a phase of the grid is lost, or of one circuit: --phase L2 [--circuit feeder-1]',
    z.strictObject({ phase: phaseSchema.default('L2'), circuit: z.string().optional() }),
    (site, _, { phase, circuit }) => {
      const { faults } = site.world
      if (circuit === undefined) {
        faults.lostPhases.add(phase)
        return () => {
          faults.lostPhases.delete(phase)
        }
      }
      const open: `${string} ${Phase}` = `${circuitOf(site, circuit)} ${phase}`
      faults.openPhases.add(open)
      return () => {
        faults.openPhases.delete(open)
      }
    },
  ),
  overload: define(
    'circuit',
    'extra load of the building: --amperes 40 [--phases L1,L2]',
    z.strictObject({ amperes: z.coerce.number().min(1).max(1000).default(40), phases: phaseList.default([...phases]) }),
    (site, target, { amperes, phases: on }) => {
      const { overloads } = site.world.faults
      overloads.set(
        circuitOf(site, target),
        perPhase((phase) => (on.includes(phase) ? amperes : 0)),
      )
      return () => {
        overloads.delete(target)
      }
    },
  ),
  'charger-ignores-writes': define('charger', 'it confirms every write and obeys none', none, (site, target) => {
    const overOcpp = site.ocpp.get(target)
    if (overOcpp !== undefined) {
      overOcpp.odd.add('ignores-profiles')
      return () => {
        overOcpp.odd.delete('ignores-profiles')
      }
    }
    const { manners } = chargerOf(site, target)
    manners.ignoresWrites = true
    return () => {
      manners.ignoresWrites = false
    }
  }),
  'tcp-reset': define('line', 'every connection is reset, now and as long as it is on', none, (site, target) => {
    const bus = site.buses.get(target) ?? site.mbusBuses.get(target)
    if (!bus)
      throw new FaultRefused(
        `no line "${target}"; there are ${known([...site.buses.keys(), ...site.mbusBuses.keys()].values())}`,
      )
    bus.setResetting(true)
    return () => bus.setResetting(false)
  }),
  echo: define('line', 'the adapter of an RTU line echoes what is sent', none, (site, target) => {
    const { wire } = rtuBusOf(site, target)
    wire.echoes = true
    return () => {
      wire.echoes = false
    }
  }),
  'line-noise': define(
    'line',
    'stray bytes before every reply of an RTU line: --bytes 3',
    z.strictObject({ bytes: z.coerce.number().int().min(1).max(20).default(3) }),
    (site, target, { bytes }) => {
      const { wire } = rtuBusOf(site, target)
      wire.noiseBytes = bytes
      return () => {
        wire.noiseBytes = 0
      }
    },
  ),
  'second-master': define(
    'line',
    'another master reads a device of its own on an RTU line: --unit 77 --ms 1500',
    z.strictObject({
      unit: z.coerce.number().int().min(1).max(247).default(77),
      ms: z.coerce.number().min(200).max(60_000).default(1500),
    }),
    (site, target, { unit, ms }) => {
      const bus = rtuBusOf(site, target)
      const timer = setInterval(() => {
        bus.say(withCrc(Buffer.from([unit, 3, 0, 0, 0, 2])))
        bus.say(withCrc(Buffer.from([unit, 3, 4, 0x12, 0x34, 0x56, 0x78])))
      }, ms)
      timer.unref()
      return () => clearInterval(timer)
    },
  ),
  'serial-unplug': define(
    'serial line',
    'the serial adapter is pulled out; off puts it back',
    none,
    async (site, target) => {
      const port = site.serialPorts.get(target)
      if (!port) throw new FaultRefused(`no serial line "${target}"; there are ${known(site.serialPorts.keys())}`)
      await port.unplug()
      return () => port.plug()
    },
  ),
  ...breakerFaults,
  ...ocppFaults,
  ...wiringFaults,
} as const satisfies Record<string, FaultKind>

export type FaultName = keyof typeof faultKinds
export const isFaultName = (name: string): name is FaultName => Object.hasOwn(faultKinds, name)
