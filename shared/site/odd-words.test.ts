import { describe, expect, it } from 'vitest'
import { readSite } from './read-site.ts'

const file = (change: (text: string) => string = (text) => text): string =>
  change(`version: 1
id: workshop
name: Workshop
grid: { limit: 63 }
lines:
  - { id: bus, transport: serial, path: /dev/ttyUSB0, baud: 9600, parity: none }
meters:
  - { id: incomer, profile: eastron-sdm630, line: bus, unit: 1 }
circuits:
  - { id: main, meter: incomer }
`)
const told = (text: string): string => {
  const read = readSite(text, 'site.yaml')
  return read.ok ? 'taken' : read.message
}

describe('what a person may write instead', () => {
  it.each([
    ['modbus-tcp', 'write tcp'],
    ['Modbus TCP', 'write tcp'],
    ['TCP/IP', 'write tcp'],
    ['modbus-rtu', 'write serial'],
    ['RS-485', 'write serial'],
    ['rtu over tcp', "did you mean 'rtu-over-tcp'?"],
    ['m-bus', 'write mbus-serial'],
    ['seriel', "did you mean 'serial'?"],
  ])('transport %s', (word, remedy) => {
    expect(told(file((text) => text.replace('transport: serial', `transport: ${word}`)))).toContain(remedy)
  })
  it('a decimal comma, in brackets and on a line', () => {
    expect(told(file((text) => text.replace('limit: 63', 'limit: 63,5')))).toBe(
      'site.yaml:4:19: grid.5: a comma ends an entry here, so 63,5 are two; write 63.5',
    )
    expect(told(file((text) => text.replace('grid: { limit: 63 }', 'grid:\n  limit: 63,5')))).toContain('write 63.5')
  })
  it.each([
    ["'250/5'", 'write { primary: 250, secondary: 5 }'],
    ['250/5', 'write { primary: 250, secondary: 5 }'],
    ['400:1 A', 'write { primary: 400, secondary: 1 }'],
    ['250', 'write { primary: ..., secondary: ..., appliedIn: ... }'],
  ])('a transformer as %s', (ratio, remedy) => {
    expect(told(file((text) => text.replace('unit: 1 }', `unit: 1, currentTransformer: ${ratio} }`)))).toContain(remedy)
  })
})

describe('what the grammar of the file does not allow', () => {
  it.each([
    ['merge keys', (text: string) => text.replace('{ limit: 63 }', '{ <<: { limit: 63 } }'), /:4:9: merge keys \(<<\)/],
    ['a no-break space', (text: string) => text.replace('name: ', 'name:\u00a0'), /:3:6: a space that is none/],
    ['a thin space', (text: string) => text.replace('name: ', 'name:\u2009'), /:3:6: a space that is none/],
    ['two documents', (text: string) => `${text}---\n${text}`, /:11:1: a second document begins here/],
    ['a tab', (text: string) => text.replace('  - { id: bus', '\t- { id: bus'), /:6:1: a tab stands where/],
    ['two colons', (text: string) => text.replace('Workshop', 'Depot: north'), /:3:7: two ': ' stand in one line/],
  ])('%s: said with place and remedy, in no parser’s words', (_what, change, words) => {
    const message = told(file(change))
    expect(message).toMatch(words)
    expect(message).not.toMatch(/YAML\.|implicit|collection|parseAll|mapping/)
  })
  it.each(['[', '{', '- ', '{a: '])('twenty thousand of %j', (part) => {
    const message = told(part.repeat(20_000))
    expect(message).toMatch(/brackets stand inside each other|nested too deeply|not read|does not/)
    expect(message).not.toMatch(/call stack/)
    expect(message.split('\n').length).toBeLessThan(60)
  })
  it('keeps brackets and no-break spaces inside a name', () => {
    expect(told(file((text) => text.replace('name: Workshop', "name: 'Hall [north'  # ]]]]")))).toBe('taken')
    expect(told(file((text) => text.replace('name: Workshop', 'name: Halle\u00a0Nord')))).toBe('taken')
  })
})

describe('a key or value of another tongue, program or place in the file', () => {
  it.each([
    ['grid: { grenze: 63 }', "grid.grenze: unknown key; did you mean 'limit'?"],
    ['Zähler: []\ngrid: { limit: 63 }', "Zähler: unknown key; did you mean 'meters'?"],
    ['bornes: []\ngrid: { limit: 63 }', "bornes: unknown key; did you mean 'chargers'?"],
    ['grid: { límite: 63 }', "grid.límite: unknown key; did you mean 'limit'?"],
    ['grid: { power: 43 kW }', "grid.power: unknown key; did you mean 'maximumPower'?"],
    ['margin: 0.9\ngrid: { limit: 63 }', "margin: unknown key; 'margin' belongs in 'control'"],
    ['limit: 63', "limit: unknown key; 'limit' belongs in 'grid' or 'circuits[]'"],
    ['grid： { limit: 63 }', "unknown key; the colon is a full-width one; type ':' and a space after it"],
    ['grid: { limit: 63 }\ngrid: { limit: 80 }', "5:1: 'grid' stands twice in this group; keep one of them"],
  ])('%s', (written, words) => {
    expect(told(file((text) => text.replace('grid: { limit: 63 }', written)))).toContain(words)
  })
  it.each([
    ['[R, S, T]', ["got 'R'; write L1", "got 'S'; write L2", "got 'T'; write L3"]],
    ['[1, 2, 3]', ['got 1; write L1', 'got 2; write L2', 'got 3; write L3']],
    ['L2', ["expected a list, got 'L2'; write [L2]"]],
    ['L1 L2 L3', ['write [L1, L2, L3]']],
  ])('phases as %s', (written, remedies) => {
    const message = told(file((text) => text.replace('meter: incomer', `meter: incomer, phases: ${written}`)))
    for (const remedy of remedies) expect(message).toContain(remedy)
  })
  it.each([
    ['10.0.0.9:502', 'this has a port in it; write host: 10.0.0.9 and port: 502'],
    ['meter.local:502', 'write host: meter.local and port: 502'],
    ['10.0.0.999', "'10.0.0.999' is no IP address; write four numbers of 0 to 255"],
    ['10.0.9', "'10.0.9' is no IP address"],
    ['fe80::1', 'taken'],
    ['meter-3.local', 'taken'],
  ])('host %s', (host, words) => {
    const network = `transport: tcp, host: '${host}', port: 502 }`
    expect(told(file((text) => text.replace(/transport: serial.*/, network)))).toContain(words)
  })
})

describe('a file that another program saved', () => {
  it.each([
    [
      'as UTF-16 without its mark',
      (text: string) => [...text].join('\0'),
      "UTF-16 text (what Windows calls 'Unicode')",
    ],
    ['with a NUL', (text: string) => text.replace('Workshop', 'Work\0shop'), 'a NUL character stands in the file'],
    ['with the line ends of an old Mac', (text: string) => text.replaceAll('\n', '\r'), 'carriage return alone'],
    [
      'with dashes for hyphens',
      (text: string) => text.replace('  - { id: bus', '  – { id: bus'),
      "6:3: a '–' stands where",
    ],
    ['with bullets', (text: string) => text.replace('  - { id: bus', '  • { id: bus'), "6:3: a '•' stands where"],
  ])('%s: told once, with what to do', (_what, change, words) => {
    const message = told(file(change))
    expect(message).toContain(words)
    expect(message.split('\n')).toHaveLength(1)
  })
  it('with the mark of UTF-8 and the line ends of Windows is taken', () => {
    expect(told(file((text) => text.replaceAll('\n', '\r\n')))).toBe('taken')
  })
})
