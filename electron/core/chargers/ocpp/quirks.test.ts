import { describe, expect, it } from 'vitest'
import { openFakeSite } from './test-support/fake-site.ts'
import { plugMemoryCharger, type Oddness } from './test-support/memory-charger.ts'

/** What real chargers do beside the standard, each with the issue it was reported in, and what this program does about it. */
const begin = async (odd: Oddness = {}, ocpp: Record<string, unknown> = {}) => {
  const site = openFakeSite(ocpp)
  const charger = plugMemoryCharger(site.connect, site.clock, odd)
  charger.boot()
  await site.clock.advance(3000)
  const write = async (limitA: number) => {
    const outcome = site.link.writeLimit(limitA)
    await site.clock.settle()
    return outcome
  }
  const oddities = () =>
    site.notices.filter(({ kind }) => kind === 'charger-oddity').map(({ data }) => data?.['oddity'])
  return { ...site, charger, write, oddities }
}
const ofTransaction = (id: number, sampledValue: readonly unknown[]) => ({
  connectorId: 1,
  transactionId: id,
  meterValue: [{ timestamp: '2026-11-23T10:00:03Z', sampledValue }],
})

describe('messages', () => {
  it('empty-transactionid: refused by its id as FormationViolation, its readings taken, the link stays up', async () => {
    const { charger, latest, oddities } = await begin()
    charger.say(
      '[2,"m-1","MeterValues",{"connectorId":1,"transactionId":,"meterValue":[{"timestamp":"2026-11-23T10:00:03.377","sampledValue":[{"value":"1750","measurand":"Energy.Active.Import.Register","unit":"Wh"},{"value":"3600","measurand":"Power.Active.Import","unit":"W"},{"value":"226","measurand":"Voltage","unit":"V","phase":"L1","location":"Inlet"}]}]}]',
    )
    expect(charger.replyTo('m-1')?.slice(0, 3)).toEqual([4, 'm-1', 'FormationViolation'])
    expect(latest()).toMatchObject({ e_total: 1.75, p_total: 3600, u_t1: 226 })
    expect(oddities()).toEqual(expect.arrayContaining(['not-json', 'no-zone']))
    expect(charger.isOpen()).toBe(true)
  })

  it('truncated-callresult: that one request fails, the socket stays, and it is not asked in a loop', async () => {
    const asked: string[] = []
    const site = openFakeSite()
    const charger = site.connect('CP-1', '1.6', {
      GetConfiguration: () => undefined,
      TriggerMessage: () => ({ status: 'NotImplemented' }),
      GetCompositeSchedule: () => ({ status: 'Rejected' }),
    })
    charger.ask('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
    await site.clock.settle()
    charger.say('[3,"t1",{"configurationKey":[]')
    await site.clock.advance(300_000)
    for (const [action] of charger.received) asked.push(action)
    expect(asked.filter((action) => action === 'GetConfiguration')).toHaveLength(1)
    expect(asked.filter((action) => action === 'GetCompositeSchedule').length).toBeLessThan(15)
    expect(charger.isOpen()).toBe(true)
    expect(site.source.deviceHealth()['cp']).toMatchObject({ malformed: 1 })
  })

  it('metervalue-object, current-phase-N, unit-Hz: taken, told once each', async () => {
    const { charger, latest, oddities } = await begin()
    const payload = {
      connectorId: 1,
      meterValue: {
        timestamp: '2026-11-23T10:00:03Z',
        sampledValue: [
          { value: '15.6', measurand: 'Current.Import', phase: 'N', unit: 'A' },
          { value: '49.97', measurand: 'Frequency', unit: 'Hz' },
        ],
      },
    }
    expect(charger.ask('MeterValues', payload)?.[0]).toBe(3)
    charger.ask('MeterValues', payload)
    expect(latest()).toMatchObject({ i_t1: 15.6 })
    expect(oddities().filter((kind) => kind === 'neutral-for-phase')).toHaveLength(1)
    expect(oddities()).toContain('wrong-shape')
  })

  it('config-phase-suffix: what it samples is kept where it is enough, whatever its form', async () => {
    const { charger } = await begin({
      sampled: 'Current.Import.L1,Current.Import.L2,Current.Import.L3,Power.Active.Import',
    })
    expect(charger.received.some(([action]) => action === 'ChangeConfiguration')).toBe(false)
  })

  it('config-phase-suffix: where the plain list is refused the one with phases is tried, and told', async () => {
    const tried: unknown[] = []
    const { notices } = await begin({
      sampled: 'Energy.Active.Import.Register',
      answers: {
        ChangeConfiguration: ({ value }) => {
          tried.push(value)
          return { status: /\.L1/.test(String(value)) ? 'Accepted' : 'NotSupported' }
        },
      },
    })
    expect(tried).toHaveLength(2)
    expect(notices.find(({ kind }) => kind === 'charger-configured')?.message).toContain('Current.Import.L1')
  })

  it('short-offset: a status with "+02" is one', async () => {
    const { charger, latest, oddities } = await begin()
    charger.ask('StatusNotification', {
      connectorId: 1,
      errorCode: 'NoError',
      status: 'Preparing',
      timestamp: '2026-11-23T12:00:03+02',
    })
    expect([latest().status, oddities()]).toEqual(['connected', []])
  })

  it('local-time-with-Z: ordered by arrival, the jump of its clock is told', async () => {
    const { charger, latest, oddities, clock } = await begin()
    const status = (word: string, aheadMs: number) =>
      charger.ask('StatusNotification', {
        connectorId: 1,
        errorCode: 'NoError',
        status: word,
        timestamp: new Date(clock.nowMs() + aheadMs).toISOString(),
      })
    status('Available', 7_200_000)
    status('Preparing', 0)
    status('Charging', 0)
    status('Charging', 0)
    expect(latest().status).toBe('charging')
    expect(oddities()).toContain('clock-jump')
  })

  it('idtag-21: an over-long idTag and a stop 20 days late are answered', async () => {
    const { charger, oddities } = await begin()
    expect(
      charger.ask('StopTransaction', {
        meterStop: 250390,
        timestamp: '2026-11-03T10:23:58Z',
        transactionId: 1762770182,
        idTag: 'AAAAAAAAAAAAAAAAAAAA-',
      }),
    ).toMatchObject([3, expect.anything(), {}])
    expect(oddities()).toContain('over-long')
  })

  it('enplus-datatransfer: accepted at once and shown raw', async () => {
    const { charger, source } = await begin()
    expect(
      charger.ask('DataTransfer', {
        vendorId: 'EN+',
        messageId: 'cpChargingParameterRpt',
        data: '{"duty":133,"leakcurr":30}',
      })?.[2],
    ).toEqual({ status: 'Accepted' })
    expect(source.deviceHealth()['cp']?.connection?.remarks.join('\n')).toContain('{"duty":133,"leakcurr":30}')
  })

  it('empty-sampledvalue, extra-members-stop: a stop is answered whatever it carries', async () => {
    const { charger } = await begin()
    const id = Number(charger.begin())
    for (const more of [
      { transactionData: [{ sampledValue: [], timestamp: '2026-11-23T10:00:05Z' }] },
      {
        connectorId: 1,
        disconnectReason: 'EVDisconnected',
        transactionData: [{ sampledValue: [{ value: '1.6250000000000002', unit: 'kWh' }], timestamp: 'x' }],
      },
    ])
      expect(
        charger.ask('StopTransaction', {
          meterStop: 1625,
          timestamp: '2026-11-23T10:00:05Z',
          transactionId: id,
          ...more,
        })?.[0],
      ).toBe(3)
  })

  it('stop-tx-minus-one: every start gets a number of its own, a stop of -1, 0 or nobody ends no other', async () => {
    const { charger, write } = await begin()
    const id = charger.begin()
    expect(Number(id)).toBeGreaterThan(0)
    for (const transactionId of [-1, 0, 99, 'x'])
      expect(
        charger.ask('StopTransaction', { transactionId, meterStop: 1, timestamp: '2026-11-23T10:00:05Z' })?.[0],
      ).toBe(3)
    await write(10)
    expect(charger.profiles().map(({ purpose }) => purpose)).toContain('TxProfile')
    const next = charger.ask('StartTransaction', {
      connectorId: 1,
      idTag: 'B',
      meterStart: 0,
      timestamp: '2026-11-23T10:00:05Z',
    })
    expect((next?.[2] as { transactionId: number }).transactionId).toBeGreaterThan(Number(id))
  })

  it('empty-message-id: left aside, and said', async () => {
    const { charger, oddities, link, clock } = await begin()
    charger.say('[3, "",{"fileName": "diagnostics_file2.log"}]')
    expect(oddities()).toContain('stray-answer')
    const read = link.readBackLimit()
    await clock.settle()
    expect(await read).toMatchObject({ ok: true })
  })

  it('grizzl-soc-signal: an iccid is not looked at', async () => {
    const { charger, source } = await begin()
    expect(
      charger.ask('BootNotification', {
        chargePointSerialNumber: 'GRS-0000000000',
        chargePointModel: 'GRS-*',
        chargePointVendor: 'United Chargers',
        firmwareVersion: '05.43',
        meterType: 'SW',
        iccid: '-67',
      })?.[2],
    ).toMatchObject({ status: 'Accepted' })
    expect(source.deviceHealth()['cp']?.identity).toBe(
      'United Chargers GRS-*, serial number GRS-0000000000, firmware 05.43',
    )
  })

  it('stale-transaction-on-reboot: a start ends what ran before', async () => {
    const { charger, write } = await begin()
    charger.begin()
    charger.boot()
    charger.status('Preparing')
    await write(10)
    expect(charger.received.filter(([, payload]) => JSON.stringify(payload).includes('"TxProfile"'))).toEqual([])
  })

  it('unknown actions are NotImplemented, unknown statuses nothing anyone acts on', async () => {
    const { charger, latest, oddities } = await begin()
    expect(charger.ask('FlyToTheMoon', {})?.[2]).toBe('NotImplemented')
    charger.ask('StatusNotification', {
      connectorId: 1,
      status: 'Daydreaming',
      errorCode: 'Error',
      info: 'x'.repeat(80),
    })
    expect(latest().status).toBeNull()
    expect(oddities()).toEqual(expect.arrayContaining(['unknown-action', 'unknown-status', 'over-long']))
  })

  it('a number as the id of a message is answered as one (ocpp-rpc loses such a message)', async () => {
    const { charger } = await begin()
    charger.say('[2,77,"Heartbeat",{}]')
    expect(charger.replyTo('77')).toMatchObject([3, 77, { currentTime: expect.any(String) }])
  })
})

describe('limits', () => {
  it('default-profile-refused: the transaction is limited by its own profile instead', async () => {
    const { charger, write } = await begin({
      refuses: ({ purpose }) => (purpose === 'TxDefaultProfile' ? 'Rejected' : null),
    })
    charger.begin()
    expect(await write(6)).toMatchObject({ ok: true })
    expect(charger.limit()).toBe(6)
  })

  it('default-profile-refused: where nothing is taken the limit is not in force, and the write says so', async () => {
    const { charger, write } = await begin({ refuses: () => 'Rejected' })
    charger.begin()
    expect(await write(6)).toMatchObject({ ok: false, why: expect.stringContaining('no limit is in force') })
  })

  it('maxprofile-relative: a profile of the station is absolute, and an error is "not in force"', async () => {
    const tried: string[] = []
    const { write } = await begin({
      refuses: ({ purpose, kind }) => {
        tried.push(`${purpose} ${kind}`)
        return '!PropertyConstraintViolation'
      },
    })
    expect(await write(6)).toMatchObject({ ok: false })
    expect(tried).not.toContain('ChargePointMaxProfile Relative')
    expect(tried).toContain('ChargePointMaxProfile Absolute')
  })

  it('a charger that takes watts alone gets watts, and shows amperes (MicroOcpp)', async () => {
    const { charger, write, link, clock } = await begin({
      units: 'Power',
      refuses: ({ unit }) => (unit === 'A' ? 'Rejected' : null),
    })
    expect(await write(10)).toMatchObject({ ok: true })
    expect(charger.limit()).toBe(6900)
    const read = link.readBackLimit()
    await clock.settle()
    expect(await read).toMatchObject({ limitA: 10 })
  })

  it('a charger that hides its default profile while no car charges is given one for the station, which it shows (MicroOcpp)', async () => {
    const site = openFakeSite()
    const stored = new Set<string>()
    const charger = site.connect('CP-1', '1.6', {
      SetChargingProfile: ({ csChargingProfiles }) => {
        stored.add((csChargingProfiles as { chargingProfilePurpose: string }).chargingProfilePurpose)
        return { status: 'Accepted' }
      },
      GetCompositeSchedule: () => ({
        status: 'Accepted',
        chargingSchedule: {
          chargingRateUnit: 'A',
          chargingSchedulePeriod: [{ startPeriod: 0, limit: stored.has('ChargePointMaxProfile') ? 10 : -1 }],
        },
      }),
    })
    charger.ask('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })
    const limit = async () => {
      const written = site.link.writeLimit(10)
      await site.clock.settle()
      expect(await written).toMatchObject({ ok: true })
      const read = site.link.readBackLimit()
      await site.clock.settle()
      return read
    }
    expect(await limit()).toMatchObject({ limitA: 32 })
    expect(await limit()).toMatchObject({ limitA: 10 })
  })

  it('watts for a car on one phase are a third, once its currents are seen', async () => {
    const { charger, write, clock, latest } = await begin({ units: 'Power' })
    await write(10)
    charger.draw([16, 0, 0])
    await clock.advance(4000)
    expect(latest()).toMatchObject({ limit: 30 })
    await write(10)
    expect(charger.limit()).toBe(2300)
  })

  it.each([
    ['only stack level 0 (ABB, evcc#15493)', { stack: 0, kind: 'Absolute', unit: 'A' }],
    ['only relative schedules (Wallbox)', { stack: 3, kind: 'Relative', unit: 'A' }],
    ['only watts on level 0', { stack: 0, kind: 'Absolute', unit: 'W' }],
  ])('what it takes is found and remembered: %s', async (_name, takes) => {
    let asked = 0
    const { write, charger } = await begin({
      refuses: ({ stack, kind, unit }) => {
        asked += 1
        return stack === takes.stack && kind === takes.kind && unit === takes.unit ? null : 'Rejected'
      },
    })
    expect(await write(10)).toMatchObject({ ok: true })
    asked = 0
    expect(await write(8)).toMatchObject({ ok: true })
    expect(asked).toBe(1)
    expect(charger.limit()).toBe(takes.unit === 'W' ? 5520 : 8)
  })

  it('multiple-of-point-one: one decimal, down', async () => {
    const { charger, write } = await begin()
    await write(8.19)
    expect(charger.limit()).toBe(8.1)
  })

  it('a limit it takes and does not apply is not read back as done', async () => {
    const { write, link, clock } = await begin({ ignores: true })
    expect(await write(6)).toMatchObject({ ok: true })
    const read = link.readBackLimit()
    await clock.settle()
    expect(await read).toMatchObject({ ok: true, limitA: 32 })
  })

  it('current-in-mA-config: no profile without smart charging; its key in mA when the site file says so', async () => {
    const grizzl: Oddness = {
      featureProfiles: 'Core,FirmwareManagement',
      keys: { SetCurrent: '40000', MinCurrent: '8000', MaxCurrent: '40000', HeartbeatInterval: '0' },
    }
    const plain = await begin(grizzl)
    expect(await plain.write(10)).toMatchObject({
      ok: false,
      why: expect.stringContaining('limitKey: { name: SetCurrent, unit: mA }'),
    })
    expect(plain.charger.received.some(([action]) => action === 'SetChargingProfile')).toBe(false)
    const keyed = await begin(grizzl, { limitKey: { name: 'SetCurrent', unit: 'mA', minimum: 8 } })
    expect(await keyed.write(6)).toMatchObject({ ok: false, why: expect.stringContaining('below 8 A') })
    expect(await keyed.write(0)).toMatchObject({ ok: false })
    expect(await keyed.write(10)).toMatchObject({ ok: true })
    expect(keyed.charger.configuration.get('SetCurrent')).toBe('10000')
    const read = keyed.link.readBackLimit()
    await keyed.clock.settle()
    expect(await read).toMatchObject({ ok: true, limitA: 10 })
  })

  it('a clock two hours behind still gets a limit that is in force now', async () => {
    const { charger, write, clock } = await begin({ clockAheadMs: -7_200_000 })
    for (const _ of [1, 2, 3]) {
      charger.status('Charging')
      await clock.advance(2000)
    }
    await write(10)
    expect(charger.limit()).toBe(10)
    await clock.advance(61_000)
    expect(charger.limit()).toBe(6)
  })

  it('0 A is a pause that ends, and a limit between 0 and 6 A is none', async () => {
    const { charger, write, clock } = await begin()
    expect(await write(4)).toMatchObject({ ok: false })
    await write(0)
    expect(charger.limit()).toBe(0)
    await clock.advance(61_000)
    expect(charger.limit()).toBe(6)
  })
})

describe('connections', () => {
  it('no subprotocol: 1.6 is spoken, and said', async () => {
    const site = openFakeSite()
    const charger = site.connect('CP-1', null, {})
    expect(charger.ask('Heartbeat', {})?.[0]).toBe(3)
    expect(site.notices.map(({ data }) => data?.['oddity'])).toContain('no-subprotocol')
  })

  it('a second charger under the same identity takes its place, and is told as one', async () => {
    const { charger, connect, notices, oddities, clock } = await begin()
    const second = connect('CP-1', '1.6', {}, '192.0.2.8:4000')
    expect([charger.isOpen(), second.isOpen()]).toEqual([false, true])
    expect(oddities()).toContain('duplicate-identity')
    await clock.advance(1000)
    expect(notices.some(({ message }) => message.includes('two chargers have one identity'))).toBe(true)
  })

  it('v201-evse-always and v201-on-16: the agreed version decides how a message is read', async () => {
    const two = await begin({ version: '2.0.1' })
    const event = (eventType: string, more: Record<string, unknown>) =>
      two.charger.ask('TransactionEvent', {
        eventType,
        timestamp: '2026-11-23T10:00:03Z',
        seqNo: 1,
        triggerReason: 'Trigger',
        transactionInfo: { transactionId: 'tx-9', chargingState: 'SuspendedEV' },
        ...more,
      })?.[0]
    const evse = { evse: { id: 1, connectorId: 1 } }
    expect([event('Started', evse), event('Updated', evse), event('Updated', {}), event('Ended', evse)]).toEqual([
      3, 3, 3, 3,
    ])
    expect(two.latest().status).toBe('suspended')
    const one = await begin()
    expect(
      one.charger.ask('BootNotification', {
        reason: 'PowerUp',
        chargingStation: { vendorName: 'Fox', model: 'E' },
      })?.[0],
    ).toBe(3)
    expect(one.oddities()).toContain('other-version')
    expect(one.source.deviceHealth()['cp']?.identity).toBe('Fox E')
  })

  it('begin-and-periodic-energy, total-and-phase-power over the wire', async () => {
    const { charger, latest } = await begin()
    const energy = { measurand: 'Energy.Active.Import.Register', unit: 'Wh' }
    const power = { measurand: 'Power.Active.Import', unit: 'W' }
    charger.ask(
      'MeterValues',
      ofTransaction(5, [
        { value: '678', context: 'Sample.Periodic', ...energy },
        { value: '0', context: 'Transaction.Begin', ...energy },
        { value: '3878', ...power },
        { value: '3878', ...power, phase: 'L1' },
      ]),
    )
    expect(latest()).toMatchObject({ e_total: 0.678, p_total: 3878 })
  })
})
