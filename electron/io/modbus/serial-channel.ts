import type { SerialPort } from 'serialport'
import type { LineProblem } from '../../../shared/said/line-problem.ts'
import type { SiteLine } from '../../../shared/site/site.ts'
import type { ByteChannel, ChannelListeners } from './byte-channel.ts'
import { watchPresence } from './port-presence.ts'

type SerialLine = Pick<Extract<SiteLine, { transport: 'serial' }>, 'path' | 'baud' | 'parity' | 'stopBits' | 'dataBits'>

/** serialport's messages carry the errno text and no code: they are read here, once, on Linux and Windows. */
export const serialProblem = (message: string, path: string): LineProblem => {
  if (/permission denied|access denied|EACCES|EPERM/i.test(message)) return { kind: 'no-permission', path }
  if (/no such file|ENOENT|file not found|no such device|ENXIO|ENODEV/i.test(message)) return { kind: 'no-port', path }
  if (/lock|busy|temporarily unavailable|EBUSY/i.test(message)) return { kind: 'port-busy', path }
  return { kind: 'failed', where: path, isSerial: true, message }
}

export const createSerialChannel = (line: SerialLine): ByteChannel => {
  let port: SerialPort | null = null
  /** Ends an opening nobody waits for any more: the system may hold one for long, e.g. of a radio that is away. */
  let giveUp: () => void = () => undefined

  const open = async (listeners: ChannelListeners): Promise<LineProblem | null> => {
    let Port: typeof SerialPort
    try {
      // Loaded when first needed: a site without serial lines must not depend on a native module.
      Port = (await import('serialport')).SerialPort
    } catch (error) {
      return { kind: 'no-serial', message: error instanceof Error ? error.message : String(error) }
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
      giveUp = () => resolve({ kind: 'given-up', where: line.path })
      let endWatch = (): void => undefined
      const end = (problem: LineProblem) => {
        endWatch()
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
        end({ kind: 'unplugged', path: line.path })
      })
      mine.open((error) => {
        if (error === null && port !== mine) {
          // Closed meanwhile: a port that stays open would be busy for who opens it next.
          mine.close(() => undefined)
          return
        }
        if (error === null) {
          endWatch = watchPresence(line.path, () => {
            end({ kind: 'unplugged', path: line.path })
          })
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
          giveUp()
          resolve()
          return
        }
        mine.close(() => {
          resolve()
        })
      }),
  }
}
