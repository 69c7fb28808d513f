import type { Child } from "hono/jsx";

/** A text to be copied, with a button for it. Pages that have one need the client module `copy`. */
export function Copy({ id, text, what }: { id: string; text: string; what: string }) {
  return (
    <div class="copying">
      <pre class="copy" id={id} tabindex={0} translate="no">
        {text}
      </pre>
      <CopyButton of={id} what={what} />
    </div>
  );
}

/** @param of id of the element whose text is copied. @param what is said to those who can't see what the button stands beside. */
export function CopyButton({ of, what, children }: { of: string; what: string; children?: Child }) {
  return (
    <p class="copy-button">
      <button type="button" class="second" data-copy={of}>
        {children ?? "Copy"}
        <span class="sr"> {what}</span>
      </button>{" "}
      <span role="status" class="soft"></span>
    </p>
  );
}
