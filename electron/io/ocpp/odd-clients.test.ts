import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { openOddSite, schedule, type Answers, type OddClient, type Payload } from './test-support/odd-clients.ts'

/** What chargers may do beside the standard and beside what was seen of them; each on a socket of its own against one server. */
interface Session {
  readonly path?: (identity: string) => string
  readonly protocols?: readonly string[]
  readonly answers?: Answers
  readonly ocpp?: Payload
  readonly play?: (client: OddClient) => Promise<void> | void
  /** Kinds of oddities a person is told of. */
  readonly told?: readonly string[]
  readonly latest?: Payload
  /** What comes of writing 10 A, and of reading it back. */
  readonly write?: Payload
  readonly read?: Payload
  readonly fallback?: Payload
  readonly log?: readonly string[]
}
const current = (value: unknown, more: Payload = {}) => ({ value, measurand: 'Current.Import', unit: 'A', phase: 'L1', ...more }) // prettier-ignore
const now = (): string => new Date().toISOString()
const oddThings = [1, 'x', null, [], [[]], { a: [] }, true, 1e300, '__proto__', 'constructor']
const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`

const sessions: Readonly<Record<string, Session>> = {
  'does as it is told': { read: { limitA: 10 }, fallback: { fallbackA: 6, timeoutS: 60 } },
  'sends every member as another type': {
    play: ({ call }) => {
      for (const odd of oddThings)
        for (const action of [
          'BootNotification',
          'StatusNotification',
          'MeterValues',
          'StartTransaction',
          'DataTransfer',
        ]) {
          const members = [
            'connectorId',
            'status',
            'timestamp',
            'meterValue',
            'transactionId',
            'idTag',
            'data',
            'vendorId',
          ]
          call(action, odd)
          call(action, Object.fromEntries(members.map((member) => [member, odd])))
          const words = ['value', 'measurand', 'unit', 'phase', 'context', 'location', 'format', 'unitOfMeasure']
          const sampledValue = [Object.fromEntries(words.map((word) => [word, odd]))]
          call('MeterValues', { connectorId: 1, meterValue: [{ timestamp: odd, sampledValue }] })
        }
    },
    told: ['not-json', 'unknown-status', 'no-number', 'wrong-shape'],
    latest: { status: 'implausible' },
  },
  'has huge ids': {
    play: ({ say }) => {
      for (const id of [`"${'i'.repeat(5000)}"`, '123456789012345678901234567890', '1e308', 'null', '{}', '-7'])
        say(`[2,${id},"Heartbeat",{}]`)
    },
    told: ['not-json'],
  },
  'nests its messages 60,000 deep': {
    play: ({ say }) => {
      say(`[2,"d","DataTransfer",{"vendorId":"V","data":${deep}}]`)
      say(`[2,"e","MeterValues",{"connectorId":1,"meterValue":${deep}}]`)
    },
    told: ['not-json'],
    read: { limitA: 10 },
  },
  'leaves thousands of members empty': {
    play: ({ say }) => say(`[2,"e","DataTransfer",{"data":[${'{"a":},'.repeat(30_000)}{}]}]`),
    told: ['not-json'],
  },
  'starts one transaction three times': {
    play: ({ call, meter }) => {
      const start = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: now() }
      for (let time = 0; time < 3; time += 1) call('StartTransaction', start)
      meter([current('5')])
    },
    told: ['repeated-start'],
  },
  'answers what nobody asked': {
    play: ({ say }) => {
      for (const text of [
        '[3,"zz",{}]',
        '[3,"t1",[]]',
        '[4,"zz","X","y",{}]',
        '[4,7]',
        '[3]',
        '[]',
        'null',
        '""',
        '{}',
        '[9,"a"]',
      ])
        say(text)
    },
    told: ['stray-answer', 'not-json'],
  },
  'refuses with codes that are none': {
    answers: {
      GetConfiguration: '[4,"ID",17,null]',
      SetChargingProfile: `[4,"ID","${'E'.repeat(9000)}","${'t'.repeat(9000)}",{}]`,
      GetCompositeSchedule: '[4,"ID","","",null]',
      TriggerMessage: '[4,"ID",{},[],1]',
    },
    write: { ok: false, why: expect.not.stringContaining('E'.repeat(61)) },
    read: { ok: false },
  },
  'connects twice': {
    play: async ({ connect }) => connect(),
    log: ['open ocpp1.6', 'open ocpp1.6', 'close 1000'],
    read: { limitA: 10 },
  },
  'offers two versions': { protocols: ['ocpp2.0.1', 'ocpp1.6'], log: ['open ocpp1.6'] },
  'shouts its subprotocol': { protocols: ['OCPP1.6'], log: ['open OCPP1.6'], read: { limitA: 10 } },
  'is another letter by letter': {
    path: (identity) => `/${identity.toLowerCase()}`,
    log: ['Unexpected server response: 404', 'close 1006'],
    write: { ok: false },
  },
  'escapes every letter': {
    path: (identity) => `/${[...identity].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')}`,
    log: ['open ocpp1.6'],
  },
  'makes two slashes of one': { path: (identity) => `//${identity}/`, log: ['open ocpp1.6'] },
  'names neither unit nor phase': {
    play: ({ meter }) => meter([{ value: '16', measurand: 'Current.Import' }]),
    told: ['current-without-phase'],
    latest: { i_t1: 16, i_t2: 16, i_t3: 16 },
  },
  'sends W for A': {
    play: ({ meter }) => meter([current('3680', { unit: 'W' })]),
    told: ['unknown-unit'],
    latest: { i_t1: undefined },
  },
  'sends W for A and says A': {
    play: ({ meter }) => meter([current('3680')]),
    told: ['current-beyond'],
    latest: { i_t1: 'implausible' },
  },
  'sends tenths of amperes': {
    play: ({ meter }) => meter([current('160')]),
    told: ['current-beyond'],
    latest: { i_t1: 'implausible' },
  },
  'sends a negative current': {
    play: ({ meter }) => meter([current('-16')]),
    told: ['negative-current'],
    latest: { i_t1: 16 },
  },
  'writes everything in small letters': {
    play: ({ meter }) => meter([current('16', { measurand: 'current.import', unit: 'a', phase: 'l1' })]),
    told: ['wrong-shape'],
    latest: { i_t1: 16 },
  },
  'measures energy alone': {
    play: ({ meter }) => {
      for (let time = 0; time < 6; time += 1) meter([{ value: '12345' }])
    },
    told: ['no-current'],
    latest: { e_total: 12.345, i_t1: undefined },
  },
  'sends texts that are no numbers': {
    play: ({ meter }) => meter(['', 'NaN', 'Infinity', '1e999', '0x10', '1,234.5'].map((value) => current(value))),
    told: ['no-number'],
    latest: { i_t1: undefined },
  },
  'has a clock years off': {
    play: ({ call }) => {
      for (const timestamp of [
        '1970-01-01T00:00:00Z',
        '2099-01-01T00:00:00Z',
        '9999-12-31T23:59:59-23:59',
        '2026-02-31T25:61:61Z',
      ])
        call('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError', timestamp })
    },
    told: ['late-message', 'clock-jump'],
    read: { limitA: 10 },
  },
  'sends 5 MB': {
    play: ({ say }) => say(`[2,"x","DataTransfer",{"data":"${'x'.repeat(5_000_000)}"}]`),
    log: ['open ocpp1.6', 'close 1009'],
    write: { ok: false },
  },
  'sends in fragments, a ping between them': {
    play: ({ socket }) => {
      socket()?.send('[2,"fr",', { fin: false })
      socket()?.ping()
      socket()?.send('"Heartbeat",{}]', { fin: true })
    },
  },
  'writes in Latin-1': {
    play: ({ say }) =>
      say(Buffer.from('[2,"l","BootNotification",{"chargePointVendor":"T\xfcr","chargePointModel":"M"}]', 'latin1')),
    told: ['wrong-shape'],
    read: { limitA: 10 },
  },
  'closes after every answer': {
    play: async ({ socket, connect }) => {
      for (let time = 0; time < 3; time += 1) {
        await wait(100)
        socket()?.close()
        await connect()
      }
    },
    read: { limitA: 10 },
  },
  'shows no schedule': {
    answers: { GetCompositeSchedule: { status: 'Rejected' } },
    read: { ok: false },
    fallback: { ok: false },
  },
  'shows the schedule of another connector': { answers: schedule([[0, 10]], { connectorId: 2 }), read: { ok: false } },
  'shows a schedule that cannot be read to its end': {
    answers: schedule([[0, 10], [30, 'full'], [60, 6]]), // prettier-ignore
    read: { ok: false },
    fallback: { ok: false },
  },
  'rises before it falls': {
    answers: schedule([[0, 10], [30, 32], [60, 6]]), // prettier-ignore
    read: { limitA: 10 },
    fallback: { fallbackA: 32 },
  },
  'shows a limit of 10^12 A': { answers: schedule([[0, 1e12]]), read: { limitA: 32 }, fallback: { fallbackA: 32 } },
  'accepts a limit and shows another': { answers: schedule([[0, 32]]), read: { limitA: 32 } },
  'takes its limit at its next start': {
    ocpp: { limitKey: { name: 'SetCurrent', unit: 'A' } },
    answers: {
      ChangeConfiguration: { status: 'RebootRequired' },
      GetConfiguration: { configurationKey: [{ key: 'SetCurrent', value: '10' }] },
    },
    write: { ok: false, why: expect.stringContaining('only at its next start') },
  },
  'knows connector 0 alone': {
    play: ({ call, meter }) => {
      call('StatusNotification', { connectorId: 0, status: 'Available', errorCode: 'NoError' })
      meter([current('7')], { connectorId: 0 })
    },
    latest: { i_t1: 7 },
  },
  'has more connectors than the site file': {
    play: ({ meter }) => {
      meter([current('7')])
      meter([current('30')], { connectorId: 2 })
      meter([current('37')], { connectorId: 0 })
    },
    told: ['undeclared-connector'],
    latest: { i_t1: 7 },
  },
  'has connectors that are none': {
    play: ({ meter }) => {
      for (const connectorId of [-1, 1.5, 99_999_999_999, 1e300, 'one']) meter([current('9')], { connectorId })
    },
    told: ['undeclared-connector'],
    latest: { i_t1: undefined },
  },
  'speaks 2.0.1 and answers in the words of 1.6': {
    protocols: ['ocpp2.0.1'],
    answers: { GetVariables: { getVariableResult: 'none' }, SetChargingProfile: { status: 'Accepted', statusInfo: 7 } },
    // Accepted without a schedule that can be found: nothing is limited as far as anybody knows.
    read: { limitA: 32 },
    fallback: { fallbackA: 32 },
  },
  'speaks 2.0.1 and shows another EVSE': {
    protocols: ['ocpp2.0.1'],
    answers: {
      GetCompositeSchedule: {
        status: 'Accepted',
        schedule: { evseId: 2, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
      },
    },
    read: { ok: false },
  },
  'speaks 2.0.1 and tells of transactions that are none': {
    protocols: ['ocpp2.0.1'],
    play: ({ call }) => {
      for (const odd of [...oddThings, {}])
        for (const more of [
          {},
          { evse: odd },
          { evse: { id: 1 }, transactionInfo: odd },
          { transactionInfo: { transactionId: odd }, evse: { id: odd } },
        ])
          call('TransactionEvent', {
            eventType: 'Started',
            timestamp: now(),
            triggerReason: odd,
            seqNo: odd,
            meterValue: odd,
            ...more,
          })
    },
    told: ['unknown-transaction'],
  },
  'answers nothing': {
    answers: { GetConfiguration: null, SetChargingProfile: null, GetCompositeSchedule: null, TriggerMessage: null },
    write: { ok: false, why: expect.stringContaining('no answer to SetChargingProfile within 5 s') },
    read: { ok: false },
  },
}

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
/** What reaches the process stops it, and every other charger with it. */
const watchProcess = (): readonly string[] => {
  const errors: string[] = []
  const note = (error: unknown): void => void errors.push(String(error))
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, note)
    cleanups.push(() => process.off(event, note))
  }
  return errors
}

