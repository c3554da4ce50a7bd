import { expect, test } from '../fixtures/app.ts'

const uuid = '0b8f7a0e-3c3f-4d0e-9a54-0f6f0c5f2b11'

test('hostile frames are answered with an error each, and the program goes on', async ({ app, rawLink }) => {
  const hostile: unknown[] = [
    'not a frame',
    42,
    null,
    [],
    {},
    { type: 'eval', code: '1' },
    { type: 'call', id: 1, method: '__proto__', input: {} },
    { type: 'call', id: 2, method: 'control.arm', input: { intentId: 'x', who: '', reason: '' } },
    {
      type: 'call',
      id: 3,
      method: 'override.set',
      input: { intentId: uuid, chargerId: 'cp1', limitA: 1e9, ttlS: 60, reason: 'test', who: 'x' },
    },
    { type: 'call', id: -1, method: 'site.describe', input: {} },
    {
      type: 'subscribe',
      id: 4,
      stream: 'trace',
      input: { meterId: 'no-such-meter', quantities: ['u_l1n'], backlogS: 0 },
    },
  ]
  const replies = await rawLink.exchange([{ type: 'hello', contractVersion: 2 }, ...hostile], hostile.length + 1)
  expect(replies[0]).toMatchObject({ type: 'hello', role: 'operator' })
  for (const reply of replies.slice(1)) expect(['error', 'refused', 'ended']).toContain(reply['type'])
  await app.reload()
  await expect(app.getByTestId('connection')).toContainText('Connected')
  await expect(app.getByTestId('control-mode')).toContainText('Monitoring')
})

test('the page can open no other connection and run no script but its own', async ({ program }) => {
  const { page } = program
  const outcome = await page.evaluate(async () => ({
    fetched: await fetch('https://example.invalid/').then(
      () => 'fetched',
      () => 'refused',
    ),
    // The test runner itself may evaluate text; a script that content smuggled into the page may not run.
    injected: (() => {
      const script = document.createElement('script')
      script.textContent = 'window.smuggled = true'
      document.head.append(script)
      return (window as unknown as { smuggled?: boolean }).smuggled === true ? 'ran' : 'refused'
    })(),
    opened: window.open('about:blank') === null ? 'refused' : 'opened',
    node: typeof (globalThis as { require?: unknown }).require + typeof (globalThis as { process?: unknown }).process,
  }))
  expect(outcome).toMatchObject({ fetched: 'refused', injected: 'refused', node: 'undefinedundefined' })
  if (program.kind === 'electron') expect(outcome.opened).toBe('refused')
  for (const extra of page.context().pages()) if (extra !== page) await extra.close()
})
