import { Refusal } from '../api/define.ts'
import { acceptanceSentences, type AcceptanceRefusals } from './acceptance-refusals.ts'
import { alarmSentences, type AlarmRefusals } from './alarm-refusals.ts'
import { controlSentences, type ControlRefusals } from './control-refusals.ts'
import { deckSentences, type DeckRefusals } from './deck-refusals.ts'
import { deviceSentences, type DeviceRefusals } from './device-refusals.ts'
import { measurementSentences, type MeasurementRefusals } from './measurement-refusals.ts'
import type { Sentences } from './sentences.ts'
import { siteSentences, type SiteRefusals } from './site-refusals.ts'
import { transferSentences, type TransferRefusals } from './transfer-refusals.ts'
import { tripSentences, type TripRefusals } from './trip-refusals.ts'

/** Why something that a person asked for is not done: by kind, with its facts. */
export interface RefusalFacts
  extends
    AcceptanceRefusals,
    AlarmRefusals,
    ControlRefusals,
    DeckRefusals,
    DeviceRefusals,
    MeasurementRefusals,
    SiteRefusals,
    TransferRefusals,
    TripRefusals {}
export type RefusalKind = keyof RefusalFacts

const sentences: Sentences<RefusalFacts> = {
  ...acceptanceSentences,
  ...alarmSentences,
  ...controlSentences,
  ...deckSentences,
  ...deviceSentences,
  ...measurementSentences,
  ...siteSentences,
  ...transferSentences,
  ...tripSentences,
}

/** What a person reads of it. */
export const refusalText = <K extends RefusalKind>(kind: K, facts: RefusalFacts[K]): string => sentences[kind](facts)

/** What a later intent overtook: it stays refused, however often it is sent. */
const standing: ReadonlySet<RefusalKind> = new Set(['disarmed-meanwhile'])

/** To be thrown: its message crosses the link to whoever asked. */
export const refusal = <K extends RefusalKind>(kind: K, facts: RefusalFacts[K]): Refusal =>
  new Refusal(refusalText(kind, facts), standing.has(kind))
