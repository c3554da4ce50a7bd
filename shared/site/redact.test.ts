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
    const { text: cleaned, count } = redact(text)
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
    expect(redact(plain)).toEqual({ text: plain, count: 0 })
  })
  it('works on text that is no YAML', () => {
    expect(redact('{{{ password = hunter2\n\tx: [').text).not.toContain('hunter2')
  })
})
