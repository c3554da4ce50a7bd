import type { SerialPort } from 'serialport'
import type { SiteLine } from '../../../shared/site/site.ts'
import type { ByteChannel, ChannelListeners } from './byte-channel.ts'

type SerialLine = Pick<Extract<SiteLine, { transport: 'serial' }>, 'path' | 'baud' | 'parity' | 'stopBits' | 'dataBits'>

/** serialport's messages carry the errno text; says what to do about it, on Linux and Windows. */
export const serialProblem = (message: string, path: string): string => {
  if (/permission denied|access denied|EACCES|EPERM/i.test(message)) {
    return `no permission to open ${path}: add the user to the dialout group (sudo usermod -aG dialout $USER), then log in again; on Windows close the program that uses it`
  }
  if (/no such file|ENOENT|file not found|no such device|ENXIO|ENODEV/i.test(message)) {
    return `there is no serial port ${path}: plug the adapter in, or correct the path (dmesg or the device manager shows its name)`
  }
  if (/lock|busy|temporarily unavailable|EBUSY/i.test(message))
    return `${path} is in use by another program: close it; Tripscope takes the port as soon as it is free`
  return `serial port ${path} failed: ${message}`
}

export const createSerialChannel = (line: SerialLine): ByteChannel => {
  let port: SerialPort | null = null

  const open = async (listeners: ChannelListeners): Promise<string | null> => {
    let Port: typeof SerialPort
    try {
      // Loaded when first needed: a site without serial lines must not depend on a native module.
      Port = (await import('serialport')).SerialPort
    } catch (error) {
      return `serial ports cannot be used on this computer: ${error instanceof Error ? error.message : String(error)}; install Tripscope again for this system`
    }
    return new Promise((resolve) => {
      const mine = new Port({
        path: line.path,
        baudRate: line.baud,
        parity: line.parity,
        stopBits: line.stopBits,
        dataBits: line.dataBits ?? 8,
        autoOpen: false,
      })
      port = mine
      const end = (problem: string) => {
        if (port !== mine) return
        port = null
        if (mine.isOpen) mine.close(() => undefined)
        listeners.closed(problem)
      }
      mine.on('data', (bytes: Buffer) => {
        if (port === mine) listeners.data(bytes)
      })
      // An unhandled 'error' would end the process; every one of them ends this opening instead.
      mine.on('error', (error: Error) => {
        end(serialProblem(error.message, line.path))
      })
      mine.on('close', () => {
        end(`${line.path} is gone: the adapter was unplugged; plug it in again and reading resumes by itself`)
      })
      mine.open((error) => {
        if (error === null) {
          resolve(null)
          return
        }
        if (port === mine) port = null
        resolve(serialProblem(error.message, line.path))
      })
    })
  }

  return {
    where: line.path,
    open,
    write(bytes) {
      port?.write(Buffer.from(bytes))
    },
    close: () =>
      new Promise((resolve) => {
        const mine = port
        port = null
        if (mine === null || !mine.isOpen) {
          resolve()
          return
        }
        mine.close(() => {
          resolve()
        })
      }),
  }
}
