import { describe, expect, it } from 'vitest'
import { openRawMaster } from '../test-support/raw-master.ts'
import { openSimulator } from '../test-support/open-simulator.ts'
import { crc16 } from '../slave/framing.ts'
import { faultKinds } from './fault-kinds.ts'

/** Modbus TCP: read `count` holding registers of unit 1. */
const ask = (transaction: number, address: number, count: number) =>
  [transaction, 0, 6].map((word) => word.toString(16).padStart(4, '0')).join('') +
  '0103' +
  [address, count].map((word) => word.toString(16).padStart(4, '0')).join('')
/** Total length of the reply to `ask`. */
const replyLength = (count: number) => 9 + 2 * count

const pacPort = async () => {
  const simulation = await openSimulator('small')
  return { ...simulation, master: await openRawMaster(Number(simulation.ports['net-meter'])) }
}
/** RTU: read two input registers of the EM340, whose unit is 5. */
const askRtu = '05 04 00 00 00 02 70 4F'

describe('faults of wiring', () => {
  it('come with their options as they are typed, and go', async () => {
    const { board, site } = await openSimulator('small')
    const id = [...site.world.meters.keys()][0]!
    await board.on('wiring', id, { kind: 'cts-swapped', terminal: '1', other: '3' })
    expect(site.world.faults.wiring.get(id)?.currentFrom).toEqual([2, 1, 0])
    await board.off('wiring', id)
    expect(site.world.faults.wiring.get(id)?.currentFrom).toEqual([0, 1, 2])
    await expect(board.on('wiring', id, { kind: 'cts-swapped', terminal: '4' })).rejects.toThrow(/terminal/)
  })

  it('a stuck register says what it said when it stopped', async () => {
    const { board, site } = await openSimulator('small')
    const id = [...site.world.meters.keys()][0]!
    const { stuck } = site.devices.get(id)!.manners
    await board.on('stuck-register', id, { keys: 'i_l1,p_l1' })
    expect([...stuck.keys()]).toEqual(['i_l1', 'p_l1'])
    await board.off('stuck-register', id)
    expect(stuck.size).toBe(0)
  })
})

describe('faults on the line', () => {
  it('a dead meter says nothing, and answers again afterwards', async () => {
    const { board, master } = await pacPort()
    await board.on('dead-meter', 'main', {})
    master.send(ask(1, 1, 2))
    // The gateway's answer for a foreign unit shows that the line itself lives and has taken the request before.
    master.send('0063 0000 0006 09 03 0001 0002')
    expect(await master.take(9)).toBe('00630000000309830b')
    await board.off('dead-meter', 'main')
    master.send(ask(2, 1, 2))
    expect((await master.take(replyLength(2))).slice(0, 4)).toBe('0002')
  })

  it.each([
    ['exception', {}, 9, /^00010000000301\s*8304$/],
    ['wrong-unit', {}, replyLength(4), /^00010000000b0203/],
    ['wrong-length', {}, replyLength(3), /^000100000009010306/],
    ['half-frame', {}, 9, /^00010000000b010308/],
    ['nan', {}, replyLength(4), /^00010000000b0103087fc000007fc00000$/],
    ['infinity', {}, replyLength(4), /^00010000000b0103087f8000007f800000$/],
  ])('wrong replies of the kind %s', async (kind, more, length, expected) => {
    const { board, master } = await pacPort()
    await board.on('wrong-replies', 'main-meter', { kind, ...more })
    master.send(ask(1, 1, 4))
    expect(await master.take(length)).toMatch(expected)
    await board.off('wrong-replies', 'main-meter')
    // What is left of a spoilt stream belongs to the old connection; a new one is clean.
    const fresh = await openRawMaster(Number(master.socket.remotePort))
    fresh.send(ask(2, 1, 2))
    expect(await fresh.take(replyLength(2))).toMatch(/^000200000007010304436/)
  })

  it('late replies come, but after those that were asked later', async () => {
    const { board, master, ports } = await pacPort()
    await board.on('wrong-replies', 'main-meter', { kind: 'late', ms: 400 })
    master.send(ask(1, 1, 2))
    const other = await openRawMaster(Number(ports['net-cp-1']))
    other.send(ask(7, 1206, 2))
    const order: string[] = []
    await Promise.all([
      master.take(replyLength(2)).then((hex) => order.push(hex.slice(0, 4))),
      other.take(replyLength(2)).then((hex) => order.push(hex.slice(0, 4))),
    ])
    expect(order).toEqual(['0007', '0001'])
  })

  it('a wrong checksum on a serial bus is wrong in the checksum only', async () => {
    const { board, ports } = await openSimulator('depot')
    const master = await openRawMaster(Number(ports['gateway-feeder-3']))
    const isRight = (hex: string) => {
      const bytes = Buffer.from(hex, 'hex')
      return crc16(bytes.subarray(0, -2)) === bytes.readUInt16LE(bytes.length - 2)
    }
    master.send(askRtu)
    expect(isRight(await master.take(9))).toBe(true)
    await board.on('wrong-replies', 'em-feeder-3', { kind: 'wrong-crc' })
    master.send(askRtu)
    const wrong = await master.take(9)
    expect(wrong.slice(0, 6)).toBe('050404')
    expect(isRight(wrong)).toBe(false)
    await board.off('wrong-replies', 'em-feeder-3')
    master.send(askRtu)
    expect(isRight(await master.take(9))).toBe(true)
  })

  it('a reset ends the connection, and every new one until it is off', async () => {
    const { board, master, ports } = await pacPort()
    await board.on('tcp-reset', 'net-meter', {})
    await master.closed
    await (
      await openRawMaster(Number(ports['net-meter']))
    ).closed
    await board.off('tcp-reset', 'net-meter')
    const fresh = await openRawMaster(Number(ports['net-meter']))
    fresh.send(ask(3, 1, 2))
    expect((await fresh.take(replyLength(2))).slice(0, 4)).toBe('0003')
  })

  it('a charger that ignores writes confirms them and keeps its limit', async () => {
    const { board, ports, site } = await openSimulator('small')
    const master = await openRawMaster(Number(ports['net-cp-1']))
    const write = '0001 0000 000b 01 10 04ba 0002 04 4120 0000'
    await board.on('charger-ignores-writes', 'cp-1', {})
    master.send(write)
    expect(await master.take(12)).toBe('00010000000601' + '1004ba0002')
    expect(site.world.chargers.get('cp-1')!.setpointA()).toBeNull()
    await board.off('charger-ignores-writes', 'cp-1')
    master.send(write)
    await master.take(12)
    expect(site.world.chargers.get('cp-1')!.setpointA()).toBe(10)
  })
})

