import type { alarmsContract } from '../../../../shared/api/alarms-contract.ts'
import type { commissioningContract } from '../../../../shared/api/commissioning-contract.ts'
import type { Handlers } from '../../../../shared/api/define.ts'
import type { demandContract } from '../../../../shared/api/demand-contract.ts'
import type { whatIfContract } from '../../../../shared/api/what-if-contract.ts'
import type { Site } from '../../../../shared/site/site.ts'
import { siteAbilities } from '../../../../shared/charger/abilities-of.ts'
import type { ChargerProfile } from '../../../../shared/profile/charger-profile.ts'
import { refusal } from '../../../../shared/said/refusal.ts'
import { createWhatIfPart } from '../../control/what-if/what-if-part.ts'
import { createDemandPart } from '../../demand/demand-part.ts'
import type { Clock, Log } from '../../ports.ts'
import type { Recorder } from '../../record/recorder.ts'
import { answerTo } from '../../report/views/kept-answers.ts'
import type { SiteFold } from '../../site/site.ts'
import type { DeckPlace } from './deck-place.ts'
import type { KeptViews } from './kept-views.ts'

type Answered = Pick<
  Handlers<typeof alarmsContract & typeof commissioningContract & typeof demandContract & typeof whatIfContract>,
  'alarms.rules' | 'commissioning.wiring' | 'commissioning.tests' | 'demand.read' | 'demand.plan' | 'control.whatIf'
>

const noRules = 'The rules that persons had set are not in this file; those of the site file are shown.'
const ofTariff = ["the site file's tariff", 'no tariff declared']

const refuse = (): never => {
  throw refusal('live-only', { what: 'orders' })
}

/** Alarms, demand, commissioning and what-if of a recording: from the site as it is played, and from what the file holds. */
export const createSiteViews = (parts: {
  readonly site: Site
  readonly chargerProfiles: ReadonlyMap<string, ChargerProfile>
  readonly recorder: Pick<Recorder, 'intervals' | 'decisions'>
  readonly clock: Clock
  readonly log: Log
  readonly kept: KeptViews
  readonly place: DeckPlace
  readonly fold: () => SiteFold | null
}): Answered => {
  const { site, recorder, clock, log, kept, place } = parts
  const fold = (): SiteFold => {
    const found = parts.fold()
    if (found === null) throw refusal('nothing-played-yet', {})
    return found
  }
  const demandKept = answerTo(kept.answers, 'demand.read')?.output
  const ofFile = demandKept !== undefined && !ofTariff.includes(demandKept.pricesFrom) ? demandKept : null
  const demand = createDemandPart({
    ...{ site, log, recorder },
    audit: refuse,
    want: refuse,
    state: () => fold().demandState(),
    images: () => () => undefined,
    now: place.nowMs,
    kept: new Map(ofFile === null ? [] : [['prices', { slots: ofFile.prices, from: ofFile.pricesFrom }]]),
  }).handlers
  const whatIf = createWhatIfPart({
    ...{ site, recorder },
    abilities: siteAbilities(site, parts.chargerProfiles),
    rest: () =>
      new Promise((done) => {
        clock.after(0, done)
      }),
  }).handlers
  return {
    'alarms.rules': () => {
      const answer = answerTo(kept.answers, 'alarms.rules')
      return Promise.resolve(answer?.output ?? { changed: {}, declared: { ...site.alarms }, problem: noRules })
    },
    'commissioning.wiring': () => ({
      meters: [...fold().wiring()].map(([meterId, checks]) => ({ meterId, checks: [...checks] })),
    }),
    'commissioning.tests': (_input, push) => {
      push(answerTo(kept.answers, 'commissioning.tests')?.output ?? { tests: [] })
      return () => undefined
    },
    'demand.read': async (input, who) => ({
      ...(await demand['demand.read'](input, who)),
      isPlanApplied: demandKept?.isPlanApplied ?? false,
    }),
    'demand.plan': demand['demand.plan'],
    'control.whatIf': whatIf['control.whatIf'],
  }
}
