import type { Stop } from '../ports.ts'
import type { MeterDesk } from './meter-desk.ts'
import type { MeterDesks, MeterRecordsPorts } from './meter-desks.ts'

/** Every meter is looked at this often: its clock and alarms, then its logs; captures more seldom. Editable assumptions, ms. */
const lookEveryMs = 20_000
const capturesEveryMs = 300_000

/** Looks at every meter again and again, each in its own round, until it is stopped. */
export const createDeskRounds = ({ clock, log, runner }: MeterRecordsPorts, desks: MeterDesks) => {
  let isStopped = false
  const waiting = new Set<Stop>()
  const busy = new Set<Promise<void>>()

  const look = async (desk: MeterDesk, capturesDue: boolean): Promise<void> => {
    await desk.lookAtState()
    if (isStopped) return
    const { told, meterId } = desk
    runner.feed({ kind: 'observation', observation: { kind: 'meter-told', meterId, told: told() } })
    await desk.lookAtVerdict()
    await desk.lookAtLogs(() => isStopped)
    if (capturesDue && !isStopped) await desk.lookAtCaptures()
  }
  const rest = (): Promise<void> =>
    new Promise<void>((resolve) => {
      const end = (): void => {
        waiting.delete(end)
        cancel()
        resolve()
      }
      const cancel = clock.after(lookEveryMs, end)
      waiting.add(end)
    })
  const run = async (desk: MeterDesk): Promise<void> => {
    let capturesAtMs = -Infinity
    while (!isStopped) {
      const due = clock.monotonicMs() - capturesAtMs >= capturesEveryMs
      if (due) capturesAtMs = clock.monotonicMs()
      try {
        await look(desk, due)
      } catch (error) {
        const what = `the records of meter ${desk.meterId} could not be read; please report this`
        log.error(what, { error: String(error) })
      }
      if (!isStopped) await rest()
    }
  }
  const begin = (): void => {
    for (const { desk } of desks.all()) {
      const running = run(desk).finally(() => busy.delete(running))
      busy.add(running)
    }
  }
  return {
    start: (): void => {
      if (desks.all().length === 0) return
      void desks
        .recall()
        .catch((error: unknown) =>
          log.error('which records of meters were taken before is not known', { error: String(error) }),
        )
        .then(begin)
    },
    // What is paused is given back by whoever paused it: the visit ends with its next request.
    stop: async (): Promise<void> => {
      isStopped = true
      for (const end of [...waiting]) end()
      await Promise.all([...busy])
    },
  }
}
