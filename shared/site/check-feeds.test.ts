import { describe, expect, it } from 'vitest'
import { feedSite } from '../feed/test-support/depot-live.ts'
import { checkFeeds } from './check-feeds.ts'
import { feedSchema } from './feed-schema.ts'

const check = (...feeds: object[]) =>
  checkFeeds({ ...feedSite, feeds: feeds.map((feed) => feedSchema.parse(feed)) }).map(
    ({ severity, path, message }) => `${severity} ${path.join('.')}: ${message}`,
  )

describe('feeds in the site file', () => {
  it('are fine on this computer, each with an id and a port of its own', () => {
    expect(
      check({ kind: 'openmetrics', id: 'a', port: 9464 }, { kind: 'mqtt', id: 'b', url: 'mqtts://broker.lan:8883' }),
    ).toEqual([])
  })
  it('are refused with an id or a port that is taken', () => {
    expect(check({ kind: 'openmetrics', id: 'main', port: 9464 }, { kind: 'modbus-tcp', id: 'b', port: 9464 })).toEqual(
      [
        "error feeds.0.id: the id 'main' is already used by circuits",
        "error feeds.1.port: port 9464 is already used by the feed 'main'",
      ],
    )
  })
  it('are warned about where others can read them, or a password', () => {
    expect(
      check(
        { kind: 'modbus-tcp', id: 'a', host: '0.0.0.0', port: 1502 },
        { kind: 'mqtt', id: 'b', url: 'mqtt://broker.lan', user: 'u', password: { file: 'pw' } },
      ),
    ).toEqual([
      "warning feeds.0.host: whoever reaches 0.0.0.0:1502 can read this site's values, without a password and unencrypted",
      "warning feeds.1.url: the password of 'b' goes to the broker unencrypted",
    ])
  })
  it.each(['http://broker', 'mqtt://user:pw@broker', 'mqtt://broker/x?y', 'broker:1883'])('%s is no broker', (url) => {
    expect(feedSchema.safeParse({ kind: 'mqtt', id: 'b', url }).success).toBe(false)
  })
  it.each(['a/+/b', '/a', 'a//b', 'a b', '#'])('%s is no topic', (topic) => {
    expect(feedSchema.safeParse({ kind: 'mqtt', id: 'b', url: 'mqtt://h', topic }).success).toBe(false)
  })
})
