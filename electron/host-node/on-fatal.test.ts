import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fatalExitCode } from './on-fatal.ts'

const run = (body: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `
  import { onFatal } from ${JSON.stringify(join(import.meta.dirname, 'on-fatal.ts'))}
  onFatal((why) => { setTimeout(() => { process.stdout.write('closed after ' + why); process.exit() }, 20) })
  ${body}
  setInterval(() => {}, 1000)
`,
    ],
    { encoding: 'utf8', timeout: 20_000 },
  )

describe('a bug that nobody caught', () => {
  it.each([
    ['an exception', "setTimeout(() => { throw new Error('boom') })"],
    ['a rejection', "void Promise.reject(new Error('boom'))"],
    ['two of them', "setTimeout(() => { throw new Error('boom') }); setTimeout(() => { throw new Error('again') })"],
  ])('%s: the site is closed once, then the program ends with its own code', (_name, body) => {
    const { status, stdout, stderr } = run(body)
    expect(stdout).toBe('closed after an error of the program: boom')
    expect(stderr).toContain('Error: boom')
    expect(status).toBe(fatalExitCode)
  })
})

it('a reader of the output that goes away ends nothing, and is no bug', async () => {
  const body = `
  import { onFatal } from ${JSON.stringify(join(import.meta.dirname, 'on-fatal.ts'))}
  onFatal(() => process.exit())
  setInterval(() => {
    process.stdout.write('a line\\n')
    process.stderr.write('a line\\n')
    process.send('a line was written')
  }, 5)
  process.on('message', () => process.exit(7))
`
  const child = spawn(process.execPath, ['--input-type=module', '-e', body], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  await Promise.all([once(child.stdout!, 'data'), once(child.stderr!, 'data')])
  child.stdout!.destroy()
  child.stderr!.destroy()
  // Many lines later it is still there to be told.
  for (let lines = 0; lines < 30; lines += 1) await once(child, 'message')
  child.send('end')
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(7)
})
