import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFakeSite } from '../../core/chargers/ocpp/test-support/fake-site.ts'

interface Quirk {
  readonly id: string
  readonly ocpp: string
  readonly kind: string
  readonly message: string
}

/** A collection of messages of real chargers beside this project; each has its own test in core/chargers/ocpp, here all are put in. */
const file = join(process.cwd(), '..', 'shared', 'data', 'ocpp', 'quirks.json')
const isThere = existsSync(file)
if (!isThere) console.warn(`NOT TESTED: ${file} is not here, so the collected messages of real chargers are not put in`)
const quirks = isThere ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Quirk[]) : []

const textOf = ({ kind, message }: Quirk): string => {
  switch (kind) {
    case 'payload':
      return `[2,"q","StopTransaction",${message}]`
    case 'fragment':
      return `[2,"q","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-11-23T10:00:00Z","sampledValue":[${message}]}]}]`
    default:
      return message
  }
}

describe.skipIf(!isThere)('the collected messages of real chargers', () => {
  it.each(quirks.map((quirk) => [quirk.id, quirk] as const))(
    '%s: answered where it asks, and the connection lives on',
    async (_id, quirk) => {
      const site = openFakeSite()
      const charger = site.connect('CP-1', quirk.ocpp.startsWith('2') ? '2.0.1' : '1.6', {})
      const text = textOf(quirk)
      charger.say(text)
      await site.clock.settle()
      expect(charger.isOpen()).toBe(true)
      const id = /^\s*\[\s*2\s*,\s*"([^"]+)"/.exec(text)?.[1]
      if (id !== undefined) expect(charger.replyTo(id)?.[0]).toBeOneOf([3, 4])
      expect(charger.ask('Heartbeat', {})?.[0]).toBe(3)
    },
  )
})
