import { formatViolation, type Frame, type OcppVersion, type Payload } from '../../../../shared/ocpp/frame.ts'
import { own } from '../../../../shared/own.ts'
import { calls16 } from './calls-16.ts'
import { calls201 } from './calls-201.ts'
import { oddityEffects, type HandleCall, type Moment, type StationState, type StationStep } from './station-state.ts'

const handlers: Readonly<Record<OcppVersion, Readonly<Record<string, HandleCall>>>> = {
  '1.6': calls16,
  '2.0.1': calls201,
}

/** What a charger asks or tells, and its answer. Pure; the version is the one that was agreed on, whatever the message looks like. */
export const stepStation = (
  state: StationState,
  call: { readonly action: string; readonly payload: Payload },
  moment: Moment,
): StationStep => {
  const handle = own(handlers[state.version], call.action)
  if (handle === undefined)
    return {
      state,
      answer: {
        ok: false,
        code: 'NotImplemented',
        text: `${call.action.slice(0, 60)} is not known to OCPP ${state.version} here`,
      },
      effects: oddityEffects([
        {
          kind: 'unknown-action',
          text: `sends ${call.action.slice(0, 60)}, which OCPP ${state.version} does not have; answered NotImplemented`,
        },
      ]),
    }
  const { state: next, reply, effects } = handle(state, call.payload, moment)
  return { state: next, answer: { ok: true, payload: reply }, effects }
}

/** A request that is no JSON: refused by its id so that the charger goes on, and what it says is taken where it can be told. */
export const stepUnreadable = (
  state: StationState,
  frame: Extract<Frame, { kind: 'unreadable' }>,
  moment: Moment,
): StationStep => {
  const told = oddityEffects([
    {
      kind: 'not-json',
      text: `sends ${frame.action ?? 'a message'} that cannot be read (${frame.why})${frame.repaired === null ? '' : '; its readings are taken without the empty member'}`,
    },
  ])
  const refusal = {
    ok: false,
    code: formatViolation(state.version),
    text: `This message cannot be read: ${frame.why}`,
  } as const
  if (frame.repaired === null || frame.action === null) return { state, answer: refusal, effects: told }
  const taken = stepStation(state, { action: frame.action, payload: frame.repaired }, moment)
  return { state: taken.state, answer: refusal, effects: [...told, ...taken.effects] }
}
