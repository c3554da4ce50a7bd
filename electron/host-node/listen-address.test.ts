import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { request as requestTls } from 'node:https'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../io/clock.ts'
import { createLog } from '../io/log.ts'
import { resolveListen } from './listen-address.ts'
import { plainReply } from './page-files.ts'
import { startWebServer, type WebServer } from './web-server.ts'
import { whereToServe } from './where-to-serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'tripscope-listen-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const log = createLog({ format: 'text', level: 'error', nowMs: () => 0, write: () => undefined })

const running: WebServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})
const start = async (choice: Parameters<typeof whereToServe>[0]): Promise<WebServer> => {
  const place = await whereToServe(choice)
  if (!place.ok) throw new Error(place.message)
  const outcome = await startWebServer({
    servePage: () => plainReply(200, 'page'),
    port: 0,
    ...place,
    clock: systemClock,
    log,
    onLink: () => undefined,
  })
  if (!outcome.ok) throw new Error(outcome.message)
  running.push(outcome.server)
  return outcome.server
}
const plain = { insecureListen: false, tls: null }
const messageOf = async (choice: Parameters<typeof whereToServe>[0]) => {
  const place = await whereToServe(choice)
  return place.ok ? `listens at ${place.listen.address}` : place.message
}
const statusAt = (port: number, address: string, host: string) =>
  new Promise<number>((resolve, reject) => {
    request({ host: address, port, path: '/', headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
const ownAddresses = () =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address)

describe('where the screen is served', () => {
  it('is this computer only where nothing is said, whatever spelling names it', async () => {
    expect(await messageOf({ ...plain, listen: null })).toBe('listens at 127.0.0.1')
    for (const listen of ['127.0.0.1', '127.0.0.2', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])
      expect(await messageOf({ ...plain, listen }), listen).toMatch(/^listens at (127\.|::1$)/)
  })

  it.each(['0.0.0.0', '::', '0', '0x0', '::ffff:0.0.0.0', '192.0.2.7', '2001:db8::1'])(
    'is not %s without encryption or a word that says it is known',
    async (listen) => {
      const message = await messageOf({ ...plain, listen })
      expect(message).toContain('without encryption everyone on the network could read the key')
      expect(message).toContain('--tls-cert and --tls-key')
      expect(message).toContain('--insecure-listen')
      expect(await messageOf({ listen, insecureListen: true, tls: null })).toMatch(/^listens at /)
    },
  )

  it.each(['', '   ', '*', 'no such name', 'no-such-name.invalid', '256.1.1.1'])(
    'is told where %j is no address',
    async (listen) => {
      expect(await messageOf({ listen, insecureListen: true, tls: null })).toMatch(/^--listen: /)
    },
  )

  it('at every address answers at each real one, and to no name that is not ours', async () => {
    const server = await start({ listen: '0.0.0.0', insecureListen: true, tls: null })
    for (const address of ownAddresses())
      expect(await statusAt(server.port, address, `${address}:${server.port}`), address).toBe(200)
    expect(await statusAt(server.port, '127.0.0.1', `localhost:${server.port}`)).toBe(200)
    for (const host of ['rebound.example', `rebound.example:${server.port}`, '127.0.0.1', `192.0.2.9:${server.port}`])
      expect(await statusAt(server.port, '127.0.0.1', host), host).toBe(421)
    expect(server.address('operator', null)).not.toContain('0.0.0.0')
  })

  it('knows an IPv4 address in the clothes of IPv6', async () => {
    expect(await resolveListen('::ffff:127.0.0.1')).toMatchObject({
      ok: true,
      listen: { address: '127.0.0.1', isLoopback: true },
    })
  })
})

describe('encryption', () => {
  it('says what is wrong with the files', async () => {
    writeFileSync(join(folder, 'text.pem'), 'not a certificate')
    const tls = { cert: join(folder, 'none.pem'), key: join(folder, 'none.pem') }
    expect(await messageOf({ listen: null, insecureListen: false, tls })).toContain('none.pem: there is no such file')
    const text = { cert: join(folder, 'text.pem'), key: join(folder, 'text.pem') }
    expect(await messageOf({ listen: null, insecureListen: false, tls: text })).toContain('both must be PEM files')
    expect(await messageOf({ listen: null, insecureListen: false, tls: { cert: folder, key: folder } })).toContain(
      'it is a folder',
    )
  })

  it('serves the page over https, at the names of its certificate', async () => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=depot',
      ].concat(['-addext', 'subjectAltName=DNS:depot.example', '-keyout', key, '-out', cert]),
      { stdio: 'ignore' },
    )
    const server = await start({ listen: '0.0.0.0', insecureListen: false, tls: { cert, key } })
    const get = (host: string) =>
      new Promise<{ status: number; policy: string }>((resolve, reject) => {
        requestTls(
          { host: '127.0.0.1', port: server.port, headers: { host }, rejectUnauthorized: false },
          (response) => {
            response.resume()
            resolve({ status: response.statusCode ?? 0, policy: String(response.headers['content-type']) })
          },
        )
          .on('error', reject)
          .end()
      })
    expect((await get(`depot.example:${server.port}`)).status).toBe(200)
    expect((await get(`other.example:${server.port}`)).status).toBe(421)
    expect(server.address('viewer', null)).toMatch(/^https:.*#code=/)
  })
})
