import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'

/** A pseudo terminal that leads to a bus: for the product a serial port like any other. */
export interface SimulatedSerialPort {
  readonly path: string
  /** As pulling the USB adapter out: the port is gone, and whoever had it open finds out. */
  unplug(): Promise<void>
  plug(): Promise<void>
  close(): Promise<void>
}

/** Null where the machine can make serial ports, otherwise why not. */
export const whyNoSerialPorts = (): string | null => {
  if (process.platform === 'win32') return 'Windows has no pseudo terminals for serial ports'
  return spawnSync('socat', ['-V'], { stdio: 'ignore' }).error ? 'socat is not installed' : null
}

const appearWithinMs = 3000
const lookAgainMs = 10

/** Makes the link `path` to a new pseudo terminal joined to a port of 127.0.0.1. Throws where socat can't. */
export const openSerialPort = async (path: string, busPort: number): Promise<SimulatedSerialPort> => {
  let child: ChildProcess | null = null
  let ended: Promise<void> = Promise.resolve()

  const plug = async () => {
    if (child !== null) return
    let complaint = ''
    const started = spawn('socat', [`PTY,raw,echo=0,link=${path}`, `TCP:127.0.0.1:${busPort},nodelay`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child = started
    started.stderr?.on('data', (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    ended = new Promise((resolve) => {
      const over = () => {
        if (child === started) child = null
        resolve()
      }
      started.once('exit', over)
      started.once('error', (error) => {
        complaint += error.message
        over()
      })
    })
    for (let waitedMs = 0; !existsSync(path); waitedMs += lookAgainMs) {
      if (child !== started || waitedMs > appearWithinMs)
        throw new Error(`socat made no serial port at ${path}: ${complaint.trim() || 'no reason given'}`)
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
    }
  }
  const unplug = async () => {
    child?.kill('SIGTERM')
    await ended
  }
  await plug()
  return { path, plug, unplug, close: unplug }
}
