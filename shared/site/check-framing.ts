import type { ChargerProfile } from '../profile/charger-profile.ts'
import type { MeterProfile } from '../profile/meter-profile.ts'
import { devicesOnLines } from './devices-on-lines.ts'
import type { Site } from './site.ts'
import { siteError, type SiteFinding } from './site-finding.ts'

const named = { rtu: 'Modbus RTU', ascii: 'Modbus ASCII' } as const

/** RTU needs all eight bits of a character (Modbus over Serial Line V1.02, 2.5.1); ASCII is seven-bit text and bears both. */
export const checkDataBits = (site: Site): SiteFinding[] =>
  site.lines.flatMap((line, index) =>
    line.transport === 'serial' && line.dataBits === 7 && line.framing !== 'ascii'
      ? [
          siteError(
            ['lines', index, 'dataBits'],
            `'${line.id}' is a line of Modbus RTU, whose characters have 8 data bits`,
            "write 8, or 'framing: ascii' where the devices on it are set to Modbus ASCII",
          ),
        ]
      : [],
  )

/** A device and its line must speak the same: on one bus a frame of the other kind is noise. Behind Modbus TCP the gateway sees to it. */
export const checkFraming = (
  site: Site,
  profiles: {
    readonly meters: ReadonlyMap<string, MeterProfile>
    readonly chargers: ReadonlyMap<string, ChargerProfile>
  },
): SiteFinding[] =>
  devicesOnLines(site).flatMap((device): SiteFinding[] => {
    const line = site.lines.find(({ id }) => id === device.line)
    const profile: MeterProfile | ChargerProfile | undefined = profiles[device.list].get(device.profile)
    if (profile === undefined || (line?.transport !== 'serial' && line?.transport !== 'rtu-over-tcp')) return []
    const wanted = profile.framing ?? 'rtu'
    const given = line.framing ?? 'rtu'
    if (wanted === given) return []
    const message = `'${device.id}' (${profile.make} ${profile.models[0] ?? profile.id}) speaks ${named[wanted]}, but its line '${line.id}' is ${named[given]}`
    return [
      siteError(
        device.pathOf('line'),
        message,
        wanted === 'ascii'
          ? `write 'framing: ascii' at the line '${line.id}', or give it a line of its own: all devices of a line speak the same`
          : `give it a line of its own, without 'framing: ascii'; where the device itself is set to ASCII, say so in a profile of your own with 'framing: ascii'`,
      ),
    ]
  })
