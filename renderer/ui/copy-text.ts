/** Puts text on the clipboard; rejects, with words, where the browser offers none (a page without encryption). */
export const copyText = async (text: string): Promise<void> => {
  // Absent on a page without encryption, whatever the type says.
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard === undefined) throw new Error('this page is not encrypted, so the browser offers no clipboard')
  await clipboard.writeText(text)
}
