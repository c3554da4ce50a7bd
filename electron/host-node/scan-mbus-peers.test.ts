import { describe, expect, it, onTestFinished } from 'vitest'
import type { ScanRequest, ScanState } from '../../shared/api/scan-contract.ts'
import { siteSchema } from '../../shared/site/site.ts'
import { createScan } from '../core/scan/scan.ts'
import { loadCatalogue } from '../io/catalogue.ts'
import { systemClock } from '../io/clock.ts'
import { openMbusLine } from '../io/mbus/open-mbus-line.ts'
import { energy, power, startMbusSlave, telegramHex, type SlaveMeter } from '../io/mbus/test-support/mbus-slave.ts'
import { hasSocat, missingPeer, openPtyPair } from '../io/modbus/test-support/peers.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { programPaths } from './program-paths.ts'
import { guardOf } from '../core/test-support/ask-guard.ts'

/** The M-Bus search on real lines against the replaying slave in Python, which knows nothing of our codec. */
const meters: readonly SlaveMeter[] = [
  { primary: 5, telegrams: [telegramHex('12345678', [energy(1_728_680), power(90)])] },
  // Two telegrams, and a number that differs from the third digit on.
  {
    primary: 9,
    telegrams: [telegramHex('12945679', [energy(5000)], { moreFollows: true }), telegramHex('12945679', [power(-40)])],
  },
  { primary: 11, telegrams: [telegramHex('80000001', [], { medium: 7 })] },
]
type Mbus = Extract<ScanRequest, { kind: 'mbus' }>

const search = async (at: Mbus['at'], by: Mbus['by'], addresses: string): Promise<ScanState> => {
  const catalogue = await loadCatalogue(programPaths.profiles)
  const site = siteSchema.parse({
    version: 1,
    id: 's',
    name: 'Site',
    grid: { limit: 100 },
    lines: [{ transport: 'tcp', id: 'net', host: '192.0.2.1', port: 502 }],
    meters: [],
    circuits: [{ id: 'main' }],
  })
  let ids = 0
  const scan = createScan({
    site,
    meterProfiles: catalogue.meters,
    chargerProfiles: catalogue.chargers,
    guard: guardOf(site, catalogue.chargers),
    mbusProfiles: catalogue.mbus,
    lines: new Map(),
    mbusLines: new Map(),
    acquisition: { background: () => null },
    kept: new Map(),
    openLine: () => {
      throw new Error('an M-Bus search opens no Modbus line')
    },
    // The slave's wire is fast: the deadline only says how long silence is.
    openMbusLine: (line) => openMbusLine({ ...line, timeoutMs: 150 }, { clock: systemClock, log: quietLog }),
    clock: systemClock,
    log: quietLog,
    newId: () => `find-${(ids += 1)}`,
  })
  onTestFinished(() => scan.stop())
  const ended = new Promise<ScanState>((resolve) => {
    scan.listen((state) => {
      if (state.phase === 'ended') resolve(state)
    })
  })
  scan.start({ kind: 'mbus', at, by, addresses, hexDigits: false }, 'Test')
  return ended
}
const check = ({ finds, troubles }: ScanState) => {
  expect(troubles).toEqual([])
  const byId = new Map(finds.map((find) => [find.mbus?.id, find]))
  expect([...byId.keys()].toSorted()).toEqual(['12345678', '12945679', '80000001'])
  expect(finds).toHaveLength(3)
  expect(byId.get('12345678')?.candidates[0]?.evidence.join()).toMatch(/1728\.68\d* kWh/)
  expect(byId.get('12945679')?.candidates[0]?.evidence.join()).toMatch(/5\.0\d* kWh.*-40 W/)
  expect(byId.get('80000001')).toMatchObject({ verdict: 'unknown', candidates: [] })
}

describe('an M-Bus searched from its converter', () => {
  it('in the network, by number', async () => {
    const slave = await startMbusSlave('tcp', meters)
    onTestFinished(() => slave.stop())
    check(await search({ via: 'tcp', host: '127.0.0.1', port: slave.port, baud: 2400 }, 'secondary', '0-250'))
  }, 120_000)

  it.skipIf(missingPeer('socat', hasSocat, 'socat'))(
    'at a serial port that echoes, by address and by number: each meter once',
    async () => {
      const pair = await openPtyPair()
      onTestFinished(() => pair.stop())
      const slave = await startMbusSlave({ path: pair.far }, meters, true)
      onTestFinished(() => slave.stop())
      const state = await search({ via: 'serial', path: pair.near, bauds: [2400], parity: 'even' }, 'both', '4-12')
      check(state)
      expect(state.finds.map(({ mbus, unit }) => [unit, mbus?.reachedBy.toSorted()]).toSorted()).toEqual([
        [11, ['primary', 'secondary']],
        [5, ['primary', 'secondary']],
        [9, ['primary', 'secondary']],
      ])
    },
    120_000,
  )
})
