import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { Command } from './commands.ts'
import type { ControlAddress } from './control-server.ts'

const answerSchema = z.looseObject({ ok: z.boolean(), message: z.string().optional(), result: z.unknown().optional() })
export type CommandOutcome =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly message: string }

const answerWithinMs = 10_000

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is no answer of ours: the schema refuses null.
    return null
  }
}

/** Sends one command to a running simulator and waits for its answer. Never rejects. */
export const sendCommand = (address: ControlAddress, command: Command): Promise<CommandOutcome> =>
  new Promise((resolve) => {
    const socket = connect(address.port, address.host)
    const settle = (outcome: CommandOutcome) => {
      socket.destroy()
      resolve(outcome)
    }
    socket.setTimeout(answerWithinMs, () => settle({ ok: false, message: 'the simulator does not answer' }))
    socket.on('error', (error) =>
      settle({ ok: false, message: `no simulator at ${address.host}:${address.port}: ${error.message}` }),
    )
    socket.on('close', () => settle({ ok: false, message: 'the simulator closed the connection' }))
    // A reader of lines says its stream's error once more; said it is already.
    const lines = createInterface({ input: socket }).on('error', () => undefined)
    lines.once('line', (line) => {
      const answer = answerSchema.safeParse(parseJson(line))
      if (!answer.success)
        settle({
          ok: false,
          message: `what listens at port ${address.port} is no simulator: it said "${line.slice(0, 80)}"`,
        })
      else
        settle(
          answer.data.ok
            ? { ok: true, result: answer.data.result }
            : { ok: false, message: answer.data.message ?? 'refused without a reason' },
        )
    })
    socket.write(`${JSON.stringify({ token: address.token, ...command })}\n`)
  })