describe('clients that are odd', () => {
  it('none stops the others, none makes a wrong value believed, and each is told in plain words', async () => {
    const errors = watchProcess()
    const all = Object.entries(sessions)
    const site = await openOddSite(all.map(([, { ocpp = {} }]) => ocpp))
    cleanups.push(() => site.source.stop())
    const played = all.map(async ([name, session], index) => {
      const { path = (identity: string) => `/${identity}`, protocols = ['ocpp1.6'], answers = {}, play } = session
      const client = site.client(path(`CP-${index}`), protocols, answers)
      cleanups.push(() => client.socket()?.terminate())
      await client.connect()
      if (!name.includes('connector 0'))
        client.call('StatusNotification', {
          connectorId: 1,
          status: 'Charging',
          errorCode: 'NoError',
          timestamp: now(),
        })
      await play?.(client)
      const write = await site.link(index).writeLimit(10)
      const read = await site.link(index).readBackLimit()
      const fallback = await site.link(index).readOwnFallback?.()
      if (session.write !== undefined) expect(write, name).toMatchObject(session.write)
      if (session.read !== undefined) expect(read, name).toMatchObject(session.read)
      if (session.fallback !== undefined) expect(fallback, name).toMatchObject(session.fallback)
      expect(client.log, name).toEqual(session.log ?? client.log)
      expect(site.oddities(index), name).toEqual(expect.arrayContaining([...(session.told ?? [])]))
      const latest = site.latest(index)
      for (const [key, value] of Object.entries(session.latest ?? {}))
        expect(latest[key], `${name}: ${key}`).toEqual(value)
    })
    await Promise.all(played)
    expect(errors).toEqual([])
    const refused = site.notices.filter(({ kind }) => kind === 'charger-refused').map(({ message }) => message)
    expect(refused.join()).toContain('upper and lower case count')
  })

  it('is answered after hundreds of broken frames', async () => {
    const errors = watchProcess()
    const site = await openOddSite([{}])
    cleanups.push(() => site.source.stop())
    const random = seededRandom(11)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
    const client = site.client('/CP-0', ['ocpp1.6'], {})
    cleanups.push(() => client.socket()?.terminate())
    await client.connect()
    const whole = [
      `[2,"a","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"${now()}","sampledValue":[${JSON.stringify(current('7'))}]}]}]`,
      '[2,"b","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Charging"}]',
      `[2,"c","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"${now()}"}]`,
      '[3,"t1",{"configurationKey":[{"key":"ChargeProfileMaxStackLevel","value":"3"}]}]',
      '[4,"t2","NotSupported","",{}]',
    ]
    const bits = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      'null',
      '-',
      '1e9',
      '\u0000',
      '\ufffd',
      '__proto__',
      '',
      '9'.repeat(40),
    ]
    for (let turn = 0; turn < 400; turn += 1) {
      const text = pick(whole)
      const from = Math.floor(random() * text.length)
      client.say(text.slice(0, from) + pick(bits) + text.slice(from + Math.floor(random() * 12)))
    }
    client.say('[2,"last","Heartbeat",{}]')
    for (let time = 0; time < 3000 && !client.heard.some((text) => text.startsWith('[3,"last"')); time += 1)
      await wait(10)
    expect(client.heard.filter((text) => text.startsWith('[3,"last"'))).toHaveLength(1)
    const { i_t1: amperes = 7 } = site.latest(0)
    expect(typeof amperes === 'number' ? amperes : 0).toBeLessThanOrEqual(96)
    expect(site.oddities(0)).not.toContain('not-handled')
    expect(errors).toEqual([])
  })
})
