import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Observation } from '../../../../shared/model/observation.ts'
import { eventColumns } from '../../../../shared/said/event.ts'
import { siteSchema } from '../../../../shared/site/site.ts'
import { createOcppSource } from '../../../core/chargers/ocpp/ocpp-source.ts'
import { systemClock } from '../../clock.ts'
import { createOpenOcpp } from '../open-ocpp-server.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
export type Payload = Record<string, unknown>
/** A payload, the text of a whole frame in which `ID` stands for its id, or null: no answer at all. */
type Reply = Payload | string | null
export type Answers = Readonly<Record<string, Reply>>

/** Answers of a charger that does as it is told: 10 A, and 6 A when nobody writes again. */
const good: Answers = {
  GetConfiguration: {
    configurationKey: [
      { key: 'SupportedFeatureProfiles', readonly: true, value: 'Core,SmartCharging,RemoteTrigger' },
      { key: 'ChargeProfileMaxStackLevel', readonly: true, value: '3' },
      { key: 'ChargingScheduleAllowedChargingRateUnit', readonly: true, value: 'Current' },
      { key: 'MeterValuesSampledData', readonly: false, value: 'Current.Import,Power.Active.Import' },
    ],
  },
  SetChargingProfile: { status: 'Accepted' },
  ClearChargingProfile: { status: 'Accepted' },
  TriggerMessage: { status: 'Accepted' },
}
/** What it shows of its schedule: steps as [from s, A]. */
export const schedule = (steps: readonly (readonly [number, unknown])[], more: Payload = {}): Answers => ({
  GetCompositeSchedule: {
    status: 'Accepted',
    ...more,
    chargingSchedule: {
      chargingRateUnit: 'A',
      chargingSchedulePeriod: steps.map(([startPeriod, limit]) => ({ startPeriod, limit })),
    },
  },
})

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** A charger on a real socket that answers what it is told to; everything it hears is kept. */
const createClient = (url: string, protocols: readonly string[], answers: Answers) => {
  const all: Answers = { ...good, ...schedule([[0, 10], [60, 6]]), ...answers } // prettier-ignore
  const heard: string[] = []
  const log: string[] = []
  let calls = 0
  let socket: WebSocket | null = null
  const say = (text: string | Buffer): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(text, { binary: false })
  }
  const hear = (made: WebSocket, text: string): void => {
    heard.push(text)
    const [type, id, action] = JSON.parse(text) as [number, string, string]
    if (type !== 2 || made.readyState !== WebSocket.OPEN) return
    const reply = all[action]
    if (reply === undefined) made.send(JSON.stringify([4, id, 'NotImplemented', '', {}]))
    else if (reply !== null)
      made.send(typeof reply === 'string' ? reply.replace('ID', id) : JSON.stringify([3, id, reply]))
  }
  const client = {
    heard,
    log,
    socket: () => socket,
    say,
    call: (action: string, payload: unknown): void => {
      calls += 1
      say(JSON.stringify([2, `m${calls}`, action, payload]))
    },
    meter: (samples: readonly unknown[], more: Payload = {}): void =>
      client.call('MeterValues', {
        connectorId: 1,
        meterValue: [{ timestamp: new Date().toISOString(), sampledValue: samples }],
        ...more,
      }),
    connect: (): Promise<void> =>
      new Promise((done) => {
        const made = new WebSocket(url, [...protocols])
        socket = made
        made.on('open', () => {
          log.push(`open ${made.protocol}`)
          done()
        })
        made.on('error', (error) => {
          log.push(error.message)
          done()
        })
        made.on('close', (code) => log.push(`close ${code}`))
        made.on('message', (data) => hear(made, (data as Buffer).toString('utf8')))
      }),
  }
  return client
}
export type OddClient = ReturnType<typeof createClient>

/** A site with so many chargers over OCPP, its server on a real port. */
export const openOddSite = async (ocpp: readonly Payload[]) => {
  const port = await freePort()
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'S',
    grid: { limit: 1000 },
    lines: [{ id: 'lan', transport: 'tcp', host: '192.0.2.1', port: 502 }],
    meters: [],
    circuits: [{ id: 'main', otherLoad: 0 }],
    ocpp: { port, host: '127.0.0.1' },
    chargers: ocpp.map((more, index) => ({
      id: `c${index}`,
      ocpp: { identity: `CP-${index}`, pollEvery: 1, ...more },
      circuit: 'main',
      maximum: 32,
      fallback: 6,
    })),
  })
  const observations: Observation[] = []
  const notices: (ReturnType<typeof eventColumns> & { readonly of: string })[] = []
  const source = createOcppSource({
    site,
    meterProfiles: new Map(),
    chargerProfiles: new Map(),
    lines: new Map(),
    clock: systemClock,
    log: quiet,
    mayAsk: () => true,
    openOcpp: createOpenOcpp({ clock: systemClock, log: quiet, folder: '.' }),
    onObservation: (observation) => observations.push(observation),
    onNotice: (kind, _severity, subject, facts) => notices.push({ ...eventColumns(kind, facts), of: subject.id }),
  })
  source.start()
  while (!notices.some(({ kind }) => kind === 'ocpp-port')) await wait(10)
  return {
    source,
    notices,
    link: (index: number) => {
      const link = source.chargerLinks?.get(`c${index}`)
      if (link === undefined) throw new Error('the charger has no link')
      return link
    },
    client: (path: string, protocols: readonly string[], answers: Answers) =>
      createClient(`ws://127.0.0.1:${port}${path}`, protocols, answers),
    oddities: (index: number): readonly unknown[] =>
      notices
        .filter(({ of, kind }) => of === `c${index}` && kind === 'charger-oddity')
        .map(({ data }) => data?.['oddity']),
    /** The latest of each quantity: a number, or why there is none. */
    latest: (index: number): Payload => {
      const all: Payload = {}
      for (const observation of observations) {
        if (observation.kind !== 'charger-samples' || observation.chargerId !== `c${index}`) continue
        for (const [key, { value, quality }] of Object.entries(observation.samples)) all[key] = value ?? quality
        if (observation.status !== undefined) all['status'] = observation.status.value ?? observation.status.quality
      }
      return all
    },
  }
}
