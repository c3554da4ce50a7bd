import type { Subject } from '../../../shared/model/finding.ts'
import type { EventFacts } from '../../../shared/said/event.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Journal } from '../journal.ts'
import type { Stop } from '../ports.ts'
import type { WaveObservation } from '../../../shared/wave/wave-observation.ts'
import { createEventSides } from './event-sides.ts'
import type { WaveField, WaveNotice } from './wave-ports.ts'
import { subjectOfWaves } from './wave-subject.ts'

/** Puts what happens to wave sources, and what their samples show, into the site's history. */
export const createWaveJournal = (site: Site, field: WaveField, journal: Journal): readonly Stop[] => {
  const sources = new Map(site.waves.map((source) => [source.id, source]))
  const nameOf = (id: string): string => sources.get(id)?.name ?? id
  /** What was said last of a connection: attempts that fail in the same way are one row. */
  const said = new Map<string, string>()

  const sides = createEventSides()
  /** Ended before it was known which currents flowed at their beginning. */
  let waiting: readonly Extract<WaveObservation, { kind: 'voltage-event' }>[] = []

  const subjectFor = (source: string): Subject => subjectOfWaves(site, sources.get(source))
  const ofSite = { kind: 'site', id: site.id } as const
  const of = (source: string) => ({ source, name: nameOf(source) })
  const connection = <K extends 'wave-connected' | 'wave-disconnected'>(kind: K, facts: EventFacts[K]): void => {
    const text = `${kind} ${'where' in facts ? facts.where : facts.problem}`
    if (said.get(facts.source) === text) return
    said.set(facts.source, text)
    journal.write(kind, kind === 'wave-connected' ? 'info' : 'warning', subjectFor(facts.source), facts)
  }
  const notice = (news: WaveNotice): void => {
    switch (news.kind) {
      case 'connected':
        return connection('wave-connected', { ...of(news.source), where: news.where })
      case 'lost':
        return connection('wave-disconnected', { ...of(news.source), problem: news.problem })
      case 'described': {
        const { source, description } = news
        journal.write('wave-described', 'info', subjectFor(source), { ...of(source), description })
        return
      }
      case 'analysis-down': {
        const { why, againInMs } = news
        journal.write('wave-analysis-down', 'warning', ofSite, { why, againInMs })
        return
      }
      case 'analysis-back':
        journal.write('wave-analysis-back', 'info', ofSite, { restarts: news.restarts })
    }
  }
  const writeEvent = ({ source, event }: (typeof waiting)[number]): void => {
    const facts = {
      ...of(source),
      event,
      udinV: site.grid.nominalVoltage,
      side: sides.sideOf(source, event),
    }
    const severity = event.kind === 'interruption' ? 'critical' : 'warning'
    journal.write(`wave-${event.kind}`, severity, subjectFor(source), facts)
  }
  const writeReady = (source: string, isLast: boolean): void => {
    const ready = waiting.filter((each) => each.source === source && (isLast || sides.isReady(source, each.event)))
    waiting = waiting.filter((each) => !ready.includes(each))
    ready.forEach(writeEvent)
  }
  return [
    field.onNotice(notice),
    field.onObservation((observation) => {
      const { source } = observation
      if (observation.kind === 'captured')
        journal.write('wave-captured', 'info', subjectFor(source), { ...observation, name: nameOf(source) })
      if (observation.kind === 'rapid-change') {
        const { change } = observation
        journal.write('wave-rapid-change', 'info', subjectFor(source), { ...of(source), change })
      }
      if (observation.kind === 'inrush') {
        const { inrush } = observation
        journal.write('wave-inrush', 'info', subjectFor(source), { ...of(source), inrush })
      }
      if (observation.kind === 'rms') {
        sides.observe(observation)
        writeReady(source, false)
      }
      if (observation.kind === 'break') writeReady(source, true)
      if (observation.kind !== 'voltage-event') return
      const { event } = observation
      // Told when it is over: one row has its depth and its duration.
      if (event.toMs === null && !event.isCut) return
      if (sides.isReady(source, event)) writeEvent(observation)
      else waiting = [...waiting, observation]
    }),
  ]
}
