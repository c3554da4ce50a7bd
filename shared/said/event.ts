import type { SiteEvent } from '../model/event.ts'
import type { Subject } from '../model/finding.ts'
import { changeSentences, type ChangeFacts } from './change-events.ts'
import { chargerSentences, type ChargerFacts } from './charger-events.ts'
import { controlSentences, type ControlFacts } from './control-events.ts'
import { fieldSentences, type FieldFacts } from './field-events.ts'
import { findingSentences, type FindingFacts } from './finding-events.ts'
import { programSentences, type ProgramFacts } from './program-events.ts'
import { recordSentences, type RecordFacts } from './record-events.ts'
import type { Sentences } from './sentences.ts'
import { waveSentences, type WaveFacts } from './wave-events.ts'

/**
 * Every kind of row that the program writes into the site's history, with the facts each rests on. Old rows may have other kinds and
 * other facts: a row is read with whatever it has, and only new ones are held to this list.
 */
export interface EventFacts
  extends ProgramFacts, FindingFacts, FieldFacts, RecordFacts, WaveFacts, ControlFacts, ChargerFacts, ChangeFacts {}

export type EventKind = keyof EventFacts

const sentences: Sentences<EventFacts> = {
  ...programSentences,
  ...findingSentences,
  ...fieldSentences,
  ...recordSentences,
  ...waveSentences,
  ...controlSentences,
  ...chargerSentences,
  ...changeSentences,
}
export const eventKinds = Object.keys(sentences) as readonly EventKind[]

/** What a person reads of an event. The only place where its sentence is made. */
export const eventText = <K extends EventKind>(kind: K, facts: EventFacts[K]): string => sentences[kind](facts)

/** Puts one event into the site's history: whoever has something to tell gives its kind and its facts, never a sentence. */
export type TellEvent<Told = void> = <K extends EventKind>(
  kind: K,
  severity: SiteEvent['severity'],
  subject: Subject | null,
  facts: EventFacts[K],
) => Told

/** The columns of a row that follow from what it says; the facts are stored beside the sentence, null where there are none. */
export const eventColumns = <K extends EventKind>(
  kind: K,
  facts: EventFacts[K],
): Pick<SiteEvent, 'kind' | 'message' | 'data'> => {
  const data: Record<string, unknown> = { ...facts }
  return { kind, message: eventText(kind, facts), data: Object.keys(data).length === 0 ? null : data }
}
