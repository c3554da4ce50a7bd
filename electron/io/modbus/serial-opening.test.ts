import { EventEmitter } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import { createConnection } from './connection.ts'
import { createSerialChannel } from './serial-channel.ts'

/** A port the system takes its time to open, as one of a radio that is away. */
const ports: SlowPort[] = []
class SlowPort extends EventEmitter {
  isOpen = false
  opened: (error: Error | null) => void = () => undefined
  constructor() {
    super()
    ports.push(this)
  }
  open(done: (error: Error | null) => void): void {
    this.opened = done
  }
  close(done: () => void): void {
    this.isOpen = false
    done()
  }
}
vi.mock('serialport', () => ({ SerialPort: SlowPort }))
afterEach(() => ports.splice(0))

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const line = { path: '/dev/ttyRADIO', baud: 9600, parity: 'none', stopBits: 1, dataBits: 8 } as const

describe('a serial port that is being opened', () => {
  it('holds nobody who closes the line, and is closed once the system has opened it', async () => {
    const up = vi.fn()
    const connection = createConnection(
      createSerialChannel(line),
      { clock: systemClock, log: quiet, random: () => 0.5 },
      { data: () => undefined, up, down: () => undefined },
    )
    connection.start()
    await vi.waitFor(() => expect(ports).toHaveLength(1))
    await connection.close()
    const [port] = ports
    if (port === undefined) throw new Error('no port was opened')
    port.isOpen = true
    port.opened(null)
    expect(port.isOpen).toBe(false)
    expect(up).not.toHaveBeenCalled()
    expect(connection.status().state).toBe('closed')
  })
})
