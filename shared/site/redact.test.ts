import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { redact } from './redact.ts'

const secrets = [
  'hunter2',
  's3cr3t',
  'abc.def',
  'multi-line-one',
  'multi-line-two',
  'flowpw',
  'anchored',
  'commented',
  'urlpw',
  'qpw',
  'hostpw',
  'eyJhbGciOi.eyJzdWIiOi.sig',
]
const text = `# site of the depot; password: commented
version: 1
name: Depot   # kept
mqtt:
  password: hunter2
  apiKey: "s3cr3t"
  auth-token: 'abc.def'
  certificate_secret: |
    multi-line-one
    multi-line-two
  broker: { user: bob, pass: flowpw, port: 1883 }
  url: mqtts://bob:urlpw@broker.example:8883/x?token=qpw&y=1
shared: &pw anchored
copy:
  password: *pw
host: admin:hostpw@10.0.0.5
jwt: eyJhbGciOi.eyJzdWIiOi.sig
passphraseHint:
  nested: { deep: hunter2 }
phases: [L1, L2, L3]
`

describe('redaction of the site text', () => {
  it('takes out every shape of secret and leaves the rest as it was', () => {
    const { text: cleaned, count } = redact(text, { keepComments: true })
    for (const secret of secrets) expect(cleaned).not.toContain(secret)
    expect(count).toBeGreaterThanOrEqual(11)
    expect(cleaned).toContain('name: Depot   # kept')
    expect(cleaned).toContain('mqtts://REDACTED@broker.example:8883/x?token=REDACTED&y=1')
    expect(cleaned).toContain('host: REDACTED@10.0.0.5')
    expect(parse(cleaned)).toMatchObject({
      version: 1,
      phases: ['L1', 'L2', 'L3'],
      mqtt: { password: 'REDACTED', broker: { user: 'bob', pass: 'REDACTED', port: 1883 } },
    })
  })
  it('leaves an ordinary site file alone, byte by byte', () => {
    const plain =
      'version: 1\nid: depot # main site\nlines:\n  - { transport: tcp, id: lan, host: 10.0.0.5, port: 502 }\nmeters:\n  - id: m\n    profile: eastron-sdm630\n'
    expect(redact(plain, { keepComments: true })).toEqual({ text: plain, count: 0, comments: 0 })
    expect(redact(plain)).toEqual({ text: plain.replace(' # main site', ''), count: 0, comments: 1 })
  })
  it('works on text that is no YAML', () => {
    expect(redact('{{{ password = hunter2\n\tx: [').text).not.toContain('hunter2')
  })

  it('leaves comments out unless asked for, and nothing that only looks like one', () => {
    const file = [
      '# at the top',
      'name: "Depot # 1" # the main one',
      '   # indented',
      'notes: |',
      '  # not a comment',
      '  text',
      'grid: { limit: 63 } # flow',
      'plain: a#b',
      '#last',
      '',
    ].join('\n')
    const { text: cleaned, comments } = redact(file)
    expect(comments).toBe(5)
    expect(cleaned).toBe('name: "Depot # 1"\nnotes: |\n  # not a comment\n  text\ngrid: { limit: 63 }\nplain: a#b\n')
    expect(parse(cleaned)).toEqual(parse(file))
  })
})

/** How people write secrets into comments and names; the secret is always one of these. */
const marks = ['hunter2', '12345', 'geheim', 'S3cret!x']
const phrasings = [
  'password hunter2',
  'password: hunter2',
  'Password is hunter2',
  'pass hunter2',
  'pw: hunter2',
  'PW hunter2',
  'p/w hunter2',
  'pwd=hunter2',
  'passwd hunter2',
  'PIN 12345',
  'pin: 12345',
  'PIN-Code 12345',
  'PUK 12345',
  'code 12345',
  'key: hunter2',
  'Kennwort hunter2',
  'Kennwort: geheim',
  'Passwort lautet geheim',
  'Zugangsdaten admin / hunter2',
  'WLAN-Schlüssel S3cret!x',
  'mot de passe hunter2',
  'mdp: hunter2',
  'contraseña hunter2',
  'wachtwoord hunter2',
  'hasło hunter2',
  'heslo hunter2',
  'lösenord hunter2',
  'пароль hunter2',
  '密码 hunter2',
  'login admin hunter2',
  'creds admin:hunter2',
  'token -> S3cret!x',
  'secret = "hunter2"',
  'api key S3cret!x',
  'wifi key hunter2',
  'PSK hunter2',
  'hunter2 is the password',
  'http://admin:hunter2@10.0.0.5/',
  'http://10.0.0.5/login?user=a&pwd=hunter2',
  'Authorization: Basic aHVudGVyMg==',
  'WIFI:S:depot;T:WPA;P:S3cret!x;;',
]

describe('secrets as people write them', () => {
  const site = (comment: string) =>
    `# ${comment}\nversion: 1 # ${comment}\nid: depot\nlines:\n  - { id: a } # ${comment}\n  # note\n  # ${comment}\n`
  it.each(phrasings)('in a comment: %s', (phrasing) => {
    const secret = [...marks, 'aHVudGVyMg'].filter((mark) => phrasing.includes(mark))
    expect(secret.length).toBeGreaterThan(0)
    for (const keepComments of [false, true]) {
      const { text: cleaned } = redact(site(phrasing), { keepComments })
      for (const mark of secret) expect(cleaned, `comments kept: ${String(keepComments)}`).not.toContain(mark)
      expect(parse(cleaned)).toEqual({ version: 1, id: 'depot', lines: [{ id: 'a' }] })
    }
  })

  it.each(phrasings.filter((phrasing) => !phrasing.includes('is the')))('in a name: %s', (phrasing) => {
    for (const written of [JSON.stringify(`Router ${phrasing}`), `'Router ${phrasing}'`]) {
      const { text: cleaned } = redact(`version: 1\nname: ${written}\nid: x\n`)
      for (const mark of [...marks, 'aHVudGVyMg']) expect(cleaned).not.toContain(mark)
      expect(parse(cleaned)).toMatchObject({ version: 1, id: 'x' })
    }
  })

  it('a thought over two comment lines is one', () => {
    expect(redact('# router password\n# hunter2\nid: x\n', { keepComments: true }).text).not.toContain('hunter2')
  })

  it('keys of services and long strings that no person wrote go wherever they stand', () => {
    const tokens = [
      'AKIAIOSFODNN7EXAMPLE',
      `ghp_${'a1B2'.repeat(9)}`,
      `sk-${'x9Y8'.repeat(8)}`,
      '0123456789abcdef0123456789abcdef',
      'de:ad:be:ef:00:11:22:33:44:55:66:77:88:99:aa:bb',
      'q7Rk2LmZx0PpT4vWyB8nHs3D',
    ]
    for (const token of tokens) expect(redact(`name: Meter ${token}\n`).text, token).not.toContain(token)
  })

  it('names that are none stay', () => {
    const names = [
      'Key account parking',
      'Pin oak car park',
      'Passage west',
      'Tokyo 2',
      'Sekretariat',
      'Compass 63 A',
      'Codex hall 4',
      'eastron-sdm630',
      'Carport B12 L1',
      '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0',
    ]
    for (const name of names)
      expect(redact(`name: ${name}\n`), name).toEqual({ text: `name: ${name}\n`, count: 0, comments: 0 })
  })
})
