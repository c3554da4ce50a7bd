import { randomUUID } from 'node:crypto'
import { writeSync } from 'node:fs'
import { quantities } from '../../shared/quantities.ts'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { createLineWriter } from './line-writer.ts'
import { frameRecord, isoTime, monitorSchemaVersion, type MonitorRecord } from './monitor-records.ts'
import { openSite } from './open-site.ts'
import { tellUnparsed } from './command-line.ts'
import { parseMonitorOptions } from './options.ts'
import { programVersion } from './program-paths.ts'
import { startSimulatedSite } from './simulated-site.ts'
import { startRecording } from './start-recording.ts'
import { untilStopped } from './until-stopped.ts'

/** Counters and turnarounds tell nothing new every second. */
const healthEveryMs = 5000
const caller = { role: 'operator', name: 'Headless' } as const

/** The headless way: records on standard output, logs on standard error. Resolves with the exit code. */
export const runMonitor = async (args: readonly string[]): Promise<number> => {
  const fail = (message: string) => {
    writeSync(2, `${message}\n`)
    return 2
  }
  const parsed = parseMonitorOptions(args)
  if (!parsed.ok) return tellUnparsed(parsed)
  const { options } = parsed
  const clock = systemClock
  const log = createLog({ format: 'text', level: options.verbose ? 'debug' : 'warn', nowMs: clock.nowMs })

  const opening = await openSite(options, {
    clock,
    log,
    startSimulator: startSimulatedSite,
    onReopened: () => undefined,
  })
  if (!opening.ok) return fail(opening.message)
  const { core, site, siteFile, lock, warnings, close } = opening.site
  const recording = startRecording(options.record, core, log)
  if (!recording.ok) {
    await close(recording.message)
    return fail(recording.message)
  }

  const asked = untilStopped()
  let readerGone: (why: string) => void = () => undefined
  const gone = new Promise<string>((resolve) => {
    readerGone = resolve
  })
  const out = createLineWriter(1, (why) =>
    readerGone(why === 'EPIPE' ? 'the reader closed the pipe' : `standard output can't be written (${why})`),
  )
  const print = (record: MonitorRecord) => out.line(JSON.stringify(record))

  for (const warning of warnings) log.warn(warning)
  print({
    type: 'hello',
    at: isoTime(clock.nowMs()),
    schema: monitorSchemaVersion,
    version: programVersion,
    site: { id: site.id, name: site.name, file: siteFile },
    readOnly: lock.holder,
    warnings: [...warnings],
    units: Object.fromEntries(Object.entries(quantities).map(([key, { unit }]) => [key, unit])),
  })
  let framesDropped = 0
  let healthDueMs = 0
  const stops = [
    core.onFrame((image) => {
      if (out.hasRoom()) print(frameRecord(image))
      else framesDropped += 1
    }),
    core.onFinding((finding) => print({ type: 'finding', at: isoTime(finding.updatedAtMs), finding })),
    core.onDecision((decision) => print({ type: 'decision', at: isoTime(decision.atMs), decision })),
    core.onWrite((write) => print({ type: 'write', at: isoTime(write.settledAtMs ?? write.atMs), write })),
    core.onHealth((health) => {
      if (health.atMs < healthDueMs) return
      healthDueMs = health.atMs + healthEveryMs
      print({ type: 'health', at: isoTime(health.atMs), health, framesDropped })
    }),
  ]
  core.start()

  let code = 0
  if (options.arm) {
    try {
      await core.handlers['control.arm'](
        {
          intentId: randomUUID(),
          who: options.operator ?? '',
          reason: 'armed on the command line of the headless way',
        },
        caller,
      )
    } catch (error) {
      writeSync(2, `not armed: ${error instanceof Error ? error.message : String(error)}\n`)
      code = 2
    }
  }
  if (code === 0) {
    const time =
      options.seconds === null
        ? new Promise<string>(() => undefined)
        : new Promise<string>((resolve) => {
            clock.after((options.seconds ?? 0) * 1000, () => resolve('the time asked for is over'))
          })
    const why = await Promise.race([asked, gone, time])
    log.info(why)
    await close(why)
  } else await close('not armed')
  for (const stop of stops) stop()
  await recording.finish()
  await out.finish()
  return code === 0 ? Number(process.exitCode ?? 0) : code
}
