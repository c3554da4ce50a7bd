import type { OpenDecks } from './decks.ts'

/** The recording that a person named at the start; `deckId` null where none was. */
export const openFirst = async (
  decks: Pick<OpenDecks, 'open'>,
  file: string | null,
): Promise<
  { readonly ok: true; readonly deckId: string | null } | { readonly ok: false; readonly message: string }
> => {
  if (file === null) return { ok: true, deckId: null }
  try {
    return { ok: true, deckId: (await decks.open(file)).deckId }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}
