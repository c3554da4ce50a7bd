import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { FaultBoard } from '../faults/fault-board.ts'
import { FaultRefused } from '../faults/define-fault.ts'
import type { SimulatedSite } from '../simulated-site.ts'
import { commandSchema, runCommand } from './commands.ts'

export interface ControlAddress {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly token: string
}
export interface ControlServer {
  readonly address: ControlAddress
  close(): Promise<void>
}

/** Longest line taken from anyone. */
const maximumLine = 65_536
const envelopeSchema = z.looseObject({ token: z.string(), id: z.union([z.string(), z.number()]).optional() })

const isToken = (given: string, token: string) =>
  given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token))

const reply = async (
  site: SimulatedSite,
  board: FaultBoard,
  token: string,
  line: string,
): Promise<Record<string, unknown>> => {
  let id: unknown
  try {
    const envelope = envelopeSchema.safeParse(JSON.parse(line))
    if (!envelope.success || !isToken(envelope.data.token, token))
      return { ok: false, message: 'wrong or missing token' }
    const { token: _, id: given, ...rest } = envelope.data
    id = given
    const command = commandSchema.safeParse(rest)
    if (!command.success) return { id, ok: false, message: z.prettifyError(command.error) }
    return { id, ok: true, result: await runCommand(site, board, command.data) }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, message: 'a line must be one JSON object' }
    if (error instanceof FaultRefused) return { id, ok: false, message: error.message }
    return { id, ok: false, message: `the simulator failed: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Commands as JSON lines on a free port of 127.0.0.1, each with the token made at this start; answered in order. */
export const openControlServer = async (site: SimulatedSite, board: FaultBoard): Promise<ControlServer> => {
  const token = randomBytes(16).toString('hex')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Whoever hangs up early does not want the answer.
    socket.on('error', () => undefined)
    let last = Promise.resolve()
    createInterface({ input: socket }).on('line', (line) => {
      if (line.length > maximumLine) {
        socket.destroy()
        return
      }
      last = last.then(async () => {
        const answer = await reply(site, board, token, line)
        if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`)
      })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a listening server has a port')
  return {
    address: { host: '127.0.0.1', port: address.port, token },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
