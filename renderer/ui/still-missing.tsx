/** Beside a button that can't be pressed yet: what it waits for, in the words of the fields. Nothing where nothing is missing. */
export const StillMissing = ({ what }: { readonly what: readonly string[] }) =>
  what.length === 0 ? null : (
    <span className="dim" role="status">
      Still missing: {what.join(', ')}.
    </span>
  )
