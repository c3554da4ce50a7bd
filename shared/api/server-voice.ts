import { Refusal, type Caller } from './define.ts'
import { clip, type ServerFrame } from './frames.ts'
import { AnswerTooLarge, type Link } from './link.ts'

/** What went wrong with a frame; `failed` is a bug in a handler, everything else is the other side's doing. */
export type FrameTrouble =
  | 'malformed'
  | 'out-of-order'
  | 'unknown-name'
  | 'bad-input'
  | 'forbidden'
  | 'too-many'
  | 'too-large'
  | 'bad-output'
  | 'failed'
  | 'slow'

/** Everything that is said to one client, until its link ends. */
export interface Voice {
  readonly report: (trouble: FrameTrouble, message: string) => void
  readonly send: (frame: ServerFrame) => void
  /** An answer that can't be sent is answered with why; the link and everything else on it go on. */
  readonly sendResult: (id: number, method: string, value: unknown) => void
  readonly fail: (id: number | null, trouble: FrameTrouble, message: string) => void
  /** Says why a handler did not give an answer. */
  readonly explain: (id: number, name: string, error: unknown) => void
  /** The client does not take what it asked for: it is told to come anew. */
  readonly giveUp: (what: string) => void
  readonly goodbye: (message: string) => void
  /** What waits is more than a stream may add to. */
  readonly isCongested: () => boolean
  /** What waits will never be taken. */
  readonly isHopeless: () => boolean
  readonly isEnded: () => boolean
  /** Nothing is said from here on. */
  readonly end: () => void
}

export interface VoiceOptions {
  readonly link: Link
  readonly caller: Caller
  readonly report: ((trouble: FrameTrouble, message: string) => void) | undefined
  readonly pauseAboveBytes: number
  readonly dropAboveBytes: number
  /** The link can't be used any more: everything that runs for it is to be stopped. */
  readonly stop: () => void
}

export const createVoice = (options: VoiceOptions): Voice => {
  const { link, caller, pauseAboveBytes, dropAboveBytes } = options
  let ended = false
  const backlog = () => link.backlog?.() ?? 0
  const report = (trouble: FrameTrouble, message: string) => options.report?.(trouble, message)
  const send = (frame: ServerFrame) => {
    if (ended) return
    try {
      link.send(frame)
    } catch (error) {
      report('failed', `a ${frame.type} frame could not be sent: ${String(error)}`)
      // Left open it would look alive and answer nothing: a page whose link is closed connects anew.
      options.stop()
      link.close()
    }
  }
  const fail = (id: number | null, trouble: FrameTrouble, message: string) => {
    report(trouble, message)
    send({ type: 'error', id, message: clip(message) })
  }
  const goodbye = (message: string) => {
    send({ type: 'goodbye', message })
    options.stop()
    link.close()
  }
  const giveUp = (what: string) => {
    report('slow', `${caller.name} fell too far behind on ${what}`)
    goodbye('This screen fell too far behind the live data and was disconnected; reload it.')
  }
  return {
    report,
    send,
    fail,
    giveUp,
    goodbye,
    sendResult: (id, method, value) => {
      if (ended) return
      if (backlog() > dropAboveBytes) return giveUp(method)
      try {
        link.send({ type: 'result', id, value } satisfies ServerFrame)
      } catch (error) {
        // What JSON can't hold (a RangeError: longer than any string may be) is too large as well.
        const why =
          error instanceof AnswerTooLarge
            ? error.message
            : `the answer could not be sent (${String(error)}); ask for less`
        fail(id, 'too-large', `${method}: ${why}`)
      }
    },
    explain: (id, name, error) => {
      if (error instanceof Refusal) send({ type: 'refused', id, message: clip(error.message) })
      else fail(id, 'failed', `${name} failed: ${error instanceof Error ? error.message : String(error)}`)
    },
    isCongested: () => backlog() > pauseAboveBytes,
    isHopeless: () => backlog() > dropAboveBytes,
    isEnded: () => ended,
    end: () => {
      ended = true
    },
  }
}

/** How calls of one site are answered. */
export type Answers = Pick<Voice, 'sendResult' | 'explain'>

/** Answers that can be ended by themselves: an answer of a site that was left is nobody's, whatever the next one is asked under its id. */
export const voiceOf = ({ sendResult, explain, report }: Voice): Answers & { readonly fallSilent: () => void } => {
  let isSilent = false
  return {
    sendResult: (id, method, value) => {
      if (!isSilent) sendResult(id, method, value)
    },
    explain: (id, name, error) => {
      if (!isSilent) return explain(id, name, error)
      if (!(error instanceof Refusal)) report('failed', `${name} failed: ${String(error)}`)
    },
    fallSilent: () => {
      isSilent = true
    },
  }
}
