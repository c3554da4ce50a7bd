import { describe, expect, it } from 'vitest'
import { claimsOf, sharedBy, type Claim } from './site-claims.ts'
import { createSiteMap, mostSites, type HeldSite } from './site-map.ts'

const port = (number: number): Claim => ({
  key: `device 10.0.0.1:${String(number)}`,
  what: { kind: 'device', host: '10.0.0.1', port: number },
})

/** A map whose sites are names; `unsound` can't be read, `stuck` can be read and not opened, "x on 502" claims port 502. */
const prepare = () => {
  const said: string[] = []
  let stuck = ['stuck']
  let slowClose: Promise<void> = Promise.resolve()
  const claimsIn = (name: string): readonly Claim[] => {
    const named = / on (\d+)$/.exec(name)?.[1]
    return named === undefined ? [] : [port(Number(named))]
  }
  const siteOf = (name: string): HeldSite => ({
    name,
    handlers: {} as HeldSite['handlers'],
    claims: claimsIn(name),
    isArmed: false,
    start: () => said.push(`start ${name}`),
    close: async (why) => {
      said.push(`close ${name}: ${why}`)
      await slowClose
      said.push(`closed ${name}`)
    },
  })
  const map = createSiteMap<string, HeldSite>({
    // The same file under two names, as by a link.
    idOf: (name) => name.replace('link to ', ''),
    check: (name) =>
      Promise.resolve(
        name === 'unsound' ? { ok: false, message: 'unsound: line 3' } : { ok: true, claims: claimsIn(name) },
      ),
    open: (name) => {
      said.push(`open ${name}`)
      return Promise.resolve(
        stuck.includes(name) ? { ok: false, message: `${name}: no store` } : { ok: true, site: siteOf(name) },
      )
    },
    onOpened: ({ siteId }) => said.push(`opened ${siteId}`),
    onClosed: (siteId, next) => said.push(`left ${siteId} for ${next ?? 'none'}`),
  })
  return {
    map,
    said: () => said.splice(0),
    names: () => map.list().map(({ siteId }) => siteId),
    stick: (...names: string[]) => {
      stuck = names
    },
    slowly: () => {
      let go: () => void = () => undefined
      slowClose = new Promise((done) => {
        go = done
      })
      return () => go()
    },
  }
}

describe('the sites that are open', () => {
  it('run side by side: opening a second one closes nothing', async () => {
    const { map, said, names } = prepare()
    expect(await map.open('depot')).toEqual({ ok: true, siteId: 'depot', isNew: true })
    await map.open('workshop')
    expect(said()).toEqual([
      'open depot',
      'opened depot',
      'start depot',
      'open workshop',
      'opened workshop',
      'start workshop',
    ])
    expect(names()).toEqual(['depot', 'workshop'])
  })

  it('are one where the file is one, whatever it is called and however often it is asked for at once', async () => {
    const { map, names } = prepare()
    const outcomes = await Promise.all([map.open('depot'), map.open('link to depot'), map.open('depot')])
    expect(outcomes.map((outcome) => outcome.ok && outcome.isNew)).toEqual([true, false, false])
    expect(names()).toEqual(['depot'])
  })

  it('are no more than a laptop carries, and the next one is refused with who is open', async () => {
    const { map, said, names } = prepare()
    for (let index = 0; index < mostSites; index += 1) await map.open(`site ${String(index)}`)
    said()
    const refused = await map.open('one more')
    expect(refused).toEqual({
      ok: false,
      why: '4 sites are open already (site 0, site 1, site 2, site 3), and this program measures no more at once: close one first',
    })
    expect(map.whyFull()).toContain('4 sites')
    expect(said()).toEqual([])
    // One that is open is not one more.
    expect(await map.open('site 2')).toMatchObject({ ok: true, isNew: false })
    await map.close('site 1', 'Ada closed it')
    expect(await map.open('one more')).toMatchObject({ ok: true })
    expect(names()).toEqual(['site 0', 'site 2', 'site 3', 'one more'])
  })

  it('share no line: the second one is refused with what and whose it is', async () => {
    const { map } = prepare()
    await map.open('depot on 502')
    expect(await map.open('copy on 502')).toEqual({
      ok: false,
      why: 'it reads 10.0.0.1:502, which depot on 502 reads and may control: close depot on 502 first',
    })
    expect(await map.open('yard on 503')).toMatchObject({ ok: true })
    expect(map.conflictOf([port(503)], 'yard on 503')).toBeNull()
    expect(map.conflictOf([port(502)], 'yard on 503')).toContain('depot on 502')
  })

  it('that can not be opened leave the others as they are', async () => {
    const { map, said, names } = prepare()
    await map.open('depot')
    said()
    expect(await map.open('unsound')).toEqual({ ok: false, why: 'unsound: line 3' })
    expect(await map.open('stuck')).toEqual({ ok: false, why: 'stuck: no store' })
    expect(said()).toEqual(['open stuck'])
    expect(names()).toEqual(['depot'])
  })

  it('close one by one, and its screens need not wait for its chargers', async () => {
    const { map, said, names, slowly } = prepare()
    await map.open('depot')
    await map.open('workshop')
    said()
    const go = slowly()
    const closing = map.close('workshop', 'Ada closed it')
    await Promise.resolve()
    await Promise.resolve()
    expect(said()).toEqual(['close workshop: Ada closed it', 'left workshop for none'])
    expect(names()).toEqual(['depot'])
    go()
    await closing
    expect(said()).toEqual(['closed workshop'])
    await map.close('workshop', 'twice')
    expect(said()).toEqual([])
  })

  it('all close at once at the end, and none is opened after it', async () => {
    const { map, said } = prepare()
    await map.open('depot')
    const late = map.open('workshop')
    const closing = map.closeAll('Tripscope was closed')
    await late
    await closing
    const told = said()
    expect(told.filter((line) => line.startsWith('closed'))).toHaveLength(
      told.filter((line) => line.startsWith('start')).length,
    )
    expect(await map.open('depot')).toMatchObject({ ok: false })
    expect(map.list()).toEqual([])
  })
})

