import type { AcceptanceRun, AcceptanceStep, PlanNumbers } from '../../shared/acceptance/run.ts'
import { acceptancePhotoPurpose, type AcceptanceState } from '../../shared/api/acceptance-contract.ts'
import { fetchFile, sendFile } from '../../shared/api/transfer-client.ts'
import { randomId } from '../io/new-id.ts'
import type { ScreenClient } from './running-host.ts'

/** What a person does at the screen of the acceptance test, by the intents the screen has. */

const who = 'E. Engineer'
/** The smallest picture there is, as a camera's photo of a nameplate. */
const png = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
)

export interface RunWish {
  readonly numbers: PlanNumbers
  readonly stepIds: readonly string[]
  readonly reason: string
}

/** The first state for which it holds; rejects when the link ends before. */
const stateWhere = (client: ScreenClient, holds: (state: AcceptanceState) => boolean): Promise<AcceptanceState> =>
  new Promise((resolve, reject) => {
    let isFound = false
    const stop = client.subscribe(
      'acceptance.state',
      {},
      (state) => {
        if (isFound || !holds(state)) return
        isFound = true
        resolve(state)
        queueMicrotask(() => stop())
      },
      (why) => reject(new Error(why)),
    )
  })
const runWhere = async (client: ScreenClient, holds: (run: AcceptanceRun) => boolean): Promise<AcceptanceRun> => {
  const { run } = await stateWhere(client, (state) => state.run !== null && holds(state.run))
  if (run === null) throw new Error('there is no run')
  return run
}

const photoOf = async (client: ScreenClient): Promise<string> => {
  const transferId = randomId()
  await sendFile(client, {
    transferId,
    purpose: acceptancePhotoPurpose,
    fileName: 'plate.png',
    size: png.length,
    read: (at, length) => Promise.resolve(png.slice(at, at + length)),
    onProgress: () => undefined,
    isCancelled: () => false,
  })
  return transferId
}

/** Judges every nameplate with a photo, names a witness, and seals. */
const judgeAndSeal = async (client: ScreenClient, run: AcceptanceRun, reason: string): Promise<AcceptanceRun> => {
  for (const { id, kind, state } of run.steps)
    if (kind === 'breaker' && state === 'open') {
      const transferId = await photoOf(client)
      await client.call('acceptance.attachPhoto', { intentId: randomId(), stepId: id, transferId, who })
      const judged = { stepId: id, who, verdict: 'pass' as const, note: 'agrees with the plate' }
      await client.call('acceptance.judge', { intentId: randomId(), ...judged })
    }
  await client.call('acceptance.witness', { intentId: randomId(), name: 'A. Witness', role: 'operator' })
  await client.call('acceptance.finish', { intentId: randomId(), who, reason })
  return client.call('acceptance.read', { runId: run.id })
}

const begin = async (client: ScreenClient, { numbers, stepIds, reason }: RunWish): Promise<void> => {
  const words = { who, reason }
  await client.call('acceptance.prepare', { intentId: randomId(), ...words, numbers, stepIds: [...stepIds] })
  await client.call('acceptance.run', { intentId: randomId(), ...words, stepId: null, arm: true })
}

/** Prepares a run and has it run until it looks so. */
export const runUntil = async (
  client: ScreenClient,
  wish: RunWish,
  holds: (run: AcceptanceRun) => boolean,
): Promise<AcceptanceRun> => {
  await begin(client, wish)
  return runWhere(client, holds)
}

/** From the plan to the sealed protocol. A step that was not done although it could be is tried once more, as a person does. */
export const runToEnd = async (
  client: ScreenClient,
  wish: RunWish,
  couldBeDone: (step: AcceptanceStep) => boolean,
): Promise<{ readonly run: AcceptanceRun; readonly again: readonly AcceptanceStep[] }> => {
  const run = await runUntil(client, wish, ({ state }) => state === 'paused')
  const again = run.steps.filter((step) => step.state === 'not-done' && couldBeDone(step))
  for (const { id } of again) {
    const words = { who, reason: 'once more', stepId: id, arm: true }
    await client.call('acceptance.run', { intentId: randomId(), ...words })
    await runWhere(client, ({ state }) => state === 'paused')
  }
  return { run: await judgeAndSeal(client, run, wish.reason), again }
}

export const byHand = {
  state: (client: ScreenClient): Promise<AcceptanceState> => stateWhere(client, ({ run }) => run !== null),
  /** Of the load control. */
  mode: (client: ScreenClient): Promise<string> =>
    new Promise((resolve) => {
      const stop = client.subscribe('live', {}, ({ control }) => {
        resolve(control.mode)
        queueMicrotask(() => stop())
      })
    }),
  /** Runs what is open and seals. */
  goOn: async (client: ScreenClient): Promise<AcceptanceRun> => {
    const reason = 'gone on with'
    await client.call('acceptance.run', { intentId: randomId(), who, reason, stepId: null, arm: true })
    const run = await runWhere(client, ({ state }) => state === 'paused')
    return judgeAndSeal(client, run, reason)
  },
}

/** The sealed file. */
export const protocolOf = async (client: ScreenClient, runId: string): Promise<Uint8Array> => {
  const { ticket } = await client.call('acceptance.protocol', { runId, document: 'all' })
  const pieces: Uint8Array[] = []
  await fetchFile(client, {
    ticket,
    write: (bytes) => void pieces.push(bytes),
    onProgress: () => undefined,
    isCancelled: () => false,
  })
  return new Uint8Array(Buffer.concat(pieces))
}
