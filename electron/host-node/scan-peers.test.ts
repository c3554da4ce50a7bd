import { describe, expect, it, onTestFinished } from 'vitest'
import type { ScanRequest, ScanState } from '../../shared/api/scan-contract.ts'
import { siteSchema } from '../../shared/site/site.ts'
import { createScan } from '../core/scan/scan.ts'
import { loadCatalogue } from '../io/catalogue.ts'
import { systemClock } from '../io/clock.ts'
import { createOpenLine } from '../io/modbus/open-modbus-line.ts'
import { freePort, hasPymodbus, hasSocat, missingPeer, openPtyPair } from '../io/modbus/test-support/peers.ts'
import { quietLog } from '../io/modbus/test-support/quiet-log.ts'
import { sixMeters, startMeterSlave } from '../io/test-support/meter-slave.ts'
import { programPaths } from './program-paths.ts'
import { guardOf } from '../core/test-support/ask-guard.ts'

/** The search on real lines against slaves by python3-pymodbus, whose words an independent encoder made. */
const noPython = missingPeer('python3-pymodbus', hasPymodbus, 'python3-pymodbus python3-serial-asyncio')
const noSocat = missingPeer('socat', hasSocat, 'socat')

const search = async (request: ScanRequest): Promise<ScanState> => {
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
    lines: new Map(),
    acquisition: { background: () => null },
    kept: new Map(),
    mbusProfiles: new Map(),
    mbusLines: new Map(),
    openMbusLine: () => {
      throw new Error('no M-Bus here')
    },
    openLine: createOpenLine({ clock: systemClock, log: quietLog }),
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
  scan.start(request, 'Test')
  return ended
}
const all = Object.entries(sixMeters).map(([unit, { profile }]) => [Number(unit), profile] as const)
/** `tcpOnly`: a device that has no bus to hang on is nobody there, and known by none of the bus's models. */
const tcpOnly = 'shelly-pro-3em'
const check = (state: ScanState, onBus: boolean) => {
  expect(state.finds.map(({ unit }) => unit).toSorted((a, b) => a - b)).toEqual(
    all.map(([unit]) => unit).toSorted((a, b) => a - b),
  )
  for (const [unit, profile] of all) {
    const find = state.finds.find((entry) => entry.unit === unit)
    if (onBus && profile === tcpOnly) {
      expect(find?.verdict).toBe('unknown')
      continue
    }
    const near =
      find?.verdict === 'ambiguous'
        ? find.candidates.map(({ profileId }) => profileId)
        : [find?.candidates[0]?.profileId]
    expect(
      near,
      `unit ${unit}: ${JSON.stringify(find?.candidates.map(({ profileId, confidence }) => [profileId, confidence]))}`,
    ).toContain(profile)
  }
}

describe.skipIf(noPython)('six meters of independent words', () => {
  it.skipIf(noSocat)('are found on a serial port among sixty ids', { timeout: 120_000 }, async () => {
    const pty = await openPtyPair()
    onTestFinished(() => pty.stop())
    const slave = await startMeterSlave({ kind: 'serial', path: pty.far })
    onTestFinished(() => slave.stop())
    const state = await search({
      kind: 'serial',
      path: pty.near,
      bauds: [9600],
      parities: ['none'],
      stopBits: 1,
      units: '1-60',
    })
    check(state, true)
    expect(state.troubles).toEqual([])
  })

  it(
    'are found behind a TCP port, and a port where nobody listens is told as refused',
    { timeout: 120_000 },
    async () => {
      const slave = await startMeterSlave({ kind: 'tcp' })
      onTestFinished(() => slave.stop())
      const [port, closed] = [slave.port, await freePort()]
      const state = await search({
        kind: 'tcp',
        hosts: '127.0.0.1',
        ports: `${port}, ${closed}`,
        units: all.map(([unit]) => unit).join(','),
        framings: ['tcp'],
      })
      check(state, false)
      expect(state.troubles).toMatchObject([{ kind: 'refused', where: `127.0.0.1:${closed}, Modbus TCP` }])
    },
  )
})

describe.skipIf(noSocat)('a serial port where nobody is', () => {
  it(
    'is searched to the end; every id is asked once, the last three once more with patience',
    { timeout: 120_000 },
    async () => {
      const pty = await openPtyPair()
      onTestFinished(() => pty.stop())
      const state = await search({
        kind: 'serial',
        path: pty.near,
        bauds: [9600],
        parities: ['none'],
        stopBits: 1,
        units: '1-40',
      })
      expect(state).toMatchObject({ done: 40, requests: 43, finds: [], troubles: [{ kind: 'mute' }] })
    },
  )
})

describe('a port that is not there', () => {
  it('is told as failed, with why', async () => {
    const state = await search({
      kind: 'serial',
      path: '/dev/tty-not-there',
      bauds: [9600],
      parities: ['none'],
      stopBits: 1,
      units: '1-5',
    })
    expect(state).toMatchObject({ phase: 'ended', done: 5, requests: 0, troubles: [{ kind: 'failed' }] })
    expect(state.troubles[0]?.problem).toContain('/dev/tty-not-there')
  })
})
