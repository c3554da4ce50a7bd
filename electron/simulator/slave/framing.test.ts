import { describe, expect, it } from 'vitest'
import { mbapFraming, rtuFraming } from './framing.ts'

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')

describe('RTU framing', () => {
  // Request and reply printed in Eastron's SDM120 protocol document: voltage L1, 230.2 V.
  const request = bytes('01 04 00 00 00 02 71 CB')

  it("takes the frame of the maker's document, and gives its reply", () => {
    expect(rtuFraming.decoder()(request, 0)).toEqual([{ unit: 1, pdu: bytes('04 00 00 00 02'), transaction: 0 }])
    expect(rtuFraming.encode(1, bytes('04 04 43 66 33 34'), 0).toString('hex')).toBe('010404436633341b38')
  })

  it('takes it in pieces, but not across a silence', () => {
    const decode = rtuFraming.decoder()
    expect(decode(request.subarray(0, 3), 0)).toEqual([])
    expect(decode(request.subarray(3), 5)).toHaveLength(1)
    expect(decode(request.subarray(0, 3), 10)).toEqual([])
    expect(decode(request.subarray(3), 1000)).toEqual([])
    expect(decode(request, 2000)).toHaveLength(1)
  })

  it('finds a frame behind noise and refuses one with a wrong checksum', () => {
    expect(rtuFraming.decoder()(Buffer.concat([bytes('FF 00'), request]), 0)).toHaveLength(1)
    expect(rtuFraming.decoder()(bytes('01 04 00 00 00 02 71 CC'), 0)).toEqual([])
  })
})

describe('Modbus TCP framing', () => {
  it('takes several requests in one piece and one in several', () => {
    const request = bytes('00 07 00 00 00 06 01 03 00 01 00 02')
    const decode = mbapFraming.decoder()
    expect(decode(Buffer.concat([request, request]), 0).map(({ transaction }) => transaction)).toEqual([7, 7])
    expect(decode(request.subarray(0, 9), 0)).toEqual([])
    expect(decode(request.subarray(9), 0)).toEqual([{ unit: 1, transaction: 7, pdu: bytes('03 00 01 00 02') }])
  })

  it('drops what is not Modbus', () => {
    const decode = mbapFraming.decoder()
    expect(decode(bytes('00 07 12 34 00 06 01 03 00 01 00 02'), 0)).toEqual([])
    expect(decode(bytes('00 07 00 00 00 06 01 03 00 01 00 02'), 0)).toHaveLength(1)
  })
})
