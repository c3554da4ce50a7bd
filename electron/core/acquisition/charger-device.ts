import type { ChargerWorld } from '../chargers/charger-kind.ts'
import type { FieldPorts } from '../field/field-source.ts'
import { chargerPeriodMs } from '../site/known.ts'
import { linkOf, type LineParts } from './line-parts.ts'
import { createPolledDevice } from './polled-device.ts'

/** Polls a charger on its Modbus line; answers the way by which its limits go there, ahead of all reads. */
export const createChargerPolling =
  (ports: FieldPorts, partsOf: (lineId: string) => LineParts): ChargerWorld['pollModbus'] =>
  (charger, connection, profile, reader) => {
    const parts = partsOf(connection.line)
    const device = createPolledDevice(
      {
        kind: 'charger',
        id: charger.id,
        lineId: connection.line,
        unit: connection.unit,
        periodMs: chargerPeriodMs,
        ...(charger.periods === undefined ? {} : { periods: charger.periods }),
        link: linkOf(ports.site, parts, profile.line.timeoutMs),
        heldUp: parts.heldUp,
        profile,
        mayAsk: () => ports.mayAsk(charger.id),
        ...(ports.facts === undefined ? {} : { facts: ports.facts }),
      },
      parts.line,
      parts.counter,
      reader,
      ports.clock,
    )
    parts.devices.push(device)
    return (request) => device.transact(request, 'write')
  }
