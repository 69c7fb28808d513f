import { CopyButton } from "./copy.tsx";
import { Page, type PageProps } from "./page.tsx";
import { CHECKLIST, CLAUSE } from "./terms.ts";

/** Texts for an MSP's own contract and its own routine, to be copied. */
export function TermsPage({ user }: { user: PageProps["user"] & {} }) {
  return (
    <Page title="Terms" user={user} scripts={["copy"]}>
      <h1>Terms to copy</h1>
      <p>
        What a handoff can be depends on what was agreed when the client signed. Here is a clause for your service agreement, and a
        checklist for the day that a client leaves. Replace what stands in [brackets].
      </p>
      <p class="caution">
        These are drafts and no legal advice. Laws on records, works councils and personal data differ from place to place: have
        your own lawyer read them before you use them.
      </p>
      <nav class="jump" aria-label="On this page">
        <a href="#clause">Handoff clause</a> <a href="#checklist">Offboarding checklist</a>
      </nav>

      <section aria-labelledby="clause">
        <h2 id="clause">Handoff clause for the service agreement</h2>
        <CopyButton of="clause-text" what="the handoff clause" />
        <div id="clause-text" class="paper">
          <p>
            <b>Records of remote support and their handover</b>
          </p>
          {CLAUSE.map(({ title, paragraphs }, index) => (
            <>
              <p>
                <b>
                  {index + 1}. {title}
                </b>
              </p>
              {paragraphs.map((text, part) => (
                <p>
                  {index + 1}.{part + 1} {text}
                </p>
              ))}
            </>
          ))}
        </div>
      </section>

      <section aria-labelledby="checklist">
        <h2 id="checklist">Offboarding checklist</h2>
        <CopyButton of="checklist-text" what="the offboarding checklist" />
        <div id="checklist-text" class="paper">
          <p>
            <b>Offboarding of [client], last day of service [date]</b>
          </p>
          {CHECKLIST.map(({ title, steps }) => (
            <>
              <p>
                <b>{title}</b>
              </p>
              {steps.map((step) => (
                <p>☐ {step}</p>
              ))}
            </>
          ))}
        </div>
      </section>
    </Page>
  );
}
