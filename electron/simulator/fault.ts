import { parseArgs } from 'node:util'
import type { Command } from './control/commands.ts'
import { sendCommand } from './control/control-client.ts'
import type { ControlAddress } from './control/control-server.ts'
import { findRunning } from './control/running-file.ts'
import { faultKinds, isFaultName } from './faults/fault-kinds.ts'

const usage = () => `Commands for a running simulator:
  fault <name> [target] on|off [options]   switch a fault on or off
  fault list                               what is on
  car plug <charger> [--phases 1|3] [--maximum 16] [--wants-kwh 20]
  car unplug <charger>
  car resume <charger>                     cars come and go by themselves again
  breaker close <circuit>                  a breaker that tripped by itself is closed again
  state                                    the true physical state, as JSON
  targets                                  circuits, meters, chargers and lines by name
Every command takes --control host:port:token; without it the one simulator this user runs is asked.
Faults:
${Object.entries(faultKinds)
  .map(
    ([name, kind]) => `  ${`${name}${kind.target === 'none' ? '' : ` <${kind.target}>`}`.padEnd(44)} ${kind.summary}`,
  )
  .join('\n')}
`

/** The first words by which main.ts knows that a command is meant, not a start. */
export const isCommandWord = (word: string | undefined): boolean =>
  word !== undefined && ['fault', 'car', 'breaker', 'state', 'targets', 'help'].includes(word)

const optionNames = [
  'control',
  'ms',
  'kind',
  'code',
  'depth',
  'phases',
  'phase',
  'circuit',
  'amperes',
  'maximum',
  'wants-kwh',
  'milliamperes',
  'bytes',
  'unit',
  'terminal',
  'other',
  'steps',
  'factor',
  'ohm',
  'keys',
] as const
type Options = Readonly<Partial<Record<(typeof optionNames)[number], string | undefined>>>

const faultCommand = (words: readonly string[], options: Options): Command | string => {
  const [name, ...rest] = words
  if (name === undefined || name === 'list') return { command: 'faults' }
  if (!isFaultName(name)) return `There is no fault "${name}"; there are ${Object.keys(faultKinds).join(', ')}.`
  const state = rest.at(-1)
  if (state !== 'on' && state !== 'off')
    return `Say "on" or "off" last: fault ${name}${faultKinds[name].target === 'none' ? '' : ` <${faultKinds[name].target}>`} on`
  return {
    command: 'fault',
    name,
    target: rest.length > 1 ? (rest[0] ?? '') : '',
    on: state === 'on',
    options: state === 'on' ? options : {},
  }
}

const carCommand = ([verb, charger]: readonly string[], options: Options): Command | string => {
  if (charger === undefined) return 'Say which charger: car plug cp-01'
  switch (verb) {
    case 'plug':
      return {
        command: 'plug',
        charger,
        phases: options.phases ?? 3,
        maximum: options.maximum ?? 16,
        ...(options['wants-kwh'] === undefined ? {} : { wantsKWh: options['wants-kwh'] }),
      }
    case 'unplug':
      return { command: 'unplug', charger }
    case 'resume':
      return { command: 'resume-traffic', charger }
    default:
      return `Say "car plug", "car unplug" or "car resume", not "car ${verb}".`
  }
}

const commandOf = ([noun, ...rest]: readonly string[], options: Options): Command | string => {
  switch (noun) {
    case 'fault':
      return faultCommand(rest, options)
    case 'car':
      return carCommand(rest, options)
    case 'breaker':
      return rest[0] === 'close' && rest[1] !== undefined
        ? { command: 'close-breaker', circuit: rest[1] }
        : 'Say which circuit: breaker close feeder-1'
    case 'state':
      return { command: 'state' }
    case 'targets':
      return { command: 'targets' }
    default:
      return usage()
  }
}

const controlOf = (text: string | undefined): ControlAddress | string => {
  if (text === undefined) {
    const running = findRunning()
    const [only] = running
    if (!only) return 'No simulator of this user is running: start one with "npm run simulate" or "npm start".'
    if (running.length === 1) return only.control
    // A fault in the wrong site is worse than a question.
    return `${running.length} simulators of this user are running; say which:\n${running.map(({ site, control }) => `  --control ${control.host}:${control.port}:${control.token}   ${site}`).join('\n')}`
  }
  const [, port, token] = /^127\.0\.0\.1:(\d+):(\S+)$/.exec(text) ?? []
  return port !== undefined && token !== undefined
    ? { host: '127.0.0.1', port: Number(port), token }
    : `--control: expected 127.0.0.1:port:token, got "${text}"`
}

/**
 * `fault dead-meter feeder-2 on`, `car plug cp-01`, `state`: sends a command to a running simulator, prints its answer as
 * JSON on standard output and gives the exit code (0 done, 1 refused, 2 not understood).
 */
export const runSimulatorCommand = async (argv: readonly string[]): Promise<number> => {
  const complain = (message: string) => {
    process.stderr.write(`${message.trimEnd()}\n`)
    return 2
  }
  let parsed: { values: Options; positionals: string[] }
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: Object.fromEntries(optionNames.map((name) => [name, { type: 'string' as const }])),
    })
  } catch (error) {
    return complain(error instanceof Error ? error.message : String(error))
  }
  const { control: given, ...options } = parsed.values
  const command = commandOf(parsed.positionals, options)
  if (typeof command === 'string') return complain(command)
  const control = controlOf(given)
  if (typeof control === 'string') return complain(control)
  const outcome = await sendCommand(control, command)
  if (!outcome.ok) {
    process.stderr.write(`${outcome.message}\n`)
    return 1
  }
  process.stdout.write(`${JSON.stringify(outcome.result, null, 2)}\n`)
  return 0
}
