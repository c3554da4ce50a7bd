import { describe, expect, it } from 'vitest'
import {
  parseDiagnoseOptions,
  parseMonitorOptions,
  parseReplayOptions,
  parseServeOptions,
  parseSnapshotOptions,
} from './options.ts'

const messageOf = (parsed: { ok: boolean; message?: string }) => (parsed.ok ? 'accepted' : (parsed.message ?? ''))

describe('options of the hosts', () => {
  it('default to the simulated site on this computer, any free port', () => {
    expect(parseServeOptions([])).toEqual({
      ok: true,
      options: {
        site: null,
        simulator: [],
        data: null,
        verbose: false,
        port: 0,
        listen: null,
        insecureListen: false,
        tls: null,
        open: null,
        isWithoutSite: false,
        show: false,
        json: false,
      },
    })
    expect(parseMonitorOptions(['--seconds', '10', '--seed', '7'])).toMatchObject({
      ok: true,
      options: { site: null, simulator: ['--seed', '7'], seconds: 10, arm: false },
    })
  })

  it.each([
    [['--port', '70000'], "--port: expected a whole number from 0 to 65535, got '70000'"],
    [['--port', '80x'], '--port: expected a whole number'],
    [['--prot', '80'], "Unknown option '--prot'"],
    [['site.yaml'], "Unexpected argument 'site.yaml'"],
    [['--site', 'a.yaml', '--seed', '1'], '--scenario and --seed belong to the simulated site'],
  ])('%j is refused with what is wrong', (args, message) => {
    expect(messageOf(parseServeOptions(args))).toContain(message)
    expect(messageOf(parseServeOptions(args))).toContain('Options: --site')
  })

  it.each([
    ['--help', parseServeOptions],
    ['-h', parseMonitorOptions],
    ['--help', parseReplayOptions],
    ['--help', parseDiagnoseOptions],
    ['--help', parseSnapshotOptions],
  ])('%s tells every option in a line of its own, and is no mistake', (word, parse) => {
    const parsed = parse([word])
    expect(parsed).toMatchObject({ ok: false, exitCode: 0 })
    const lines = messageOf(parsed).split('\n')
    const options = lines.filter((line) => line.startsWith('  --'))
    expect(options.length).toBeGreaterThan(1)
    for (const line of options) expect(line).toMatch(/^ {2}--[a-z-]+( [A-Z]+)? {2,}\S.+/)
    expect(messageOf(parse(['--no-such-option']))).toContain('--help says what each does')
  })

  it('arms only for a person with a name', () => {
    expect(messageOf(parseMonitorOptions(['--arm']))).toContain('--arm needs --operator NAME')
    expect(messageOf(parseMonitorOptions(['--arm', '--operator', '  ']))).toContain('--arm needs --operator NAME')
    expect(parseMonitorOptions(['--arm', '--operator', 'Shift lead'])).toMatchObject({
      ok: true,
      options: { arm: true, operator: 'Shift lead' },
    })
    expect(messageOf(parseMonitorOptions(['--seconds', '0']))).toContain('--seconds: expected a whole number from 1')
  })
})