describe('the fault board', () => {
  it('lists what is on, replaces options and forgets what is off', async () => {
    const { board, site } = await openSimulator('small')
    await board.on('overload', 'main', { amperes: 20 })
    await board.on('overload', 'main', { amperes: '30', phases: 'L2' })
    await board.on('phase-loss', '', { phase: 'L3' })
    expect(board.list().map(({ name, target, options }) => [name, target, options])).toEqual([
      ['overload', 'main', { amperes: 30, phases: ['L2'] }],
      ['phase-loss', '', { phase: 'L3' }],
    ])
    expect(site.world.faults.overloads.get('main')).toEqual({ L1: 0, L2: 30, L3: 0 })
    expect(await board.off('overload', 'main')).toBe(true)
    expect(await board.off('overload', 'main')).toBe(false)
    await board.off('phase-loss', '')
    expect(board.list()).toEqual([])
    expect(site.world.faults.overloads.size + site.world.faults.lostPhases.size).toBe(0)
  })

  it.each([
    ['no-such-fault', '', {}, /no fault "no-such-fault"; there are dead-meter/],
    ['dead-meter', 'feeder-9', {}, /no meter or charger "feeder-9"; there are main-meter, cp-1, cp-2/],
    ['dead-meter', '', {}, /needs a meter or charger/],
    ['dip', 'main', {}, /takes no target/],
    ['dip', '', { depth: 400 }, /depth/],
    ['wrong-replies', 'main-meter', { kind: 'wrong-crc' }, /has no checksum/],
    ['wrong-replies', 'cp-2', { kind: 'nan' }, /no float registers/],
    ['serial-unplug', 'net-meter', {}, /no serial line "net-meter"; there are none/],
    ['breaker-trip', 'nowhere', {}, /no circuit "nowhere"/],
  ])('refuses %s %s with a message that says what there is', async (name, target, options, message) => {
    const { board } = await openSimulator('small')
    await expect(board.on(name, target, options)).rejects.toThrow(message)
    expect(board.list()).toEqual([])
  })

  it('has a summary for every fault', () => {
    for (const { summary } of Object.values(faultKinds)) expect(summary.length).toBeGreaterThan(10)
  })
})
