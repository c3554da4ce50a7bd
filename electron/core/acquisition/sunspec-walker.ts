import type { SunSpecReply, SunSpecWalk } from '../../../shared/sunspec/device.ts'
import { walkSunSpec } from '../../../shared/sunspec/walk.ts'
import type { ExchangeOutcome } from '../lines/modbus-line.ts'
import { gatewaySays } from './sample-age.ts'

/** What the walk wants to read next. */
export interface Question {
  readonly address: number
  readonly count: number
  readonly answer: (reply: SunSpecReply) => void
  isRepeated: boolean
}

export const replyOf = (outcome: ExchangeOutcome): SunSpecReply => {
  if (outcome.ok) return { ok: true, words: outcome.words }
  const { fault } = outcome
  const said = gatewaySays(fault)
  // Acknowledge and busy (Modbus Application Protocol V1.1b3, 7: 5 and 6) say nothing about the register.
  const isRefused = fault.kind === 'exception' && said === null && fault.code !== 5 && fault.code !== 6
  return {
    ok: false,
    isRefused,
    isSilent: fault.kind === 'timeout' || fault.kind === 'offline' || said !== null,
    message: fault.message,
  }
}

export interface WalkerDeps {
  readonly bases: () => readonly number[]
  readonly begins: () => void
  readonly ended: (walk: SunSpecWalk) => void
  readonly failed: (error: unknown) => void
}

/** The walk over a device's chain, one question at a time, each asked by whoever has the line's turn. */
export const createWalker = ({ bases, begins, ended, failed }: WalkerDeps) => {
  let question: Question | null = null
  let isWalking = false
  /** Someone waits for the walk to ask on or to end. */
  let moved: () => void = () => undefined

  const walk = (): void => {
    isWalking = true
    begins()
    const ask = (address: number, count: number) =>
      new Promise<SunSpecReply>((answer) => {
        question = { address, count, answer, isRepeated: false }
        moved()
      })
    const over = (tell: () => void): void => {
      isWalking = false
      tell()
      moved()
    }
    // A bug in the walk must not leave the device waiting for ever: the loop logs it.
    void walkSunSpec(ask, { bases: bases() }).then(
      (walked) => over(() => ended(walked)),
      (error: unknown) => over(() => failed(error)),
    )
  }
  return {
    /** The question that waits; where no walk is under way, one begins. */
    question: (): Question | null => {
      if (!isWalking) walk()
      return question
    },
    /** Gives the answer; resolves when the walk asks on or is over. */
    answer: (asked: Question, reply: SunSpecReply): Promise<void> => {
      question = null
      const goesOn = new Promise<void>((resolve) => {
        moved = resolve
      })
      asked.answer(reply)
      return goesOn
    },
  }
}
