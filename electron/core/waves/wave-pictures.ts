import type { Handlers } from '../../../shared/api/define.ts'
import type { wavesContract } from '../../../shared/api/waves-contract.ts'
import type { Clock } from '../ports.ts'
import { repeat } from './repeat.ts'
import { valueOf, type WaveDesk } from './wave-desk.ts'
import { lookOf, pictureOf, rmsOf } from './wave-states.ts'

type WaveHandlers = Handlers<typeof wavesContract>

/** Twenty pictures a second are smooth; the next is asked for when the last has come, so a slow analysis makes fewer. */
const pictureMs = 50
/** One-cycle RMS is formed anew for every picture; it changes slower than samples do. */
const rmsPictureMs = 200
/** Numbers are read, not admired. */
const looksMs = 250
const noSamples = 'no samples have come yet'
const goneSamples = 'samples of that time are no longer in memory, which holds the newest half minute'

/** Pictures of a live wave, as fast as they can be made and no faster than a screen shows them. */
const watch =
  ({ known, opened, newest }: WaveDesk, clock: Clock): WaveHandlers['waves.watch'] =>
  ({ sourceId, ...request }, push) => {
    const source = known(sourceId)
    const waves = opened()
    let told = ''
    return repeat(clock, request.mode === 'rms' ? rmsPictureMs : pictureMs, async () => {
      const answer = await waves.view(source, request)
      const { rms, frequencyHz } = newest.of(source)
      const problem = waves.health(source)?.problem ?? (answer.ok ? null : answer.why)
      const view = answer.ok ? answer.value : null
      // A picture of the same samples is no news.
      const now = `${String(view?.atMs)} ${String(rms?.toMs)} ${String(problem)}`
      if (now === told) return
      told = now
      const picture = view === null ? null : pictureOf(view)
      push({ problem, picture, rms: rmsOf(rms?.channels ?? []), frequencyHz })
    })
  }

/** What is read off at a time: once of a paused screen, again and again of the newest samples. */
const look =
  ({ known, opened }: WaveDesk, clock: Clock): WaveHandlers['waves.look'] =>
  ({ sourceId, ...request }, push) => {
    const source = known(sourceId)
    const waves = opened()
    const gone = request.atMs === null ? noSamples : goneSamples
    let told: number | null = null
    const tell = async (): Promise<void> => {
      const answer = await waves.look(source, request)
      const seen = answer.ok ? answer.value : null
      // The same samples say nothing new.
      if (seen !== null && seen.atMs === told) return
      told = seen?.atMs ?? null
      if (!answer.ok) push({ problem: answer.why, look: null })
      else push(seen === null ? { problem: gone, look: null } : { problem: null, look: lookOf(seen) })
    }
    if (request.atMs === null) return repeat(clock, looksMs, tell)
    void tell()
    return () => undefined
  }

export const pictureHandlers = (
  desk: WaveDesk,
  clock: Clock,
): Pick<WaveHandlers, 'waves.watch' | 'waves.still' | 'waves.look'> => ({
  'waves.watch': watch(desk, clock),
  'waves.still': async ({ sourceId, ...request }) => {
    const view = valueOf(await desk.opened().still(desk.known(sourceId), request))
    return view === null ? null : pictureOf(view)
  },
  'waves.look': look(desk, clock),
})
