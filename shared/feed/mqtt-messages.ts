/** What goes to an MQTT broker: one message of JSON for each circuit, charger and meter. */
import type { FeedPicture, FeedSubject, FeedValue } from './feed-picture.ts'

export interface MqttMessage {
  readonly topic: string
  readonly payload: string
}

/** The broker keeps it and tells it to whoever comes, and tells `offline` by itself where this program is gone. */
export const statusTopic = (prefix: string): string => `${prefix}/status`
export const statusWords = { online: 'online', offline: 'offline' } as const

const keyOf = ({ key, phase }: FeedValue): string => (phase === null ? key : `${key}_${phase.toLowerCase()}`)

const bodyOf = ({ name, values, words }: FeedSubject, atMs: number) => ({
  at: new Date(atMs).toISOString(),
  name,
  ...words,
  values: Object.fromEntries(
    values.map((value) => [
      keyOf(value),
      {
        value: value.value,
        unit: value.unit,
        quality: value.quality,
        age_s: value.ageMs === null ? null : Math.round(value.ageMs / 100) / 10,
      },
    ]),
  ),
})

/** A missing value is `null` with its quality. Nothing of it is to be retained: what a broker kept would be taken for new. */
export const mqttMessages = ({ atMs, subjects }: FeedPicture, prefix: string): readonly MqttMessage[] =>
  subjects.map((subject) => ({
    topic: subject.kind === 'site' ? `${prefix}/site` : `${prefix}/${subject.kind}/${subject.id}`,
    payload: JSON.stringify(bodyOf(subject, atMs)),
  }))
