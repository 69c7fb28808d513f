import { counted } from "../console/words.ts";
import { LinkPage } from "./page.tsx";

/** In the place of a page about all sessions, until all of them were looked at. It is asked for again by itself. */
export function GatheringPage({ done, total }: { done: number; total: number }) {
  return (
    <LinkPage title="One moment">
      <p>
        This page says something of every session. {done} of {counted(total, "session")} were looked at so far.
      </p>
    </LinkPage>
  );
}

/** In the place of what can't be shown. @property isOver whether nothing of this address can be seen any more. */
export function NoPreviewPage({ isOver }: { isOver: boolean }) {
  return (
    <LinkPage title="Not in the preview">
      {isOver ? (
        <p>A preview can be looked at for an hour, and until the package is made. Reload the page of the console.</p>
      ) : (
        <p>The preview has pages only: no records, no tables, no downloads. If a page of the package should be here, reload it.</p>
      )}
    </LinkPage>
  );
}
