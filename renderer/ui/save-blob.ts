/** Hands a file to the person: the browser or Electron asks where to save it, or puts it into Downloads. */
export const saveBlob = (name: string, blob: Blob): void => {
  const url = URL.createObjectURL(blob)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  document.body.append(anchor)
  anchor.click()
  anchor.remove()
  // The download reads the blob after the click; a minute is far beyond what that takes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
