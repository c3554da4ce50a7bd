import { expect, it } from 'vitest'
import { decodeRtu } from './decode-modbus.ts'

it('says which check sum came and which would fit', () => {
  // Reply of unit 17 to a read of three registers; its CRC 49 AD was calculated bit by bit.
  const broken = Uint8Array.of(0x11, 0x03, 0x06, 0xae, 0x41, 0x56, 0x52, 0x43, 0x40, 0x12, 0x34)
  expect(JSON.stringify(decodeRtu(broken))).toContain('CRC bad: 0x1234 came, 0x49AD fits these 11 bytes')
})
