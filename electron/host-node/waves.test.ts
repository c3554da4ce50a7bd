import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { SiteEvent } from '../../shared/model/event.ts'
import { createWaveDecoder } from '../../shared/wave/wave-decoder.ts'
import { systemClock } from '../io/clock.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { until } from '../io/modbus/test-support/real-line.ts'
import { openSimulator } from '../simulator/test-support/open-simulator.ts'
import { openCore } from './open-core.ts'

const caller = { role: 'operator', name: 'Test' } as const

it('a dip of the simulated depot is seen in the samples of its front end: in the picture, in the history and as a capture', async () => {
  const { site } = await openSimulator('depot')
  const folder = await mkdtemp(join(tmpdir(), 'tripscope-waves-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const outcome = await openCore({
    siteFile: site.siteFile,
    dataFolder: folder,
    clock: systemClock,
    log: quietLog,
    reopen: () => undefined,
  })
  if (!outcome.ok) throw new Error(outcome.message)
  const { core, close } = outcome.opened
  onTestFinished(() => close('the test is over'))
  const events: SiteEvent[] = []
  core.handlers.events({ backlog: 0 }, ({ rows }) => events.push(...rows), caller)
  const titles: string[] = []
  core.handlers.live({}, ({ findings }) => titles.push(...findings.map(({ title }) => title)), caller)
  core.start()

  let picture: { columns: number; isTriggered: boolean; rms: number | null; channels: readonly string[] } | null = null
  const trigger = { channel: 'u1', level: 0, edge: 'rising' } as const
  core.handlers['waves.watch'](
    { sourceId: 'scope-incomer', spanMs: 60, columns: 600, mode: 'samples', trigger, before: 0.5 },
    (value) => {
      if (value.picture === null) return
      const { columns, isTriggered, channels } = value.picture
      picture = { columns, isTriggered, rms: value.rms[0]?.rms ?? null, channels: channels.map(({ name }) => name) }
    },
    caller,
  )
  await until('a picture that stands still', () => picture?.isTriggered === true && picture.rms !== null)
  expect(picture).toMatchObject({ columns: 600, channels: ['u1', 'u2', 'u3', 'un', 'i1', 'i2', 'i3', 'in'] })
  expect(picture!.rms).toBeGreaterThan(215)
  expect(picture!.rms).toBeLessThan(250)

  const normalV = picture!.rms!
  const dips = () => events.filter(({ kind }) => kind === 'wave-dip')
  const eventOf = ({ data }: SiteEvent) =>
    (data as { event: { fromMs: number; toMs: number; isCut: boolean; extremeV: number; channels: readonly string[] } })
      .event
  // On a computer with too much to do samples are lost, and a dip is told as cut: then another.
  let dip: SiteEvent | undefined
  while (dip === undefined) {
    const before = dips().length
    const fromS = site.world.timeS() + 0.1
    site.world.faults.dips.add({ depthPercent: 40, phases: ['L1', 'L2', 'L3'], fromS, toS: fromS + 0.3 })
    await until('the dip is told', () => dips().length > before)
    dip = dips().find((each) => !eventOf(each).isCut)
  }
  await until('the dip is an alarm', () => titles.some((title) => title.startsWith('Voltage dip at')))
  const event = eventOf(dip)
  expect(Math.abs(event.toMs - event.fromMs - 300)).toBeLessThan(25)
  expect(event.extremeV / normalV).toBeCloseTo(0.6, 1)
  expect(event.channels).toHaveLength(3)
  expect(dip.subject).toEqual({ kind: 'circuit', id: 'incomer' })

  await until('it is captured', () => events.some(({ kind }) => kind === 'wave-captured'))
  const [capture] = await core.handlers['waves.captures']({ sourceId: 'scope-incomer' }, caller)
  const decoder = createWaveDecoder('file')
  for await (const { bytes } of core.handlers['waves.capture'](
    { sourceId: 'scope-incomer', captureId: capture!.captureId },
    caller,
  ))
    decoder.push(bytes)
  expect(decoder.counts()).toMatchObject({ samples: capture!.samples, badBytes: 0, lostFrames: 0, refused: 0 })
})
