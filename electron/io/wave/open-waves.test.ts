import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { WaveField, WaveNotice } from '../../core/waves/wave-ports.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import { createFakeClock } from '../../core/test-support/fake-clock.ts'
import { systemClock } from '../clock.ts'
import { createOpenWaves } from './open-waves.ts'
import { deadlyStream, stuckStream } from './test-support/deadly.ts'
import { descriptionOf, frameOf, openFrontEnd } from './test-support/front-end.ts'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const frontEnd = async (port = 0) => {
  const front = await openFrontEnd(port)
  cleanups.push(front.close)
  return front
}
const realWorker = new URL('../../analysis/analysis-worker.ts', import.meta.url)
const dyingWorker = new URL('./test-support/dying-worker.ts', import.meta.url)
const open = (port: number, workerUrl = realWorker) => {
  const field = createOpenWaves({ clock: systemClock, log: quiet, workerUrl })([
    { source: 'scope', host: '127.0.0.1', port, nominalHz: 50, udinV: 230 },
  ])
  const notices: WaveNotice[] = []
  const observations: WaveObservation[] = []
  field.onNotice((notice) => notices.push(notice))
  field.onObservation((observation) => observations.push(observation))
  cleanups.push(field.stop)
  field.start()
  return { field, notices, observations }
}
const until = async (what: string, isSo: () => boolean) => {
  for (let turn = 0; turn < 1500; turn += 1) {
    if (isSo()) return
    await wait(10)
  }
  throw new Error(`never: ${what}`)
}
const counts = (field: WaveField) => field.health('scope')!.counts
const kinds = (notices: readonly WaveNotice[]) => notices.map(({ kind }) => kind)
const running = (field: WaveField) => field.analysis().state === 'running'

