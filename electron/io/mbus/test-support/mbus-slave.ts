import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeTelegram, type RecordToEncode } from '../../../../shared/mbus/encode-telegram.ts'
import { encodeLinkFrame } from '../../../../shared/mbus/link-frame.ts'
import { mbusProfileSchema, type MbusProfile } from '../../../../shared/mbus/profile.ts'
import { until } from '../../modbus/test-support/real-line.ts'

export interface SlaveMeter {
  readonly primary: number
  /** Long frames as hex. */
  readonly telegrams: readonly string[]
  readonly manners?: Readonly<Record<string, number | boolean>>
}
export interface MbusSlave {
  readonly port: number
  /** Frames the master sent, as hex, in order. */ readonly heard: string[]
  stop(): Promise<void>
}

/** The replaying slave of mbus_slave.py, on a TCP port of its own or on a serial port. */
export const startMbusSlave = async (
  where: 'tcp' | { readonly path: string },
  meters: readonly SlaveMeter[],
  echo = false,
): Promise<MbusSlave> => {
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-mbus-'))
  const config = join(folder, 'meters.json')
  writeFileSync(config, JSON.stringify({ meters, echo }))
  const child = spawn(
    '/usr/bin/python3',
    [
      fileURLToPath(new URL('mbus_slave.py', import.meta.url)),
      ...(where === 'tcp' ? ['tcp', '0'] : ['serial', where.path]),
      config,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let out = ''
  let heard = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    heard += chunk.toString()
  })
  await until('the M-Bus slave is ready', () => {
    if (child.exitCode !== null) throw new Error(`the slave ended: ${heard}`)
    return where === 'tcp' ? /ready \d+\n/.test(out) : out.includes('ready')
  })
  return {
    port: Number(/ready (\d+)/.exec(out)?.[1] ?? 0),
    get heard() {
      return heard.split('\n').slice(0, -1)
    },
    async stop() {
      const gone = new Promise<void>((resolve) => {
        child.once('exit', () => {
          resolve()
        })
      })
      if (child.exitCode === null) {
        child.kill('SIGKILL')
        await gone
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')

/** A made-up meter's telegram, complete from 68 to 16. */
export const telegramHex = (
  id: string,
  records: readonly RecordToEncode[],
  more: { readonly moreFollows?: boolean; readonly status?: number; readonly medium?: number } = {},
): string =>
  hex(
    encodeLinkFrame({
      kind: 'long',
      control: 0x08,
      address: 0,
      ci: 0x72,
      data: encodeTelegram(
        { id, manufacturer: 'TST', version: 1, medium: more.medium ?? 2, accessNumber: 7, status: more.status ?? 0 },
        records,
        more.moreFollows === true ? { moreFollows: true } : {},
      ),
    }),
  )

/** Energy in Wh (VIF 03), voltage in V (VIF FD 49, 10^0 V) and power in W (VIF 2B). */
export const energy = (wattHours: number): RecordToEncode => ({
  vif: [0x03],
  data: { coding: 'int32', value: wattHours },
})
export const voltage = (volts: number): RecordToEncode => ({
  vif: [0xfd, 0x49],
  data: { coding: 'int16', value: volts },
})
export const power = (watts: number): RecordToEncode => ({ vif: [0x2b], data: { coding: 'int32', value: watts } })

export const testProfile = mbusProfileSchema.parse({
  id: 'test',
  make: 'Test',
  models: ['T'],
  sources: [{ document: 'test' }],
  confidence: 'high',
  match: [{ manufacturer: 'TST', medium: 2 }],
  capabilities: { windowMs: null, refreshMs: null, minMax: false, telegrams: null },
  billing: { suitable: 'not-verified', note: 'test' },
  quantities: { e_import: { vif: 'energy' }, u_l1n: { vif: 'voltage' }, p_total: { vif: 'power' } },
}) as unknown as MbusProfile