describe('one site instead of another', () => {
  it('is opened when the one before is closed, and screens go from one to the other', async () => {
    const { map, said } = prepare()
    await map.open('depot on 502')
    said()
    expect(await map.exchange('depot on 502', 'copy on 502')).toMatchObject({ ok: true, siteId: 'copy on 502' })
    expect(said()).toEqual([
      'close depot on 502: another site was opened instead',
      'closed depot on 502',
      'open copy on 502',
      'opened copy on 502',
      'start copy on 502',
      'left depot on 502 for copy on 502',
    ])
  })

  it('that is not sound closes nothing, and one that does not open after all gives its place back', async () => {
    const { map, said, names } = prepare()
    await map.open('depot')
    said()
    expect(await map.exchange('depot', 'unsound')).toEqual({ ok: false, why: 'unsound: line 3' })
    expect(said()).toEqual([])
    expect(await map.exchange('depot', 'stuck')).toEqual({ ok: false, why: 'stuck: no store' })
    expect(said().at(-1)).toBe('left depot for none')
    expect(names()).toEqual(['depot'])
  })

  it('says so where neither can be opened', async () => {
    const { map, stick, names } = prepare()
    await map.open('depot')
    stick('stuck', 'depot')
    expect(await map.exchange('depot', 'stuck')).toEqual({
      ok: false,
      why: 'stuck: no store; and depot could not be opened again: depot: no store',
    })
    expect(names()).toEqual([])
  })

  it('and one that is open already is only gone to', async () => {
    const { map, names } = prepare()
    await map.open('depot')
    await map.open('workshop')
    expect(await map.exchange('depot', 'workshop')).toMatchObject({ ok: true, isNew: false })
    expect(names()).toEqual(['depot', 'workshop'])
  })
})

describe('what a site has for itself', () => {
  type Declared = Parameters<typeof claimsOf>[0]
  const claims = (site: Partial<Declared>) =>
    claimsOf({ lines: [], waves: [], ...site }, (path) => (path === '/dev/serial/by-id/usb-1' ? '/dev/ttyUSB0' : path))
  const line = (part: object) => claims({ lines: [{ id: 'x', ...part }] as unknown as Declared['lines'] })
  const serial = (path: string) => line({ transport: 'serial', path })
  const device = (host: string, transport = 'tcp') => line({ transport, host, port: 502 })
  const chargers = (port: number) => claims({ ocpp: { port } as unknown as NonNullable<Declared['ocpp']> })

  it('is its serial ports whatever link they are reached by, its devices, and the port of its chargers', () => {
    expect(sharedBy(serial('/dev/ttyUSB0'), serial('/dev/serial/by-id/usb-1'))).toEqual({
      ...{ kind: 'serial', path: '/dev/ttyUSB0' },
    })
    expect(sharedBy(serial('com3'), serial('COM3'))).toEqual({ kind: 'serial', path: 'com3' })
    expect(sharedBy(serial('/dev/ttyUSB0'), serial('COM3'))).toBeNull()

    expect(sharedBy(device('localhost'), device('127.0.0.1', 'rtu-over-tcp'))).toMatchObject({ kind: 'device' })
    expect(sharedBy(device('Meter.Local'), device('meter.local', 'mbus-tcp'))).not.toBeNull()
    expect(sharedBy(device('10.0.0.4'), device('10.0.0.5'))).toBeNull()

    expect(sharedBy(chargers(8887), chargers(8887))).toEqual({ kind: 'ocpp', port: 8887 })
    expect(sharedBy(chargers(8887), chargers(8888))).toBeNull()
  })
})
