import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sendCommand } from './control/control-client.ts'
import type { ControlAddress } from './control/control-server.ts'
import { scenarioFile, simulatorMain } from './test-support/paths.ts'

interface Ready {
  readonly ready: true
  readonly site: string
  readonly control: ControlAddress
  readonly ports: Record<string, number | string>
}

const start = (...options: string[]) => {
  const child = spawn(process.execPath, [simulatorMain, ...options], { stdio: ['pipe', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return { child, ended }
}
const startReady = async (scenario = scenarioFile('small')) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { child, ended } = start('--scenario', scenario, '--folder', folder, '--seed', '3')
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line')) as [string]
  return { child, ended, folder, ready: JSON.parse(line) as Ready }
}
const command = async (control: ControlAddress, ...words: string[]) => {
  const child = spawn(
    process.execPath,
    [simulatorMain, ...words, '--control', `${control.host}:${control.port}:${control.token}`],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let [out, problem] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    problem += chunk.toString()
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, out, problem }
}

describe('the simulator as a process', () => {
  it('says one line when ready, has written the site file, and ends when its input closes', async () => {
    const { child, ended, folder, ready } = await startReady()
    expect(ready.ready).toBe(true)
    expect(ready.site).toBe(join(folder, 'site.yaml'))
    expect(readFileSync(ready.site, 'utf8')).toContain(`port: ${ready.ports['net-meter']}`)
    child.stdin.end()
    expect(await ended).toBe(0)
  })

  it('takes a scenario of the program by its name', async () => {
    const { child, ended, ready } = await startReady('small')
    expect(readFileSync(ready.site, 'utf8')).toContain(`port: ${ready.ports['net-meter']}`)
    child.stdin.end()
    expect(await ended).toBe(0)
  })

  it('ends on SIGTERM', async () => {
    const { child, ended } = await startReady()
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('obeys the commands a person types, and says what it does not understand', async () => {
    const {
      ready: { control },
    } = await startReady()
    expect((await command(control, 'fault', 'dead-meter', 'main', 'on')).code).toBe(0)
    expect(JSON.parse((await command(control, 'fault', 'list')).out)).toMatchObject([
      { name: 'dead-meter', target: 'main' },
    ])
    expect(JSON.parse((await command(control, 'fault', 'dead-meter', 'main', 'off')).out)).toEqual({ wasOn: true })
    expect(await command(control, 'fault', 'dead-meter', 'cellar', 'on')).toMatchObject({
      code: 1,
      problem: expect.stringContaining('no meter or charger "cellar"'),
    })
    expect(await command(control, 'fault', 'dead-meter', 'main')).toMatchObject({
      code: 2,
      problem: expect.stringContaining('"on" or "off"'),
    })
    expect((await command(control, 'car', 'plug', 'cp-1', '--phases', '1', '--maximum', '32')).code).toBe(0)
    const state = JSON.parse((await command(control, 'state')).out) as { chargers: Record<string, { car: unknown }> }
    expect(state.chargers['cp-1']?.car).toEqual({ phases: 1, maximum: 32, full: false })
  })

  it('answers nobody without the token, and refuses malformed commands', async () => {
    const {
      ready: { control },
    } = await startReady()
    expect(await sendCommand({ ...control, token: 'x'.repeat(control.token.length) }, { command: 'state' })).toEqual({
      ok: false,
      message: 'wrong or missing token',
    })
    expect(await sendCommand(control, { command: 'plug', charger: 'cp-9' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('no charger "cp-9"'),
    })
    expect(await sendCommand(control, { command: 'dance' } as never)).toMatchObject({ ok: false })
  })

  it.each([
    [['--seed', 'many'], /--seed: expected a number/],
    [['--speed', '0'], /--speed: expected a number from 1/],
    [['--colour', 'red'], /--colour/],
    [['--scenario', '/nowhere.yaml'], /nowhere\.yaml:1:1: the file can't be read/],
  ])('refuses %j with exit code 2', async (options, message) => {
    const { child, ended } = start(...options)
    let problem = ''
    child.stderr.on('data', (chunk: Buffer) => {
      problem += chunk.toString()
    })
    expect(await ended).toBe(2)
    expect(problem).toMatch(message)
  })
})
