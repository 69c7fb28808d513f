import type { HandoffView } from "../schema.ts";
import { HandoffFrame } from "./handoff-frame.tsx";
import type { PageUser } from "./page.tsx";
import { counted } from "./words.ts";

/** Before publishing: every page as the recipient will see it. @property url what paths in the package are appended to. */
export function PreviewPage({ user, handoff, url }: { user: PageUser; handoff: HandoffView; url: string }) {
  const open = handoff.sessions.filter(({ reviewed }) => reviewed === null).length;
  return (
    <HandoffFrame user={user} handoff={handoff} step="publish" title="Preview">
      <div class="whole">
        <p class="facts">
          <a href={`/handoffs/${handoff.handoff}/publish`}>Back to publishing</a>
          <span class="soft">
            The pages as they will be in the package, made by the same program from what is selected and hidden now. Only the time
            at which it is made, its signature and its time stamps come later; records and tables are not shown here.
          </span>
        </p>
        {open > 0 ? (
          <p class="caution">{counted(open, "session")} not reviewed yet; the pages say so where they name the reviewer.</p>
        ) : null}
        <iframe
          class="framed"
          sandbox="allow-scripts allow-forms"
          src={`${url}data/index.html`}
          title="The package as it will be"
        ></iframe>
      </div>
    </HandoffFrame>
  );
}
