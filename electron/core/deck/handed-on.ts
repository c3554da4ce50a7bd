import { contract, type TripscopeContract } from '../../../shared/api/contract.ts'
import type { Handlers } from '../../../shared/api/define.ts'
import { waveFilePurpose } from '../../../shared/api/wave-files-contract.ts'
import { refusal } from '../../../shared/said/refusal.ts'
import type { ScreenChoice } from './screen-choice.ts'
import type { LiveSite } from './screen-ports.ts'

type AnyHandler = (...input: readonly unknown[]) => unknown
type AnyInput = readonly { readonly ticket?: string; readonly transferId?: string; readonly purpose?: string }[]

/** Files of this computer are not the recording's: they stay with the site of the screen, where one is open. */
const createBeside = () => {
  /** Tickets and files on their way that are the site's although a recording is shown. */
  const beside = new Set<string>()
  return {
    is: (name: string, input: readonly unknown[]): boolean => {
      const [{ ticket, transferId, purpose } = {}] = input as AnyInput
      if (name.startsWith('waveFiles.')) return true
      if (name === 'transfer.receive' && purpose === waveFilePurpose) {
        beside.add(transferId ?? '')
        return true
      }
      return beside.has(ticket ?? transferId ?? '')
    },
    noteTicket: (answer: unknown): void => {
      if (!(answer instanceof Promise)) return
      void answer.then(
        ({ ticket }: { readonly ticket: string }) => beside.add(ticket),
        () => undefined,
      )
    },
  }
}

/** The whole contract, each call answered by what the screen shows when it comes. */
export const handOn = ({ deck }: ScreenChoice, live: () => LiveSite | null): Handlers<TripscopeContract> => {
  const beside = createBeside()
  const current = (name: string, input: readonly unknown[]): Handlers<TripscopeContract> => {
    const site = live()
    if (deck.isChosen()) return site !== null && beside.is(name, input) ? site.handlers : deck.get().handlers
    if (site === null) throw refusal('nothing-shown', {})
    return site.handlers
  }
  // Each entry is handed on with whatever its kind is given.
  const handedOn =
    (name: string): AnyHandler =>
    (...input) => {
      const handler = current(name, input)[name as keyof TripscopeContract] as unknown as AnyHandler
      const answer = handler(...input)
      if (name === 'waveFiles.export') beside.noteTicket(answer)
      return answer
    }
  const entries = Object.keys(contract).map((name) => [name, handedOn(name)])
  return Object.fromEntries(entries) as unknown as Handlers<TripscopeContract>
}
