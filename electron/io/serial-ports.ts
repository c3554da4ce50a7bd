import type { Log } from '../core/ports.ts'
import type { SerialPortInfo } from '../core/site-ports.ts'

/** The serial ports of this computer; an empty list, told to the log, where they can't be listed. */
export const listSerialPorts = async (log: Log): Promise<readonly SerialPortInfo[]> => {
  try {
    const { SerialPort } = await import('serialport')
    const ports = await SerialPort.list()
    return ports.map(({ path, manufacturer, serialNumber }) => ({
      path,
      description:
        [manufacturer, serialNumber].filter((part) => part !== undefined && part !== '').join(', ') || 'serial port',
    }))
  } catch (error) {
    log.warn('the serial ports of this computer cannot be listed; give the path by hand', { error: String(error) })
    return []
  }
}
