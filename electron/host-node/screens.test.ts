import { describe, expect, it } from 'vitest'
import { contract } from '../../shared/api/contract.ts'
import { createClient } from '../../shared/api/client.ts'
import type { Handlers } from '../../shared/api/define.ts'
import type { TripscopeContract } from '../../shared/api/contract.ts'
import { createMemoryPair } from '../../shared/test-support/memory-pair.ts'
import { createFakeClock } from '../core/test-support/fake-clock.ts'
import { createDecks } from './decks.ts'
import type { HostSite, OpenSites } from './open-sites.ts'
import { createScreens, newScreen } from './screens.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const operator = { role: 'operator', name: 'Test' } as const
const arm = { intentId: '00000000-0000-4000-8000-000000000001', who: 'Ada', reason: 'the test' }

/** A program with these sites open, each of which writes down what was asked of it. */
const prepare = (...names: string[]) => {
  const clock = createFakeClock()
  const asked: string[] = []
  const siteOf = (name: string) =>
    ({
      name,
      opened: { folder: '/nowhere' },
      handlers: {
        'control.arm': () => {
          asked.push(`arm ${name}`)
          return {}
        },
        'site.describe': () => {
          asked.push(`describe ${name}`)
          return { site: { name } }
        },
        live: () => {
          asked.push(`live ${name}`)
          return () => void asked.push(`live ${name} ends`)
        },
      } as unknown as Handlers<TripscopeContract>,
    }) as unknown as HostSite
  const open = new Map(names.map((name) => [name, siteOf(name)]))
  const map = {
    get: (siteId: string) => {
      const site = open.get(siteId)
      return site === undefined ? undefined : { siteId, site, choice: { site: siteId } }
    },
    list: () => [...open].map(([siteId, site]) => ({ siteId, site, choice: { site: siteId } })),
  }
  const screens = createScreens({
    sites: {
      map,
      parts: { map, fileOf: () => null, sites: { list: () => ({ recent: [], folder: '' }) } },
    } as unknown as Pick<OpenSites, 'map' | 'parts'>,
    decks: createDecks({ clock, log: quiet }),
    clock,
    report: () => undefined,
  })
  const connect = (site: string | null = null) => {
    const { left, right } = createMemoryPair()
    screens.serve(right, operator, newScreen())
    const lost: string[] = []
    const client = createClient(contract, left, () => undefined, site)
    client.onEnd((why) => lost.push(why))
    return { client, lost, isLost: () => lost.length > 0 }
  }
  return { open, asked, screens, connect }
}

describe('the screens of a program with several sites', () => {
  it('begin with the first site, or the one they name', async () => {
    const { connect } = prepare('depot', 'workshop')
    expect(await connect().client.welcome).toMatchObject({ site: 'depot' })
    expect(await connect('workshop').client.welcome).toMatchObject({ site: 'workshop' })
    expect(await connect('gone').client.welcome).toMatchObject({ site: 'depot' })
  })

  it('ask the site they show and no other; another screen is not turned by it', async () => {
    const { connect, asked } = prepare('depot', 'workshop')
    const [one, other] = [connect().client, connect().client]
    await one.welcome
    await other.welcome
    const turned = one.turnTo('workshop')
    await turned.call('control.arm', arm)
    await other.call('site.describe', {})
    expect(asked).toEqual(['arm workshop', 'describe depot'])
    await expect(one.call('control.arm', arm)).rejects.toThrow('Another site is shown now')
  })

  it('an intent that was carried out at one site is carried out at the other too, and each of them once', async () => {
    const { connect, asked } = prepare('depot', 'workshop')
    const { client } = connect()
    await client.call('control.arm', arm)
    const workshop = client.turnTo('workshop')
    await workshop.call('control.arm', arm)
    await workshop.call('control.arm', arm)
    // And it is known when the screen comes back.
    const again = connect('depot')
    await again.client.call('control.arm', arm)
    expect(asked).toEqual(['arm depot', 'arm workshop'])
  })

  it('streams of the site that was left end there', async () => {
    const { connect, asked } = prepare('depot', 'workshop')
    const { client } = connect()
    client.subscribe('live', {}, () => undefined)
    await client.welcome
    const turned = client.turnTo('workshop')
    turned.subscribe('live', {}, () => undefined)
    await turned.call('site.describe', {})
    expect(asked).toEqual(['live depot', 'live depot ends', 'live workshop', 'describe workshop'])
  })

  it('of a site that was closed come anew, to the one that was opened instead; those of others stay', async () => {
    const { connect, open, screens } = prepare('depot', 'workshop', 'yard')
    const [atDepot, atWorkshop] = [connect('depot'), connect('workshop')]
    await atDepot.client.welcome
    await atWorkshop.client.welcome
    open.delete('depot')
    screens.drop('depot', 'yard')
    await expect(atDepot.client.call('site.describe', {})).rejects.toThrow('lost')
    expect([atDepot.isLost(), atWorkshop.isLost()]).toEqual([true, false])
    expect(await connect('depot').client.welcome).toMatchObject({ site: 'yard' })
    open.delete('workshop')
    screens.drop('workshop', null)
    expect(await connect('workshop').client.welcome).toMatchObject({ site: 'yard' })
  })

  it('without any site are told so, and go on when one was opened', async () => {
    const { connect, open } = prepare()
    const { client } = connect()
    expect(await client.welcome).toEqual(operator)
    await expect(client.call('site.describe', {})).rejects.toThrow('No site is open here')
    open.set('depot', prepare('depot').open.get('depot') as HostSite)
    expect(await client.turnTo('depot').welcome).toMatchObject({ site: 'depot' })
  })
})