describe('a wave source over TCP', () => {
  it('connects, tells what the front end says of itself, and hands samples on to the analysis', async () => {
    const front = await frontEnd()
    const { field, notices, observations } = open(front.port)
    await until('connected', () => front.connected() === 1 && running(field))
    front.send(descriptionOf(1))
    for (let sequence = 0; sequence < 25; sequence += 1) front.send(frameOf(1, sequence))
    await until('analysed', () => observations.filter(({ kind }) => kind === 'rms').length >= 4)
    const rms = observations.findLast((each) => each.kind === 'rms')!
    expect(rms.channels[0]!.rms).toBeCloseTo(230, 1)
    expect(kinds(notices)).toEqual(['connected', 'described'])
    expect(field.health('scope')).toMatchObject({
      state: 'connected',
      problem: null,
      description: { device: 'Test front end', rateHz: 10_000 },
      counts: { frames: 25, samples: 5000, lostFrames: 0, crcErrors: 0 },
      notAnalysed: 0,
    })
    await until('all is done', () => field.health('scope')!.waitingBytes === 0)
    const view = await field.view('scope', {
      spanMs: 40,
      columns: 400,
      mode: 'samples',
      trigger: { channel: 'u1', level: 0, edge: 'rising' },
      before: 0.5,
    })
    expect(view).toMatchObject({ ok: true, value: { isTriggered: true, samplesEach: 1 } })
    const captured = await field.captureNow('scope', { kind: 'by-hand' })
    expect(captured).toMatchObject({ ok: true, value: expect.stringContaining('scope-') })
  })

  it('comes back when the connection is lost, and knows what it missed meanwhile', async () => {
    const front = await frontEnd()
    const { field, notices } = open(front.port)
    await until('connected', () => front.connected() === 1 && running(field))
    front.send(descriptionOf(1))
    front.send(frameOf(1, 0))
    await until('a frame', () => counts(field).frames === 1)
    front.drop()
    await until(
      'connected again',
      () => front.connected() === 1 && kinds(notices).filter((kind) => kind === 'connected').length === 2,
    )
    front.send(descriptionOf(1))
    front.send(frameOf(1, 4))
    await until('another frame', () => counts(field).frames === 2)
    expect(counts(field)).toMatchObject({ lostFrames: 3, lostSamples: 600 })
    expect(field.health('scope')!.reconnects).toBe(1)
    expect(kinds(notices)).toEqual(['connected', 'described', 'lost', 'connected'])
  })

  it('says what to do where nobody listens, and that something else is no wave stream', async () => {
    const closed = await openFrontEnd()
    await closed.close()
    const refused = open(closed.port)
    await until('refused', () => refused.field.health('scope')!.problem !== null)
    expect(refused.field.health('scope')!.problem).toMatch(
      /refuses the connection: check that the device is on, that it sends its samples/,
    )

    const front = await frontEnd()
    const { field } = open(front.port)
    await until('connected', () => front.connected() === 1)
    const noise = Buffer.alloc(1 << 16, 'HTTP/1.1 400 Bad Request\r\n')
    for (let turn = 0; turn < 20; turn += 1) front.send(noise)
    await until('told', () => field.health('scope')!.problem !== null)
    expect(field.health('scope')!.problem).toMatch(/no wave stream/)
    expect(counts(field)).toMatchObject({ frames: 0 })
  })

  it('a thread of analysis that dies comes back, and costs the connection and the others nothing', async () => {
    const front = await frontEnd()
    const { field, notices, observations } = open(front.port, dyingWorker)
    await until('connected', () => front.connected() === 1 && running(field))
    front.send(descriptionOf(deadlyStream))
    front.send(frameOf(deadlyStream, 0))
    await until('it died', () => kinds(notices).includes('analysis-down'))
    expect(field.analysis()).toMatchObject({ state: 'down', problem: expect.stringContaining('ended') })
    expect(
      await field.view('scope', { spanMs: 40, columns: 400, mode: 'samples', trigger: null, before: 0 }),
    ).toMatchObject({
      ok: false,
    })
    front.send(frameOf(deadlyStream, 1))
    await until('counted', () => field.health('scope')!.notAnalysed === 200)
    await until('it is back', () => running(field))
    expect(field.analysis().restarts).toBe(1)
    front.send(descriptionOf(1))
    for (let sequence = 0; sequence < 25; sequence += 1) front.send(frameOf(1, sequence))
    await until('analysed', () => observations.some(({ kind }) => kind === 'rms'))
    expect(field.health('scope')).toMatchObject({ state: 'connected', reconnects: 0 })
    expect(kinds(notices).filter((kind) => kind.startsWith('analysis'))).toEqual(['analysis-down', 'analysis-back'])
  })

  it('a front end faster than the analysis is made to wait, and memory stays bounded', async () => {
    const front = await frontEnd()
    const { field } = open(front.port, dyingWorker)
    await until('connected', () => front.connected() === 1 && running(field))
    // 667 keeps the thread busy for ever.
    front.send(descriptionOf(667))
    const chunk = Buffer.concat(Array.from({ length: 500 }, (_, sequence) => frameOf(667, sequence)))
    let most = 0
    for (let turn = 0; turn < 40 && front.waiting() < 12 << 20; turn += 1) {
      const begin = turn * 500
      front.send(
        turn === 0 ? chunk : Buffer.concat(Array.from({ length: 500 }, (_, index) => frameOf(667, begin + index))),
      )
      await wait(20)
      most = Math.max(most, field.health('scope')!.waitingBytes)
    }
    // The bound, and what one read of the socket adds at most.
    expect(most).toBeGreaterThan(4 << 20)
    expect(most).toBeLessThan((4 << 20) + (1 << 20))
    expect(front.waiting()).toBeGreaterThan(1 << 20)
  })

  it('a thread of analysis that hangs is ended and started again', async () => {
    const front = await frontEnd()
    const clock = createFakeClock()
    const field = createOpenWaves({ clock, log: quiet, workerUrl: dyingWorker })([
      { source: 'scope', host: '127.0.0.1', port: front.port, nominalHz: 50, udinV: 230 },
    ])
    cleanups.push(field.stop)
    field.start()
    await until('connected', () => front.connected() === 1 && running(field))
    front.send(descriptionOf(stuckStream))
    front.send(frameOf(stuckStream, 0))
    await until('it was given work', () => field.health('scope')!.waitingBytes > 0)
    await clock.advance(30_000)
    await until('it was ended', () => field.analysis().state === 'down')
    expect(field.health('scope')!.waitingBytes).toBe(0)
    await clock.advance(1000)
    await until('it is back', () => running(field))
    expect(field.analysis().restarts).toBe(1)
  })
})
