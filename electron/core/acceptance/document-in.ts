const localSignature = [0x50, 0x4b, 0x03, 0x04] as const
/** A document stored in a zip as it is, found by the list at its end (APPNOTE 4.3.12); null: it is not there. */
export const documentIn = (bytes: Uint8Array, name: string): Uint8Array | null => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = bytes.length - 46; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== 0x02014b50) continue
    const length = view.getUint16(at + 28, true)
    // Names of documents are plain letters.
    if (
      String.fromCharCode(...bytes.subarray(at + 46, at + 46 + Math.min(length, 200))) !== name ||
      view.getUint16(at + 10, true) !== 0
    )
      continue
    const size = view.getUint32(at + 20, true)
    const head = view.getUint32(at + 42, true)
    if (!localSignature.every((byte, index) => bytes[head + index] === byte)) return null
    const from = head + 30 + view.getUint16(head + 26, true) + view.getUint16(head + 28, true)
    return bytes.slice(from, from + size)
  }
  return null
}
