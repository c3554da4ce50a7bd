import { own } from '../own.ts'
import type { Caller, Contract, Entry, Handlers } from './define.ts'
import { clip, describeIssues } from './frames.ts'
import type { IntentMemory } from './intent-memory.ts'
import { voiceOf, type Answers, type Voice } from './server-voice.ts'

/** Who answers a client from its greeting to its next one: a site, or whatever else a program shows. */
export interface Room<C extends Contract> {
  /** The site's id; null where there is none, or only one. */
  readonly site: string | null
  readonly handlers: Handlers<C>
  /** What was carried out there already. */
  readonly intents: IntentMemory
  /** The client greeted anew, or is gone. */
  readonly onLeft?: () => void
}

export interface Ready {
  readonly entry: Entry
  readonly input: unknown
  readonly handler: unknown
  /** What was carried out already by whom it is asked of. */
  readonly intents: IntentMemory
  /** Answers of whom it was asked of: silent once the client has turned to another. */
  readonly answers: Answers
}

export interface Entrance<C extends Contract> {
  /**
   * From now on everything is asked of this one. What the one before has still to say is not said, unless it is the same site and the
   * client does not know of sites: there is nothing to be confused then.
   */
  readonly enter: (room: Room<C>, knowsSites: boolean) => void
  readonly leave: () => void
  /** Nobody was entered yet. */
  readonly isEmpty: () => boolean
  /** The entry of that name and kind with its parsed input, or null after the caller has been told what is wrong. */
  readonly prepare: (id: number, name: string, input: unknown, kinds: readonly Entry['kind'][]) => Ready | null
  /** What a handler gave, parsed where outputs are checked: what breaks the contract is reported and sent all the same. */
  readonly checked: (name: string, entry: Entry, value: unknown) => unknown
}

/** Who may ask whom for what, and with which input: the one place where a frame meets the contract. */
export const createEntrance = <C extends Contract>(
  contract: C,
  caller: Caller,
  voice: Voice,
  checkOutputs: boolean,
): Entrance<C> => {
  let inside: { readonly room: Room<C>; readonly answers: ReturnType<typeof voiceOf> } | null = null
  const leave = (): void => {
    const left = inside
    inside = null
    left?.room.onLeft?.()
  }
  return {
    enter: (room, knowsSites) => {
      if (knowsSites || inside?.room.site !== room.site) inside?.answers.fallSilent()
      leave()
      inside = { room, answers: voiceOf(voice) }
    },
    leave,
    isEmpty: () => inside === null,
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
      if (inside === null) return null
      const { room, answers } = inside
      const handler = room.handlers[name as keyof typeof room.handlers] as unknown
      return { entry, input: parsed.data as unknown, handler, intents: room.intents, answers }
    },
    checked: (name, entry, value) => {
      if (!checkOutputs) return value
      const parsed = entry.output.safeParse(value)
      if (!parsed.success) voice.report('bad-output', `${name}: ${describeIssues(parsed.error)}`)
      return value
    },
  }
}
