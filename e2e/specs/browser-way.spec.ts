import { WebSocket } from 'ws'
import { expect, test } from '../fixtures/app.ts'

const uuid = '0b8f7a0e-3c3f-4d0e-9a54-0f6f0c5f2b11'

const statusOf = (url: string, origin: string, token: string) =>
  new Promise<string>((resolve) => {
    const socket = new WebSocket(url, ['tripscope.v1', `token.${token}`], { headers: { origin } })
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
    socket.on('error', () => undefined)
  })

test('a foreign Origin and a wrong key are refused', async ({ program }) => {
  const { origin, host } = new URL(program.url ?? '')
  // The page exchanges the code of its address for a token first.
  await program.page.waitForFunction(() => sessionStorage.getItem('tripscope.token') !== null)
  const token = await program.page.evaluate(() => sessionStorage.getItem('tripscope.token') ?? '')
  const link = `ws://${host}/link`
  expect(await statusOf(link, origin, token)).toBe('open')
  expect(await statusOf(link, 'http://evil.example', token)).toBe('403')
  expect(await statusOf(link, origin, `${token.slice(0, -1)}!`)).toBe('401')
})

test('a viewer sees the site and can change nothing', async ({ program }) => {
  const browser = program.page.context().browser()
  if (!browser) throw new Error('no browser')
  const visit = await browser.newPage()
  await visit.goto(program.viewerUrl ?? '')
  await expect(visit.getByTestId('connection')).toContainText('viewing only')
  const refused = await visit.evaluate(
    (intentId) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/link`, [
          'tripscope.v1',
          `token.${sessionStorage.getItem('tripscope.token') ?? ''}`,
        ])
        socket.addEventListener('message', (event) => {
          const frame = JSON.parse(event.data as string) as { type: string; message?: string }
          if (frame.type !== 'hello') resolve(`${frame.type}: ${frame.message ?? ''}`)
        })
        socket.addEventListener('open', () => {
          socket.send(JSON.stringify({ type: 'hello', contractVersion: 2 }))
          socket.send(
            JSON.stringify({
              type: 'call',
              id: 1,
              method: 'control.arm',
              input: { intentId, who: 'Visitor', reason: 'just trying' },
            }),
          )
        })
      }),
    uuid,
  )
  expect(refused).toContain('refused: You are viewing only')
  await visit.context().close()
})

test('a page without the key says what to open', async ({ program }) => {
  const browser = program.page.context().browser()
  if (!browser) throw new Error('no browser')
  const stranger = await browser.newPage()
  await stranger.goto(new URL('/', program.url ?? '').href)
  await expect(stranger.getByText(/carries no key/).first()).toBeVisible()
  await stranger.context().close()
})
