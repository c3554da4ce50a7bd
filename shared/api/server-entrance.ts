import { own } from '../own.ts'
import type { Caller, Contract, Entry } from './define.ts'
import { clip, describeIssues } from './frames.ts'
import type { Voice } from './server-voice.ts'

export interface Ready {
  readonly entry: Entry
  readonly input: unknown
  readonly handler: unknown
}

export interface Entrance {
  /** The entry of that name and kind with its parsed input, or null after the caller has been told what is wrong. */
  readonly prepare: (id: number, name: string, input: unknown, kinds: readonly Entry['kind'][]) => Ready | null
  /** What a handler gave, parsed where outputs are checked: what breaks the contract is reported and sent all the same. */
  readonly checked: (name: string, entry: Entry, value: unknown) => unknown
}

/** Who may ask for what, and with which input: the one place where a frame meets the contract. */
export const createEntrance = (
  contract: Contract,
  handlers: object,
  caller: Caller,
  voice: Voice,
  checkOutputs: boolean,
): Entrance => ({
  prepare: (id, name, input, kinds) => {
    const entry = Object.hasOwn(contract, name) ? own(contract, name) : undefined
    if (!entry || !kinds.includes(entry.kind)) {
      const what = kinds.join(' or ')
      voice.fail(id, 'unknown-name', `"${clip(name, 60)}" is not a ${what} of this program; reload the page`)
      return null
    }
    if (entry.kind === 'command' && caller.role !== 'operator') {
      voice.report('forbidden', `${name} refused: ${caller.name} is a viewer`)
      const message = 'You are viewing only: open the operator address to control the site.'
      voice.send({ type: 'refused', id, message })
      return null
    }
    const parsed = entry.input.safeParse(input)
    if (!parsed.success) {
      voice.fail(id, 'bad-input', `${name}: ${describeIssues(parsed.error)}`)
      return null
    }
    return { entry, input: parsed.data as unknown, handler: handlers[name as keyof typeof handlers] as unknown }
  },
  checked: (name, entry, value) => {
    if (!checkOutputs) return value
    const parsed = entry.output.safeParse(value)
    if (!parsed.success) voice.report('bad-output', `${name}: ${describeIssues(parsed.error)}`)
    return value
  },
})
