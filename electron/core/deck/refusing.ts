import { contract, type TripscopeContract } from '../../../shared/api/contract.ts'
import { Refusal, type Handlers } from '../../../shared/api/define.ts'

/** Handlers of the whole contract that refuse with one sentence; what can be answered is laid over them. */
export const refusingHandlers = (why: string): Handlers<TripscopeContract> => {
  const refuse = (): never => {
    throw new Refusal(why)
  }
  // One function fits every kind of entry: a refusal is thrown before any value is given.
  return Object.fromEntries(
    Object.keys(contract).map((name) => [name, refuse]),
  ) as unknown as Handlers<TripscopeContract>
}
