import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { IClientOptions, MqttClient } from 'mqtt'
import { mqttMessages, statusTopic, statusWords } from '../../../shared/feed/mqtt-messages.ts'
import { topicOf, type FeedOf } from '../../../shared/site/feed-schema.ts'
import type { Feed, FeedWorld } from '../../core/feeds/feed-ports.ts'
import type { Clock, Log, Stop } from '../../core/ports.ts'
import { readSecret } from '../ocpp/access.ts'
import { createFeedCount } from './feed-count.ts'
import { againMs } from './port-problem.ts'

/** How long the broker may take to connect, and how long the last word may take, ms. */
const connectMs = 10_000
const leaveMs = 1000

export interface MqttWorld {
  readonly clock: Clock
  readonly log: Log
  /** Files of the site file are relative to its folder. */
  readonly folder: string
}

type Options = { readonly ok: true; readonly options: IClientOptions } | { readonly ok: false; readonly why: string }

const optionsOf = ({ user, password, caFile }: FeedOf<'mqtt'>, prefix: string, folder: string): Options => {
  const secret = password === undefined ? null : readSecret(password, folder)
  if (secret?.ok === false) return secret
  let ca: Buffer | null = null
  try {
    ca = caFile === undefined ? null : readFileSync(resolve(folder, caFile))
  } catch (error) {
    return {
      ok: false,
      why: `the file ${caFile} can't be read (${error instanceof Error ? error.message : String(error)})`,
    }
  }
  return {
    ok: true,
    options: {
      connectTimeout: connectMs,
      reconnectPeriod: againMs,
      // What could not be sent is old by the time it can: it is left out.
      queueQoSZero: false,
      will: { topic: statusTopic(prefix), payload: Buffer.from(statusWords.offline), qos: 1, retain: true },
      ...(user === undefined ? {} : { username: user }),
      ...(secret === null ? {} : { password: secret.text }),
      ...(ca === null ? {} : { ca }),
    },
  }
}

const reasonOf = (url: string, error: { readonly message: string; readonly code?: unknown }): string => {
  switch (error.code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${url}; is the broker running, and is the port right?`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name in ${url} is not known; correct 'url' of the feed`
    default:
      return `the broker at ${url} can't be used: ${error.message}`
  }
}

/** Sends the values to a broker; nothing is subscribed to, so nothing comes in. */
export const mqttFeed = (entry: FeedOf<'mqtt'>, world: FeedWorld, { clock, log, folder }: MqttWorld): Feed => {
  const count = createFeedCount(clock, world)
  const prefix = topicOf(entry, world.site.id)
  let client: MqttClient | null = null
  let isStopped = false
  let isSending = false
  let cancel: Stop = () => undefined

  /** A round is left out while the broker has not taken the one before. */
  const send = async (to: MqttClient): Promise<void> => {
    const picture = world.picture()
    if (picture === null || !to.connected || isSending) return
    isSending = true
    let lost: () => void = () => undefined
    const isLost = new Promise<false>((done) => to.once('close', (lost = () => done(false))))
    try {
      const messages = mqttMessages(picture, prefix)
      const all = Promise.all(messages.map(({ topic, payload }) => to.publishAsync(topic, payload)))
      // What waits for a connection to drain that is closed meanwhile is never answered by the library.
      if (await Promise.race([all.then(() => true), isLost])) count.serve()
    } finally {
      to.off('close', lost)
      isSending = false
    }
  }
  const again = (to: MqttClient): void => {
    cancel = clock.after(entry.every * 1000, () => {
      send(to).catch((error: unknown) => log.debug('values were not sent to the broker', { error: String(error) }))
      again(to)
    })
  }
  const fail = (why: string): void => count.turn({ kind: 'failed', why })
  const open = async (): Promise<void> => {
    const made = optionsOf(entry, prefix, folder)
    if (!made.ok) return fail(made.why)
    const { connect } = await import('mqtt')
    if (isStopped) return
    const to = connect(entry.url, made.options)
    client = to
    to.on('connect', () => {
      count.turn({ kind: 'open' })
      to.publish(statusTopic(prefix), statusWords.online, { qos: 1, retain: true })
    })
    to.on('error', (error) => fail(reasonOf(entry.url, error)))
    to.on('offline', () => fail(`the broker at ${entry.url} was lost; connecting again`))
    again(to)
  }
  return {
    address: `${entry.url}, topics ${prefix}/…`,
    health: count.health,
    start: () => {
      open().catch((error: unknown) => fail(String(error)))
    },
    stop: async () => {
      isStopped = true
      cancel()
      const to = client
      if (to === null) return
      const said = to.connected
        ? to.publishAsync(statusTopic(prefix), statusWords.offline, { qos: 1, retain: true })
        : Promise.resolve(undefined)
      const late = new Promise<void>((done) => {
        const drop = clock.after(leaveMs, done)
        said.then(drop, drop)
      })
      await Promise.race([said.catch(() => undefined), late])
      await to.endAsync(true)
    },
  }
}
